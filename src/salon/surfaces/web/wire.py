"""The bodies of the native protocol's requests and responses; the page's TypeScript types are generated from them."""

from typing import Any

import msgspec

from salon.ids import ConversationId, FileId, MessageId, RunId, TurnId
from salon.messages.documents import ConversationDocument
from salon.messages.message import Message, StoredMessage
from salon.messages.parts import FileRef


class _Wire(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    pass


class NewMessage(_Wire, frozen=True, kw_only=True):
    """The user's message of a turn; `files` are ids of uploaded files."""

    id: MessageId
    text: str = ""
    files: tuple[FileId, ...] = ()


class TurnRequest(_Wire, frozen=True, kw_only=True):
    """Body of `POST api/turns`.

    `inputs` are values of additional inputs by id; a file in them is `{"$file": id}`. `temporary` keeps a new
    conversation out of the persisted list.
    """

    id: TurnId
    conversation: ConversationId
    chat: str = "chat"
    parent: MessageId | None = None
    message: NewMessage | None = None
    example: int | None = None
    copy: tuple[StoredMessage, ...] | None = None
    inputs: dict[str, Any] = {}
    session: str | None = None
    temporary: bool = False


class CallRequest(_Wire, frozen=True, kw_only=True):
    """Body of `POST api/calls`: call a function that is bound to an event.

    `inputs` are like a turn's; `session` is an id that the page chose, the same for all its calls; `event` is the data
    of the event.
    """

    id: TurnId
    endpoint: str
    session: str
    inputs: dict[str, Any] = {}
    event: dict[str, Any] = {}


class EndpointParameter(_Wire, frozen=True, kw_only=True):
    """A parameter of an endpoint. `schema` is a JSON Schema; a parameter without a `default` is required.

    `input` is the id of the additional input in turns.
    """

    name: str
    input: str | None = None
    label: str = ""
    schema: dict[str, Any] = {}
    has_default: bool = False
    default: Any = None


class EndpointView(_Wire, frozen=True, kw_only=True):
    """An endpoint that programs may call. For a chat, `chat` is its name.

    For a function, `event` is the `endpoint` of calls. `outputs` are the components that the function sets, in the
    order of its return values.
    """

    name: str
    description: str = ""
    chat: str | None = None
    event: str | None = None
    outputs: tuple[str, ...] = ()
    takes_files: bool = False
    parameters: tuple[EndpointParameter, ...] = ()


class EndpointsView(_Wire, frozen=True, kw_only=True):
    """The endpoints that programs may call, and the enabled protocols besides this one."""

    endpoints: tuple[EndpointView, ...] = ()
    protocols: tuple[str, ...] = ()
    address: str


class CancelRequest(_Wire, frozen=True, kw_only=True):
    """Body of `POST api/runs/{run}/cancel`: the number of the last event that was shown."""

    seen: int | None = None


class HeadView(_Wire, frozen=True, kw_only=True):
    """Event of `GET api/conversations/{id}/changes`: the last message of the conversation."""

    head: MessageId


class SwitchRequest(_Wire, frozen=True, kw_only=True):
    """Body of `POST api/conversations/{id}/switch`."""

    message: MessageId


class FeedbackRequest(_Wire, frozen=True, kw_only=True):
    """Body of `POST api/conversations/{id}/feedback`: the whole rating of a message; an empty one withdraws it.

    `copy` is like a turn's, for a server that no longer has the conversation.
    """

    message: MessageId
    chat: str = "chat"
    options: tuple[str, ...] = ()
    comment: str = ""
    copy: tuple[StoredMessage, ...] | None = None


class FeedbackView(_Wire, frozen=True, kw_only=True):
    """A user's rating of a message: the selected options, and a comment."""

    options: tuple[str, ...] = ()
    comment: str = ""


class FeedbackKept(_Wire, frozen=True, kw_only=True):
    """The persisted rating, and its message: the first one of the turn."""

    message: MessageId
    feedback: FeedbackView


class FeedbacksView(_Wire, frozen=True, kw_only=True):
    """A user's ratings of a conversation's messages, by message id; the server may no longer have the messages."""

    feedback: dict[MessageId, FeedbackView] = {}


class MessageView(_Wire, frozen=True, kw_only=True):
    """A message of a conversation; `versions` is set if there are several.

    `feedback` is the user's rating, `signature` the server's signature, for clients that store the message.
    """

    id: MessageId
    message: Message
    created_at: float
    parent: MessageId | None = None
    versions: tuple[MessageId, ...] = ()
    feedback: FeedbackView | None = None
    signature: str | None = None


class UploadView(_Wire, frozen=True, kw_only=True):
    """The state of an upload: the number of bytes that the server has, or the completed file."""

    size_bytes: int = 0
    file: FileRef | None = None


class ActiveRun(_Wire, frozen=True, kw_only=True):
    """An active reply."""

    id: RunId
    answers: MessageId | None = None


class ConversationView(_Wire, frozen=True, kw_only=True):
    """One page of the path to a conversation's head, oldest message first."""

    id: ConversationId
    messages: tuple[MessageView, ...]
    earlier: bool = False
    run: ActiveRun | None = None
    undone: MessageView | None = None


class EntryView(_Wire, frozen=True, kw_only=True):
    """An entry of the list of conversations. Times are in seconds since 1970, UTC.

    In a search result, `excerpt` is the text around the words, and `message` the message that contains them.
    """

    id: ConversationId
    title: str
    created_at: float
    updated_at: float
    chat: str
    is_named: bool = False
    is_pinned: bool = False
    excerpt: str | None = None
    message: MessageId | None = None


class ConversationList(_Wire, frozen=True, kw_only=True):
    """A page of the list, pinned conversations first, then by the last change, newest first.

    `next` is the `before` of the following page, if there is one. `adoptable` tells that this browser has conversations
    from before its user signed in.
    """

    conversations: tuple[EntryView, ...]
    next: str | None = None
    adoptable: bool = False


class ChangeRequest(_Wire, frozen=True, kw_only=True):
    """Body of `PATCH api/conversations/{id}`; an empty `title` restores the automatic one."""

    title: str | None = None
    is_pinned: bool | None = None


class AdoptedView(_Wire, frozen=True, kw_only=True):
    """The number of conversations that were transferred to the user."""

    count: int


class ImportView(_Wire, frozen=True, kw_only=True):
    """The imported conversations, and the number of those that could not be read."""

    conversations: tuple[EntryView, ...]
    skipped: int = 0


class DocumentsView(_Wire, frozen=True, kw_only=True):
    """The conversations of a file, for the client to store, and the number of those that could not be read."""

    documents: tuple[ConversationDocument, ...]
    skipped: int = 0


class ShareRequest(_Wire, frozen=True, kw_only=True):
    """Body of `POST api/shares`: the messages of a conversation that a browser stores.

    Messages with the server's valid signatures count as verified if a user continues the conversation.
    """

    conversation: ConversationId
    document: ConversationDocument


class ShareView(_Wire, frozen=True, kw_only=True):
    """A share for its owner; every user with the `id` may read it."""

    id: str
    conversation: ConversationId
    title: str
    created_at: float


class ShareList(_Wire, frozen=True, kw_only=True):
    """The user's shares, newest first."""

    shares: tuple[ShareView, ...]


class SharedView(_Wire, frozen=True, kw_only=True):
    """A share, as of `created_at`; its files are at `shared/{id}/{file}/{name}`."""

    title: str
    created_at: float
    messages: tuple[MessageView, ...]


class ContinueRequest(_Wire, frozen=True, kw_only=True):
    """Body of `POST api/shared/{id}/copy`: the chat in which to continue, if the original's does not exist."""

    chat: str = "chat"
