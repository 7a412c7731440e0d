"""Answers to the examples, kept so that clicking on one shows its answer at once."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from salon.events.fold import Reply
from salon.messages.chat_message import ChatMessage
from salon.messages.message import Message, StoredMessage
from salon.messages.parts import ThoughtPart

_log = logging.getLogger("salon")


class ExampleCache:
    """The cached answers of one endpoint's examples, by their number.

    Args:
        examples: what is asked.
        answer: asks it, as a run like any other.
    """

    def __init__(self, examples: Sequence[str], answer: Callable[[str], Awaitable[Reply]]) -> None:
        self._examples = examples
        self._answer = answer
        self._answers: dict[int, list[ChatMessage]] = {}

    def find(self, example: int | None, path: list[StoredMessage]) -> list[ChatMessage] | None:
        """Return the cached answer, if `path` is nothing but that example asked."""
        if example is None or len(path) != 1 or not self._is_example(example, path[0].message):
            return None
        return self._answers.get(example)

    async def warm(self) -> None:
        """Run every example once. One that fails is named in the log, and runs anew when it is clicked."""
        for number, text in enumerate(self._examples):
            reply = await self._answer(text)
            if reply.status == "complete":
                self._answers[number] = _as_value(reply)
            else:
                reason = reply.failure.message if reply.failure is not None else reply.status
                _log.warning("The example %r is not cached: %s", text, reason)

    def _is_example(self, example: int, message: Message) -> bool:
        return 0 <= example < len(self._examples) and self._examples[example] == message.text


def _as_value(reply: Reply) -> list[ChatMessage]:
    """Return a value that a chat function could have returned to say the same."""
    value = []
    for message in reply.messages:
        for part in message.parts:
            metadata: dict[str, Any] = {}
            if isinstance(part, ThoughtPart):
                metadata = {"title": part.title, "status": part.status, "log": part.log, "duration": part.duration_s}
            value.append(ChatMessage(content=part.text, metadata=metadata))
    return value
