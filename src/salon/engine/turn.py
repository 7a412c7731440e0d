"""What a surface submits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from salon.identity import Identity
from salon.ids import ConversationId, FileId, MessageId, TurnId
from salon.messages.message import Message, StoredMessage
from salon.request import Request


@dataclass(frozen=True, kw_only=True, slots=True)
class UserMessage:
    """A user's message to be added below a turn's parent."""

    id: MessageId
    message: Message


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A call of a function that is bound to an event of the page.

    `inputs` are like a turn's. `session` is what the client calls the page that it comes from; `State` goes with it.
    `event` is what the page says of the event.
    """

    id: TurnId
    identity: Identity
    endpoint: str
    session: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    event: Mapping[str, Any] = field(default_factory=dict)
    request: Callable[[], Request] = Request


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One turn of a conversation.

    With `message`, it is added below `parent` and answered; without, `parent` is a user's
    message that is answered again. `example` names an example whose cached answer may serve.
    `copy` is the client's own path of messages up to `parent`, used when the conversation is
    not known any more. `inputs` are values of additional inputs by their ids, with files as `FileRef`; for those
    left out, the components' own count. `session` is what the client calls the page that it comes from; `State`
    goes with it, by default with the conversation. `request` is called when the function asks for it.

    Without `conversation`, nothing is kept: `history` is all that was said before, and only the
    run's log has the reply. `passing_files` were made for such a turn, and are forgotten when its run has ended.
    With `is_kept`, a new conversation is kept where the chat says. With `is_background`, the reply goes on although
    nobody reads it.
    """

    id: TurnId
    identity: Identity
    conversation: ConversationId | None
    chat: str = "chat"
    history: tuple[Message, ...] = ()
    parent: MessageId | None = None
    message: UserMessage | None = None
    example: int | None = None
    copy: tuple[StoredMessage, ...] | None = None
    passing_files: tuple[FileId, ...] = ()
    is_kept: bool = False
    is_background: bool = False
    inputs: Mapping[str, Any] = field(default_factory=dict)
    session: str | None = None
    request: Callable[[], Request] = Request
