"""Pushed messages: messages that the application adds to conversations, outside of replies."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from salon.components.base import ComponentError, Files
from salon.components.drafts import Draft
from salon.conversations.reading import MessageReader, ReplyError
from salon.conversations.watchers import Watchers
from salon.errors import AuthorError
from salon.ids import ConversationId, MessageId
from salon.messages.message import Message, chained
from salon.messages.parts import TextPart
from salon.runs.index import RunIndex
from salon.runs.log import RunLog
from salon.stores.base import ConversationStore


class Pushing:
    """Pushes messages: `demo.push`.

    Args:
        log: the log of runs, to wait for their ends.
        index: the index of runs.
        conversations: the store of conversations.
        files_of: function that returns the store for the files of an owner.
        watchers: the clients that watch conversations.
        clock: function that returns seconds since 1970.
    """

    def __init__(
        self,
        *,
        log: RunLog,
        index: RunIndex,
        conversations: ConversationStore,
        files_of: Callable[[str], Files],
        watchers: Watchers,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._log = log
        self._index = index
        self._conversations = conversations
        self._files_of = files_of
        self._watchers = watchers
        self._clock = clock

    async def push(self, conversation: ConversationId, value: Any) -> MessageId:
        """Add a value that a chat function could return as messages of the assistant, and return the last one's id.

        The messages are added after the end of the active reply, if there is one.

        Raises:
            ConversationNotFound: the conversation does not exist.
            AuthorError: a chat cannot show `value`, or `value` is empty or has a role other than the assistant's.
        """
        items = value if isinstance(value, list | tuple) else [value]
        role = next(filter(None, map(_foreign_role, items)), None)
        if role is not None:
            raise AuthorError(
                "push.role", f"Only messages with the role 'assistant' can be pushed; this one has the role {role!r}."
            )
        owner = await self._conversations.owner_of(conversation)
        reader = MessageReader(files=self._files_of(owner))
        try:
            messages = await asyncio.to_thread(reader.messages, value)
        except (ReplyError, ComponentError) as error:
            raise AuthorError("push.message", f"{error}") from error
        if any(map(_is_empty, messages)):
            raise AuthorError("push.message", f"A pushed message needs content that can be shown, got {value!r}.")
        pushed = await self._append(conversation, messages, owner)
        self._watchers.tell(conversation, pushed)
        return pushed

    async def _append(self, id_: ConversationId, messages: Sequence[Draft], owner: str) -> MessageId:
        while True:
            while (active := await self._index.active(id_)) is not None:
                async for _ in self._log.read(active.id):
                    pass
                await asyncio.sleep(0)
            head = (await self._conversations.load(id_, owner=owner)).head
            # A turn may have begun while the conversation was loaded. Its reply has to be persisted first: otherwise
            # the pushed message would come between the question and its reply.
            if await self._index.active(id_) is None:
                break
        pushed = (Message(role="assistant", parts=parts, is_pushed=True) for parts in messages)
        added = chained(pushed, below=head, created_at=self._clock())
        await self._conversations.append(id_, added, owner=owner, only_at=head)
        return added[-1].id


def _is_empty(parts: Draft) -> bool:
    return all(isinstance(part, TextPart) and not part.text.strip() for part in parts)


def _foreign_role(value: Any) -> Any:
    """Return the role of a message if it is not the assistant's."""
    role = value.get("role") if isinstance(value, Mapping) else getattr(value, "role", None)
    return None if role == "assistant" else role
