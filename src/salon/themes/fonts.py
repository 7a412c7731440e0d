"""Fonts by name, in the form in which programs written for Gradio pass them to themes."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Font:
    """A font that is installed on the user's device.

    Args:
        name: name of the font.
        weights: no effect; accepted for programs that pass it.
    """

    name: str
    weights: Sequence[int] = (400, 600)


class LocalFont(Font):
    """Like `Font`."""


class GoogleFont(Font):
    """Like `Font`: the page loads no fonts from other hosts, so it has to be installed on the user's device."""
