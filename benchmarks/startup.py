"""How long from the start of the process to the first page, and how much memory is held then?"""

import time

from bench import Metric, compare, serve

METRICS = [Metric("process start to first page", "s", 0.3), Metric("memory when idle", "MiB", 45)]


def measure(framework):
    with serve(framework, "echo") as server:
        time.sleep(1)
        return {"process start to first page": server.started_s, "memory when idle": server.rss_mib}


if __name__ == "__main__":
    compare("Start", METRICS, measure, repeats=7)
