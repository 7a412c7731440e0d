"""One run: small and hot, kept apart from the conversation."""

import msgspec

from salon.ids import ConversationId, MessageId, RunId, TurnId
from salon.messages.message import Status


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A turn, or a call, that was accepted. `status` is `None` until it has ended.

    Calls belong to no conversation, and answer no message.
    """

    id: RunId
    owner: str
    turn: TurnId
    conversation: ConversationId | None = None
    answers: MessageId | None = None
    status: Status | None = None
