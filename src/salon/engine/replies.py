"""Reads what an author's function returned or yielded: a reply, and values of components beside it."""

from dataclasses import dataclass, field
from typing import Any

from salon.components.base import SKIP, Component, ComponentError, Files, Skip
from salon.components.layout import Layout
from salon.conversations.reading import Drafts, MessageReader, ReplyError
from salon.definition.containers import ContainerOutput
from salon.definition.endpoint import Parameter
from salon.engine.outputs import read_outputs
from salon.engine.sessions import Session
from salon.events.types import OutputSet
from salon.messages.chat_message import Append


@dataclass(frozen=True, slots=True)
class Yielded:
    """A reply, if it changes, and what changes of components beside the chat."""

    reply: "str | Append | Drafts | None"
    outputs: tuple[OutputSet, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyReader(MessageReader):
    """Reads the values of a chat function.

    Attributes:
        outputs: the components that the function sets beside its reply.
        session: the session whose states it may set.
    """

    outputs: tuple[Parameter, ...] = ()
    session: Session = field(default_factory=Session)

    def __call__(self, value: Any) -> "str | Append | Drafts | Yielded":
        """Return `value` as text, text to be appended, whole messages, or one of these and changes of components.

        It may block, to write files.

        Raises:
            ReplyError: a chat cannot show `value`.
        """
        if not self.outputs or isinstance(value, Append | Drafts):
            return self.read(value)
        if not isinstance(value, list | tuple) or len(value) != 1 + len(self.outputs):
            raise ReplyError(
                f"The chat function sets {len(self.outputs)} `additional_outputs`, so it returns or yields "
                f"{1 + len(self.outputs)} values: the reply and one for each. It returned `{type(value).__name__}`."
            )
        reply, *values = value
        try:
            outputs = read_outputs(self.outputs, values, self.files, self.session, self.parts)
        except ComponentError as error:
            raise ReplyError(f"{error}") from error
        is_kept = isinstance(reply, Skip) or reply is None
        return Yielded(None if is_kept else self.read(reply), outputs)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventReader:
    """Reads the values of a function that is bound to an event. The attributes are like those of `ReplyReader`."""

    files: Files
    outputs: tuple[Parameter, ...]
    session: Session

    def __call__(self, value: Any) -> Yielded:
        """Return what `value` changes of components. It may block, to write files.

        Raises:
            ReplyError: it has not one value for each of them, or one that cannot be shown.
        """
        try:
            return Yielded(
                None,
                read_outputs(
                    self.outputs, self._values(value), self.files, self.session, MessageReader(files=self.files).parts
                ),
            )
        except ComponentError as error:
            raise ReplyError(f"{error}") from error

    def _values(self, value: Any) -> list[Any]:
        count = len(self.outputs)
        if count == 0:
            return []
        if isinstance(value, Skip):
            return [value] * count
        by_component = isinstance(value, dict) and any(isinstance(key, Component | Layout) for key in value)
        if by_component:
            return [value.get(_named_by(parameter.component), SKIP) for parameter in self.outputs]
        if count == 1:
            return [value]
        if not isinstance(value, list | tuple) or len(value) != count:
            raise ReplyError(
                f"The function sets {count} outputs, so it returns or yields {count} values, a dictionary of "
                f"components and values, or `skip()`. It returned `{type(value).__name__}`."
            )
        return list(value)


def _named_by(component: Component) -> Component | Layout:
    """Return what functions name an output by in a dictionary."""
    return component.layout if isinstance(component, ContainerOutput) else component
