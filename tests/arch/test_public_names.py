"""Every public name has one home, and says what it is."""

import inspect
import json
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import salon
from salon.components.base import Component
from salon.components.layout import Layout
from salon.launching import Launchable

ROOT = Path(__file__).parents[2]
NAMES = [name for name in salon.__all__ if not name.startswith("__")]


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_is_documented(name):
    assert len(inspect.getdoc(getattr(salon, name)) or "") > 20


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_of_a_public_name_is_explained(name):
    value = getattr(salon, name)
    if inspect.isclass(value) and issubclass(value, BaseException) and name != "Error":
        pytest.skip("an error that only Salon makes")
    explained = inspect.getdoc(value) or ""
    if inspect.isclass(value) and issubclass(value, Component | Layout | Launchable | salon.EventData):
        explained += "".join(inspect.getdoc(base) or "" for base in value.__mro__[1:-1])
    if name in ("Request", "EventData", "SelectData"):
        explained = explained.replace("Attributes:", "Args:")
    missing = [
        parameter
        for parameter in inspect.signature(value).parameters
        if not re.search(rf"^\s*{parameter}: ", explained, re.MULTILINE)
    ]

    assert not missing or "those of `Info`" in explained


def test_unknown_names_are_refused_like_everywhere():
    with pytest.raises(AttributeError, match="Chatinterface"):
        salon.Chatinterface  # noqa: B018


def test_dir_lists_the_public_names():
    assert set(salon.__all__) <= set(dir(salon))


# What the names need of others is loaded before, so that each process has only Salon's own modules to load.
_EACH_FIRST = """
import anyio, asyncio, concurrent.futures, dataclasses, httpx, inspect, json, msgspec, os, pathlib, sys, tempfile

def works(name):
    try:
        import salon
        value = salon
        for part in name.split("."):
            value = getattr(value, part)
    except BaseException as error:
        print(repr(error), file=sys.stderr)
        os._exit(1)
    os._exit(0)

waiting, running, failed = json.load(sys.stdin), {}, []
while waiting or running:
    while waiting and len(running) < (os.cpu_count() or 1):
        name = waiting.pop()
        child = os.fork()
        if child == 0:
            works(name)
        running[child] = name
    child, status = os.wait()
    name = running.pop(child)
    if status:
        failed.append(name)
print(json.dumps(failed))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that begin where another one is")
def test_every_public_name_works_as_the_first_one_of_a_process():
    names = [*salon.__all__, *(f"themes.{name}" for name in salon.themes.__all__), "testing.ChatClient"]
    done = subprocess.run(
        [sys.executable, "-c", _EACH_FIRST], input=json.dumps(names), capture_output=True, text=True, check=True
    )

    assert json.loads(done.stdout) == [], done.stderr


def test_a_public_name_is_not_hidden_by_a_module_of_the_same_name():
    modules = {module.name for module in pkgutil.iter_modules(salon.__path__)}

    assert not modules & set(salon.__all__)
