"""Fonts by name, as programs written for Gradio give them to themes."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Font:
    """A font that is installed where the page is read.

    Args:
        name: its name.
        weights: ignored; for programs that name them.
    """

    name: str
    weights: Sequence[int] = (400, 600)


class LocalFont(Font):
    """Like `Font`."""


class GoogleFont(Font):
    """Like `Font`: nothing is fetched from anywhere, so it has to be installed too."""
