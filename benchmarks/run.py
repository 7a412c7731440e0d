"""Run all benchmarks, then write their results into README.md. `--repeats N` goes to each of them."""

import json
import subprocess
import sys

from bench import HERE, RESULTS, table

NAMES = [
    "import_time",
    "startup",
    "install_size",
    "echo_wire",
    "stream_wire",
    "many_streams",
    "gradio_client_predict",
    "openai_streams",
    "turn_bytes",
    "page_load",
    "page_turn",
    "page_history",
]
_BEGIN, _END = "<!-- results -->\n", "<!-- end of results -->\n"


def write_results():
    results = [json.loads((RESULTS / f"{name}.json").read_text("utf-8")) for name in NAMES]
    readme = HERE / "README.md"
    before, _, rest = readme.read_text("utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    sections = "\n".join(map(_section, results))
    readme.write_text(f"{before}{_BEGIN}\n{sections}\n{_END}{after}", "utf-8")


def _section(result):
    versions = result["versions"]
    return (
        f"### {result['title']}\n\n{table(result)}\n\n"
        f"Gradio {versions['gradio']}, Salon {versions['salon']}, Python {result['python']}, {result['cores']} cores, "
        f"{result['measured_at'][:10]}; medians of {result['repeats']}; load before: {result['load_before']}.\n"
    )


if __name__ == "__main__":
    for name in NAMES:
        subprocess.run([sys.executable, HERE / f"{name}.py", *sys.argv[1:]], check=True)
    write_results()
    subprocess.run([sys.executable, HERE / "comparison.py"], check=True)
