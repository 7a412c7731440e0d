"""From what a chat function returned or yielded to the messages that it means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from salon.components.base import SKIP, Component, ComponentError, Files, Skip
from salon.components.catalog import component_for
from salon.components.layout import Layout
from salon.components.said import Draft, NothingToShowError, Saying, is_message
from salon.definition.containers import ContainerOutput
from salon.definition.endpoint import Parameter
from salon.engine.outputs import read_outputs
from salon.engine.reasoning import Tags, parts_of
from salon.engine.sessions import Session
from salon.events.types import OutputSet, ReplyForm
from salon.messages.chat_message import Append, ChatMessage
from salon.messages.parts import Part, TextPart, ThoughtPart
from salon.text import clean

_MESSAGES_AT_MOST = 1_000


class ReplyError(Exception):
    """The function produced something that is not a reply; the message says what, for its author."""


@dataclass(frozen=True, slots=True)
class Drafts:
    """A whole reply, as messages to be, and what it was given as."""

    messages: tuple[Draft, ...]
    form: ReplyForm = "value"


@dataclass(frozen=True, slots=True)
class Yielded:
    """A reply, if it changes, and what changes of components beside the chat."""

    reply: "str | Append | Drafts | None"
    outputs: tuple[OutputSet, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a function's values are read.

    Attributes:
        files: where files go that its values hold.
        tags: what stands around thoughts in its text.
        outputs: components that it sets beside its reply.
        session: whose states it may set.
    """

    files: Files
    tags: Tags = ()
    outputs: tuple[Parameter, ...] = ()
    session: Session = field(default_factory=Session)

    def __call__(self, value: Any) -> "str | Append | Drafts | Yielded":
        """Return `value` as text, text to be appended, whole messages, or one of these and changes of components.

        It may block, to write files.

        Raises:
            ReplyError: `value` is nothing that a chat can show.
        """
        if not self.outputs or isinstance(value, Append | Drafts):
            return self._reply(value)
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
        return Yielded(None if is_kept else self._reply(reply), outputs)

    def parts(self, value: Any) -> Draft:
        """Return the parts of the one message that `value` stands for. It may block, to write files.

        Raises:
            ReplyError: `value` is nothing that a chat can show.
            ComponentError: a component in it has a value that it cannot show.
        """
        texts = partial(parts_of, tags=self.tags) if self.tags else None
        saying = Saying(self.files) if texts is None else Saying(self.files, texts)
        try:
            return saying.parts(value)
        except NothingToShowError as error:
            raise ReplyError(_nothing(error.value)) from None

    def _reply(self, value: Any) -> "str | Append | Drafts":
        if isinstance(value, Append | Drafts) or type(value) is str:
            return value
        if isinstance(value, str):
            return str(value)
        try:
            if isinstance(value, list | tuple) and component_for(value) is None:
                return Drafts(self._drafts(value), "messages" if any(map(is_message, value)) else "list")
            return Drafts(self._drafts((value,)), "message" if is_message(value) else "value")
        except ComponentError as error:
            raise ReplyError(f"{error}") from error

    def _drafts(self, items: Sequence[Any]) -> tuple[Draft, ...]:
        """Return the messages that `items` stand for, one each; thoughts belong to what follows them."""
        if len(items) > _MESSAGES_AT_MOST:
            raise ReplyError(f"A reply has at most {_MESSAGES_AT_MOST} messages, got {len(items)}.")
        messages: list[Draft] = []
        thoughts: list[Part] = []
        for item in items:
            parts = self.parts(item)
            if all(isinstance(part, ThoughtPart) for part in parts):
                thoughts += parts
            else:
                messages.append((*thoughts, *parts))
                thoughts = []
        if thoughts:
            messages.append(tuple(thoughts))
        return tuple(messages)


def drafts_of(reading: Reading, value: Any) -> tuple[Draft, ...]:
    """Return the messages that a whole reply stands for, at least one. It may block, to write files.

    Raises:
        ReplyError: `value` is nothing that a chat can show.
    """
    match reading(value):
        case Drafts(messages=messages):
            return messages or ((),)
        case Append(text=text):
            return ((TextPart(text=clean(text)),),)
        case str() as text:
            return ((TextPart(text=clean(text)),),)
        case _:
            raise ReplyError("There are no components here whose values could be set.")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventReading:
    """How the values of a function are read that is bound to an event. Its attributes are like those of `Reading`."""

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
                    self.outputs, self._values(value), self.files, self.session, Reading(files=self.files).parts
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


def _nothing(value: Any) -> str:
    if value is None:
        return "The chat function returned `None`. Return or yield the reply's text; is a `return` missing?"
    return (
        f"The chat function returned a value of type `{type(value).__name__}`, which a chat cannot show. "
        "Return or yield a string, a component such as `Image`, a `ChatMessage`, a dictionary with `content`, or a "
        "list of these."
    )


def is_light(value: Any) -> bool:
    """Tell whether reading a value takes no time worth a thread."""
    match value:
        case str() | Append() | Drafts() | int() | float() | None:
            return True
        case ChatMessage(content=str()):
            return True
        case Mapping():
            return isinstance(value.get("content"), str)
        case list():
            return all(is_light(item) for item in value)
        case _:
            return False
