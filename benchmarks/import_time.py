"""How long does it take to import the framework, above what Python itself takes to start?"""

import subprocess
import time

from bench import Metric, compare, python

METRICS = [Metric("import", "s", 0.1)]
_CODE = {"gradio": "import gradio; gradio.ChatInterface", "salon": "import salon; salon.ChatInterface"}


def measure(framework):
    return {"import": _run(framework, _CODE[framework]) - _run(framework, "pass")}


def _run(framework, code):
    since = time.perf_counter()
    subprocess.run([python(framework), "-c", code], check=True)
    return time.perf_counter() - since


if __name__ == "__main__":
    compare("Import", METRICS, measure, repeats=9)
