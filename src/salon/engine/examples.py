"""Answers to the examples, kept so that clicking on one shows its answer at once."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

from salon.engine.calls import bind
from salon.engine.context import Request
from salon.engine.deltas import Deltas
from salon.engine.functions import Invocation
from salon.errors import Error
from salon.events.fold import Folding, Reply
from salon.ids import MessageId, mint
from salon.messages.chat_message import ChatMessage
from salon.messages.message import Message, StoredMessage, user_message
from salon.messages.parts import ThoughtPart
from salon.spec.endpoint import ChatEndpoint

_log = logging.getLogger("salon")


class ExampleCache:
    """The cached answers of one endpoint's examples, by their number.

    Args:
        chat: the endpoint.
        invoke: starts a bound call of its function.
    """

    def __init__(self, chat: ChatEndpoint, invoke: Callable[[Callable[[], Any]], Invocation]) -> None:
        self._chat = chat
        self._invoke = invoke
        self._answers: dict[int, list[ChatMessage]] = {}

    def find(self, example: int | None, path: list[StoredMessage]) -> list[ChatMessage] | None:
        """Return the cached answer, if `path` is nothing but that example asked."""
        if example is None or len(path) != 1 or not self.has_text(example, path[0].message):
            return None
        return self._answers.get(example)

    def has_text(self, example: int, message: Message) -> bool:
        """Tell whether `message` is that example."""
        return 0 <= example < len(self._chat.examples) and self._chat.examples[example] == message.text

    async def warm(self) -> None:
        """Run every example once. One that fails is named in the log, and runs anew when it is clicked."""
        for number, text in enumerate(self._chat.examples):
            try:
                self._answers[number] = _as_value(await self._answer(text))
            except (Exception, Error) as error:  # noqa: BLE001 - an example's failure is no reason not to start
                _log.warning("The example %r failed and is not cached: %s: %s", text, type(error).__name__, error)
            await asyncio.sleep(0)

    async def _answer(self, text: str) -> Reply:
        asked = StoredMessage(id=MessageId(mint()), message=user_message(text), created_at=0)
        deltas, folding = Deltas(lambda: MessageId(mint())), Folding()
        invocation = self._invoke(bind(self._chat, [asked], Request))
        async with aclosing(invocation.batches()) as batches:
            async for batch in batches:
                for value in batch:
                    for event in deltas.take(value):
                        folding.add(event)
        return folding.reply()


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
