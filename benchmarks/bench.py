"""What all benchmarks share: environments, servers under test, and the comparison of both frameworks."""

import argparse
import contextlib
import http.client
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RESULTS = HERE / "results"
FRAMEWORKS = ("gradio", "salon")

_VENVS = ROOT / ".bench-venv"
_PACKAGES = {"gradio": "gradio", "salon": str(ROOT), "tools": "playwright"}
_START_TIMEOUT_S = 60
_ENVIRONMENT = {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_DISABLE_TELEMETRY": "1"}


# Environments


def python(name: str) -> Path:
    """Return the interpreter of an environment of its own for `name`; make it when it is missing or out of date."""
    interpreter = _VENVS / name / "bin/python"
    stamp = _VENVS / name / "installed"
    if stamp.exists() and (name != "salon" or stamp.stat().st_mtime > _changed_at()):
        return interpreter
    if name == "salon" and not (ROOT / "src/salon/_static/manifest.json").exists():
        raise SystemExit("Salon's page is not built. Run `make web` first.")
    print(f"Installing {name} into {stamp.parent.relative_to(ROOT)} …", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", stamp.parent], check=True)
    subprocess.run([interpreter, "-m", "pip", "install", "--quiet", _PACKAGES[name]], check=True)
    stamp.touch()
    return interpreter


def enter_tools() -> None:
    """Go on in the environment that has the tools which the benchmarks themselves need."""
    tools = python("tools")
    if Path(sys.prefix) != tools.parent.parent:
        os.execv(tools, [tools, *sys.argv])


def _changed_at() -> float:
    files = [ROOT / "pyproject.toml", *(path for path in (ROOT / "src").rglob("*") if path.is_file())]
    return max(path.stat().st_mtime for path in files if path.suffix != ".pyc")


# Servers


def free_port() -> int:
    """Return a port of the loopback address that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A process that serves one function of `apps/replies.py`.

    Attributes:
        port: where it listens.
        started_s: seconds from the start of the process to its first page.
    """

    def __init__(self, process: subprocess.Popen, port: int) -> None:
        self._process = process
        self.port = port
        self.started_s = 0.0

    @property
    def cpu_s(self) -> float:
        """Seconds of CPU that it has used."""
        fields = self._read("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def rss_mib(self) -> float:
        """Memory that it holds now."""
        return self._memory_mib("VmRSS")

    @property
    def peak_rss_mib(self) -> float:
        """The most memory that it has ever held."""
        return self._memory_mib("VmHWM")

    def wait_for_page(self, since: float) -> None:
        """Wait until the page can be had."""
        while (elapsed := time.perf_counter() - since) < _START_TIMEOUT_S:
            if self._process.poll() is not None:
                raise RuntimeError("The server ended before it served a page.")
            connection = http.client.HTTPConnection("127.0.0.1", self.port)
            with contextlib.closing(connection), contextlib.suppress(ConnectionError):
                connection.request("GET", "/")
                response = connection.getresponse()
                response.read()
                if response.status != 200:
                    raise RuntimeError(f"The server answered {response.status} instead of its page.")
                self.started_s = time.perf_counter() - since
                return
            time.sleep(0.002)
        raise RuntimeError(f"The server did not serve a page within {elapsed:.0f} s.")

    def _memory_mib(self, name: str) -> float:
        return int(self._read("status").partition(f"{name}:")[2].split()[0]) / 1024

    def _read(self, name: str) -> str:
        return Path(f"/proc/{self._process.pid}/{name}").read_text("utf-8")


@contextlib.contextmanager
def serve(framework: str, function: str, *arguments: object) -> Iterator[Server]:
    """Serve `function` with `framework`, in a process and a folder of its own."""
    port = free_port()
    app = HERE / f"apps/{framework}_chat.py"
    command = [python(framework), app, function, str(port), *map(str, arguments)]
    with tempfile.TemporaryDirectory() as folder:
        since = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=os.environ | _ENVIRONMENT, stdout=subprocess.DEVNULL)
        try:
            server = Server(process, port)
            server.wait_for_page(since)
            yield server
        finally:
            process.kill()
            process.wait()


# Comparison


@dataclass(frozen=True)
class Metric:
    """One line of a table. `at_least` turns the target round: more is better."""

    name: str
    unit: str
    target: float | None = None
    at_least: bool = False


Values = dict[str, float]


def compare(title: str, metrics: list[Metric], measure: Callable[[str], Values], *, repeats: int) -> None:
    """Measure both frameworks by turns, `repeats` times each; print the medians and write them down.

    Args:
        title: what is asked.
        metrics: the lines of the table.
        measure: gives the values of one framework by the names of their metrics; what it leaves out is not in the
            medians.
        repeats: unless `--repeats` says otherwise.
    """
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--repeats", type=int, default=repeats, help="how often each framework is measured")
    repeats = parser.parse_args().repeats
    for framework in FRAMEWORKS:
        python(framework)
    load = os.getloadavg()[0]
    found: dict[str, list[Values]] = {framework: [] for framework in FRAMEWORKS}
    for number in range(repeats):
        for framework in FRAMEWORKS:
            print(f"{title}: {framework} {number + 1}/{repeats}", file=sys.stderr, flush=True)
            found[framework].append(measure(framework))
    medians = {framework: _medians(samples) for framework, samples in found.items()}
    result = {
        "title": title,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "repeats": repeats,
        "load_before": round(load, 2),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "versions": {framework: _version(framework) for framework in FRAMEWORKS},
        "rows": [
            asdict(metric) | {framework: medians[framework].get(metric.name) for framework in FRAMEWORKS}
            for metric in metrics
        ],
        "samples": found,
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{Path(sys.argv[0]).stem}.json"
    path.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(table(result))


def _medians(samples: list[Values]) -> Values:
    names = {name for sample in samples for name in sample}
    return {name: statistics.median(sample[name] for sample in samples if name in sample) for name in names}


def _version(framework: str) -> str:
    code = f"import importlib.metadata as m; print(m.version({framework!r}))"
    return subprocess.run([python(framework), "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def table(result: dict) -> str:
    """Return a benchmark's result as a Markdown table."""
    lines = [
        "| metric | Gradio | Salon | Gradio / Salon | target | met |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
    ]
    for row in result["rows"]:
        gradio, salon, target = row["gradio"], row["salon"], row["target"]
        ratio = gradio / salon if gradio is not None and salon else None
        is_met = target is not None and salon is not None and (salon >= target if row["at_least"] else salon <= target)
        cells = (
            f"{row['name']}, {row['unit']}" if row["unit"] else row["name"],
            _number(gradio),
            _number(salon),
            _number(ratio),
            "-" if target is None else f"{'≥' if row['at_least'] else '≤'} {target:g}",
            "-" if target is None else "yes" if is_met else "**no**",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    digits = 0 if value >= 100 or value == int(value) else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}"
