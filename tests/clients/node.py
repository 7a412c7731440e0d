"""Runs JavaScript with the packages of `tests/clients_js`."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

PACKAGES = Path(__file__).parents[1] / "clients_js"
needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not (PACKAGES / "node_modules").exists(),
    reason="needs Node and the packages of tests/clients_js (make test installs them)",
)


def node(code: str, *, imports: str = "", timeout_s: float = 30, **values: Any) -> Any:
    """Run the body of an async function and return what it returns; the process has to end by itself.

    Args:
        code: JavaScript.
        imports: what goes before it.
        timeout_s: how long it may take.
        values: constants that it sees.
    """
    constants = "\n".join(f"const {name} = {json.dumps(value)};" for name, value in values.items())
    program = (
        f"{imports}\n{constants}\n"
        f"const outcome = await (async () => {{ {code} }})();\n"
        'process.stdout.write("\\n" + JSON.stringify(outcome ?? null));\n'
    )
    done = subprocess.run(
        ["node", "--input-type=module", "-"],
        input=program,
        capture_output=True,
        text=True,
        cwd=PACKAGES,
        timeout=timeout_s,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
