"""The client for programs that wait is made of the one for event loops, and says the same."""

import ast
import importlib.util
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import salon

SCRIPT = Path(__file__).parents[2] / "scripts" / "generate_client.py"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("generate_client", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("asynchronous", "waiting"),
    [
        ("async def f(x):\n    await g(x)\n", "def f(x):\n    g(x)\n"),
        ("async for each in f():\n    pass\n", "for each in f():\n    pass\n"),
        ("async with aclosing(f()) as each:\n    pass\n", "with closing(f()) as each:\n    pass\n"),
        ("x = (await f()).name\n", "x = f().name\n"),
        ("x = g((await f(1)).name, (2 + 3) * 4)\n", "x = g(f(1).name, (2 + 3) * 4)\n"),
        ("x = g(await f(1))\n", "x = g(f(1))\n"),
        ("x: AsyncIterator[int]\n", "x: Iterator[int]\n"),
        ("x = AsyncClient, _AsyncTurns\n", "x = Client, _Turns\n"),
        ('def f() -> "AsyncAnswer":\n    pass\n', 'def f() -> "Answer":\n    pass\n'),
        ('"""Use `(await AsyncClient(url).ask("a")).text`."""\n', '"""Use `Client(url).ask("a").text`."""\n'),
        ("for each in x:\n    yield each\n", "for each in x:\n    yield each\n"),
    ],
)
def test_code_for_event_loops_becomes_code_that_waits(script, asynchronous, waiting):
    made = ast.parse(script.synchronous(asynchronous))

    assert ast.dump(made) == ast.dump(ast.parse(waiting))


def methods(cls: type) -> dict[str, list[str]]:
    """Return the public methods of a class, each with its parameters."""
    return {
        name: list(inspect.signature(member).parameters)
        for name, member in inspect.getmembers(cls, inspect.isfunction)
        if not name.startswith("_")
    }


def test_both_clients_have_the_same_methods():
    assert methods(salon.Client) == methods(salon.AsyncClient)


@pytest.mark.skipif(importlib.util.find_spec("ruff") is None, reason="needs the formatter")
def test_it_is_as_new_as_its_source():
    done = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout + done.stderr) == (0, "")
