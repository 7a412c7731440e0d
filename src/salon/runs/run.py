"""One run: small and hot, kept apart from the conversation."""

import msgspec

from salon.ids import ConversationId, MessageId, RunId, TurnId
from salon.messages.message import Status


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A turn, or a call, that was accepted. `status` is `None` until it has ended.

    Calls, and turns of which nothing is kept, belong to no conversation. `waits` says that it had to queue at first.
    """

    id: RunId
    owner: str
    turn: TurnId
    conversation: ConversationId | None = None
    answers: MessageId | None = None
    status: Status | None = None
    waits: bool = False
