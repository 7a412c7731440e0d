"""Every public name has one home, and says what it is."""

import inspect
import re
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
