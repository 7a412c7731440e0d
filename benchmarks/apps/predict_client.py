"""Call a server with `gradio_client`: `python predict_client.py PORT`; prints what it took as JSON."""

import collections
import json
import statistics
import sys
import threading
import time

import gradio_client.utils
import httpx
from gradio_client import Client

CALLS = 30
SLEPT_S = collections.Counter()
_sleep = time.sleep


def counted_sleep(seconds):
    """Note how long each of the client's threads waits on its own account: they look for an answer every 50 ms."""
    since = time.perf_counter()
    _sleep(seconds)
    SLEPT_S[threading.get_ident()] += time.perf_counter() - since


class CountedTime:
    """`time`, as the client's module sees it."""

    def __getattr__(self, name):
        return counted_sleep if name == "sleep" else getattr(time, name)


gradio_client.utils.time = CountedTime()
url = f"http://127.0.0.1:{sys.argv[1]}"
since = time.perf_counter()
client = Client(url, verbose=False)
connected_s = time.perf_counter() - since
client.predict("warm", api_name="/echo")
took_s, awake_s = [], []
for number in range(CALLS):
    SLEPT_S.clear()
    since = time.perf_counter()
    answer = client.predict(f"message {number}", api_name="/echo")
    took_s.append(time.perf_counter() - since)
    awake_s.append(took_s[-1] - max(SLEPT_S.values()))
    if answer != f"You said: message {number}":
        raise SystemExit(f"The answer was {answer!r}.")
print(
    json.dumps(
        {
            "predict of an echo": 1000 * statistics.median(took_s),
            "the same without the client's own sleep": 1000 * statistics.median(awake_s),
            "connecting": 1000 * connected_s,
            "/config": len(httpx.get(f"{url}/config").content),
        }
    )
)
