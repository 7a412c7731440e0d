"""How long does `gradio_client` take for a call that has nothing to do, and how much of that is its own?"""

import json
import subprocess

from bench import HERE, Metric, compare, python, serve

METRICS = [
    Metric("predict of an echo", "ms"),
    Metric("the same without the client's own sleep", "ms", 40),
    Metric("connecting", "ms"),
    Metric("/config", "bytes", 2_000),
]


def measure(framework):
    with serve(framework, "echo") as server:
        command = [python("gradio"), HERE / "apps/predict_client.py", str(server.port)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    compare("`gradio_client`", METRICS, measure, repeats=5)
