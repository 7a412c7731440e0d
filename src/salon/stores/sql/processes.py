"""Names this process in a database that several use, and tells whether another one has died."""

import os
import socket
from secrets import token_hex

_TOKEN = token_hex(4)


def this_process() -> str:
    """Return a name that no other process has, wherever it runs."""
    return f"{socket.gethostname()}/{os.getpid()}/{_TOKEN}"


def is_dead(process: str) -> bool:
    """Tell whether a process is known to have died; of one on another machine, nobody here knows."""
    host, _, rest = process.partition("/")
    number, _, token = rest.partition("/")
    if host != socket.gethostname() or not number.isdecimal():
        return False
    if int(number) == os.getpid():
        return token != _TOKEN  # an earlier one that had the same number
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
