"""Runs an application in a process of its own, and starts it again when its files change."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from salon.serve.server import listening_socket
from salon.serve.settings import read_settings

_LOOK_EVERY_S = 0.3
_SKIPPED = {"__pycache__", "node_modules", "site-packages"}


def run_reloading(file: Path, *, host: str | None, port: int | None) -> int:
    """Serve the chat in `file` until Ctrl-C, starting anew at each change of a Python file below its folder.

    The port stays the same, and open pages keep their conversation.

    Returns:
        0.

    Raises:
        AuthorError: the port is in use.
    """
    settings = read_settings({"server_name": host, "server_port": port})
    with listening_socket(settings.server_name, settings.server_port) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "salon", "run", str(file), "--host", settings.server_name, "--port", str(port)]
    environment = os.environ | {"SALON_RELOAD": "1", "SALON_GRACE_S": "0.5"}
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    seen = _state(file.resolve().parent)
    child = subprocess.Popen(command, env=environment)
    try:
        while True:
            time.sleep(_LOOK_EVERY_S)
            state = _state(file.resolve().parent)
            if state != seen:
                seen = state
                _end(child)
                child = subprocess.Popen(command, env=environment)
    except KeyboardInterrupt:
        _end(child)
        return 0


def _end(child: "subprocess.Popen[bytes]") -> None:
    child.terminate()
    try:
        child.wait(timeout=10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _state(folder: Path) -> dict[Path, int]:
    state = {}
    for path in _python_files(folder):
        with suppress(OSError):  # it may vanish while we look
            state[path] = path.stat().st_mtime_ns
    return state


def _python_files(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _SKIPPED and not name.startswith(".")]
        for name in names:
            path = Path(root, name)
            if name.endswith(".py"):
                yield path
