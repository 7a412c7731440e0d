"""What travels in the native protocol besides events; the page's TypeScript types come from here."""

from typing import Any

import msgspec

from salon.ids import ConversationId, FileId, MessageId, RunId, TurnId
from salon.messages.documents import ConversationDocument
from salon.messages.message import Message, StoredMessage
from salon.messages.parts import FileRef


class _Wire(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    pass


class NewMessage(_Wire, frozen=True, kw_only=True):
    """The user's message of a turn; `files` are ids of files that were uploaded before."""

    id: MessageId
    text: str = ""
    files: tuple[FileId, ...] = ()


class TurnRequest(_Wire, frozen=True, kw_only=True):
    """Body of `POST api/turns`.

    `inputs` are values of additional inputs by their ids; a file in them is `{"$file": id}`. With `temporary`, a new
    conversation is not kept for the list.
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

    `inputs` are like a turn's; `session` is an id of the page's own making, the same for all its calls; `event` is
    what happened.
    """

    id: TurnId
    endpoint: str
    session: str
    inputs: dict[str, Any] = {}
    event: dict[str, Any] = {}


class EndpointParameter(_Wire, frozen=True, kw_only=True):
    """A parameter of an endpoint. `schema` is a JSON Schema; without a `default`, callers have to give it.

    `input` is what turns call an additional input.
    """

    name: str
    input: str | None = None
    label: str = ""
    schema: dict[str, Any] = {}
    has_default: bool = False
    default: Any = None


class EndpointView(_Wire, frozen=True, kw_only=True):
    """Something that programs may call. `chat` is the name of the chat that it is, if it is one.

    Otherwise `event` is what calls name it by, as their `endpoint`. `outputs` are the components that it sets, in the
    order in which its function returns them.
    """

    name: str
    description: str = ""
    chat: str | None = None
    event: str | None = None
    outputs: tuple[str, ...] = ()
    takes_files: bool = False
    parameters: tuple[EndpointParameter, ...] = ()


class EndpointsView(_Wire, frozen=True, kw_only=True):
    """What programs may call, and by which protocols besides this one."""

    endpoints: tuple[EndpointView, ...] = ()
    protocols: tuple[str, ...] = ()
    address: str


class CancelRequest(_Wire, frozen=True, kw_only=True):
    """Body of `POST api/runs/{run}/cancel`: the number of the last event that was shown."""

    seen: int | None = None


class HeadView(_Wire, frozen=True, kw_only=True):
    """What the stream of `GET api/conversations/{id}/changes` says: the message with which the conversation ends."""

    head: MessageId


class SwitchRequest(_Wire, frozen=True, kw_only=True):
    """Body of `POST api/conversations/{id}/switch`."""

    message: MessageId


class FeedbackRequest(_Wire, frozen=True, kw_only=True):
    """Body of `POST api/conversations/{id}/feedback`: all that its sender thinks of a message; nothing takes it back.

    `copy` is like a turn's, for a server that has lost the conversation.
    """

    message: MessageId
    chat: str = "chat"
    options: tuple[str, ...] = ()
    comment: str = ""
    copy: tuple[StoredMessage, ...] | None = None


class FeedbackView(_Wire, frozen=True, kw_only=True):
    """What its reader thinks of a message: options that were offered, and their own words."""

    options: tuple[str, ...] = ()
    comment: str = ""


class FeedbackKept(_Wire, frozen=True, kw_only=True):
    """What is kept, and at which message: the first one of the turn."""

    message: MessageId
    feedback: FeedbackView


class FeedbacksView(_Wire, frozen=True, kw_only=True):
    """What a reader thinks of a conversation's messages, by their ids; the server may have lost these themselves."""

    feedback: dict[MessageId, FeedbackView] = {}


class MessageView(_Wire, frozen=True, kw_only=True):
    """A message of a conversation; `versions` is there when there are several.

    `feedback` is what its reader thinks of it, `signature` the server's, for clients that keep the message.
    """

    id: MessageId
    message: Message
    created_at: float
    parent: MessageId | None = None
    versions: tuple[MessageId, ...] = ()
    feedback: FeedbackView | None = None
    signature: str | None = None


class UploadView(_Wire, frozen=True, kw_only=True):
    """How far an upload is: how many bytes the server has, or the file that it has become."""

    size_bytes: int = 0
    file: FileRef | None = None


class ActiveRun(_Wire, frozen=True, kw_only=True):
    """A reply that is being written."""

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
    """A conversation as it stands in the list. Times are in seconds since 1970, UTC.

    Where words were searched, `excerpt` is what stands around them, and `message` the message in which that is.
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

    `next` is the `before` of the following page, if there is more. `adoptable` says that this browser has
    conversations from before its user signed in.
    """

    conversations: tuple[EntryView, ...]
    next: str | None = None
    adoptable: bool = False


class ChangeRequest(_Wire, frozen=True, kw_only=True):
    """Body of `PATCH api/conversations/{id}`; an empty `title` brings the automatic one back."""

    title: str | None = None
    is_pinned: bool | None = None


class AdoptedView(_Wire, frozen=True, kw_only=True):
    """How many conversations have become the user's."""

    count: int


class ImportView(_Wire, frozen=True, kw_only=True):
    """The conversations that came in, and how many in the file could not be read."""

    conversations: tuple[EntryView, ...]
    skipped: int = 0


class DocumentsView(_Wire, frozen=True, kw_only=True):
    """The conversations of a file, for whoever keeps them, and how many in the file could not be read."""

    documents: tuple[ConversationDocument, ...]
    skipped: int = 0


class ShareRequest(_Wire, frozen=True, kw_only=True):
    """Body of `POST api/shares`: a conversation that a browser keeps, of which what it shows is shared.

    Messages that carry the server's signatures are known as its own where somebody continues the conversation.
    """

    conversation: ConversationId
    document: ConversationDocument


class ShareView(_Wire, frozen=True, kw_only=True):
    """Something that its owner has shared; whoever has the `id` may read it."""

    id: str
    conversation: ConversationId
    title: str
    created_at: float


class ShareList(_Wire, frozen=True, kw_only=True):
    """What the asker has shared, newest first."""

    shares: tuple[ShareView, ...]


class SharedView(_Wire, frozen=True, kw_only=True):
    """What is shared under an id, as it was at `created_at`; its files are at `shared/{id}/{file}/{name}`."""

    title: str
    created_at: float
    messages: tuple[MessageView, ...]


class ContinueRequest(_Wire, frozen=True, kw_only=True):
    """Body of `POST api/shared/{id}/copy`: the chat in which it goes on, where that of the original is gone."""

    chat: str = "chat"
