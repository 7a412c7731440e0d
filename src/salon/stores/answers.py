"""The port for answers to examples, which outlive a restart."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from salon.ids import FileId
from salon.messages.parts import Part


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptAnswer:
    """An answer: the parts of its messages, and where the content of the files is that they refer to."""

    messages: tuple[tuple[Part, ...], ...]
    files: Mapping[FileId, Path] = field(default_factory=dict)


class AnswerStore(Protocol):
    """Keeps answers by key, in scopes that know nothing of each other. Calls block; keys and scopes are hexadecimal.

    Several processes may use one store at once: an answer is there as a whole or not at all.
    """

    def get(self, scope: str, key: str) -> KeptAnswer | None:
        """Return an answer; what is kept and cannot be read counts as not there, and is forgotten."""

    def put(self, scope: str, key: str, answer: KeptAnswer) -> None:
        """Keep an answer with copies of its files. Where there is one already, that one stays.

        Raises:
            OSError: it cannot be kept.
        """

    def keep_only(self, scope: str, keys: Collection[str]) -> None:
        """Forget every other answer of a scope, and what was begun and never ended."""
