"""Runs JavaScript with the packages of `tests/clients_js`, or with our own as it is packed."""

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


def install_salon_client(folder: Path) -> None:
    """Install the npm package `salon-client` from its tarball, without any network; skip where it is not built."""
    packed = sorted((Path(__file__).parents[2] / "dist").glob("salon-client-*.tgz"))
    if shutil.which("npm") is None or not packed:
        pytest.skip("needs npm and the packed salon-client (make client makes it)")
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    command = ["npm", "install", "--offline", "--no-audit", "--no-fund", "--silent", str(packed[-1])]
    subprocess.run(command, cwd=folder, check=True)


def node(code: str, *, imports: str = "", folder: Path = PACKAGES, **values: Any) -> Any:
    """Run the body of an async function and return what it returns; the process has to end by itself.

    Args:
        code: JavaScript.
        imports: what goes before it.
        folder: where it looks for packages and files.
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
        cwd=folder,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
