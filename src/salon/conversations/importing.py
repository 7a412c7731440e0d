"""The import of conversations: Salon's own documents, and ChatGPT's export."""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from salon.components.catalog import is_wellformed as is_component
from salon.errors import ClientError
from salon.ids import ConversationId, MessageId, is_wellformed, mint
from salon.messages.conversation import Conversation
from salon.messages.documents import ConversationDocument
from salon.messages.message import Message, StoredMessage
from salon.messages.parts import ComponentPart, TextPart
from salon.text import clean

CONVERSATIONS_AT_MOST = 1_000
_MESSAGES_AT_MOST = 10_000

# In ChatGPT's texts, citations and names of entities are enclosed by characters of Unicode's private-use area.
_MARK = re.compile("(?P<space> ?)(?P<mark>\ue200(?P<inner>[^\ue200\ue201]*)\ue201)")


def read_import(body: bytes) -> tuple[list[ConversationDocument], int]:
    """Return the conversations of a file, and the number of those that could not be read.

    Raises:
        ClientError: the file is not JSON, or contains no conversation, or too many.
    """
    try:
        content = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ClientError(
            "import.invalid",
            f"The file is not JSON: {error}. Choose a file that was exported here, or ChatGPT's `conversations.json`.",
        ) from None
    if isinstance(content, dict) and isinstance(content.get("conversations"), list):
        content = content["conversations"]
    items = content if isinstance(content, list) else [content]
    if len(items) > CONVERSATIONS_AT_MOST:
        raise ClientError(
            "import.too-many",
            f"The file has {len(items)} conversations; at most {CONVERSATIONS_AT_MOST} can be imported at once.",
        )
    documents = [_read(item) for item in items]
    imported = [one for one in documents if one is not None and one.messages]
    if not imported:
        raise ClientError(
            "import.invalid",
            "There is no conversation in the file. Choose a file that was exported here, or ChatGPT's "
            "`conversations.json`.",
        )
    return imported, len(items) - len(imported)


def read_document(body: bytes) -> ConversationDocument:
    """Return the conversation of one document of Salon's own.

    Raises:
        ClientError: the text is not JSON, does not have the document's schema, or its messages form no tree.
    """
    try:
        document = msgspec.json.decode(body, type=ConversationDocument)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ClientError("import.invalid", f"The text is not a document of a conversation: {error}") from None
    return checked(document)


def checked(document: ConversationDocument) -> ConversationDocument:
    """Validate a document from outside, and return it.

    Raises:
        ClientError: its messages form no tree, or one of them is invalid.
    """
    try:
        return _own(document)
    except (_InvalidError, RecursionError):
        raise ClientError(
            "import.invalid",
            "The document is invalid: a message has no parent before it, an id appears twice, or a role or component "
            "is unknown.",
        ) from None


def conversation_with(document: ConversationDocument, id_: ConversationId, owner: str) -> Conversation:
    """Return the conversation of a validated document; no store has it."""
    conversation = Conversation(id_, owner, verified=False)
    for stored in document.messages:
        conversation.add(stored)
    conversation.head = document.head
    return conversation


def _read(item: Any) -> ConversationDocument | None:
    try:
        if isinstance(item, dict) and isinstance(item.get("mapping"), dict):
            return _foreign(item, item["mapping"])
        return _own(msgspec.convert(item, ConversationDocument))
    except (msgspec.ValidationError, _InvalidError, RecursionError):
        return None


class _InvalidError(Exception):
    """The messages of a conversation form no tree, or one of them is invalid."""


def _own(document: ConversationDocument) -> ConversationDocument:
    ids: set[str] = set()
    messages = []
    if len(document.messages) > _MESSAGES_AT_MOST:
        raise _InvalidError
    for stored in document.messages:
        is_valid = is_wellformed(stored.id) and stored.id not in ids and (stored.parent is None or stored.parent in ids)
        if not is_valid or stored.message.role not in ("user", "assistant"):
            raise _InvalidError
        for part in stored.message.parts:
            if isinstance(part, ComponentPart) and not is_component(part.kind, part.props, files=len(part.files)):
                raise _InvalidError
        ids.add(stored.id)
        messages.append(msgspec.structs.replace(stored, created_at=_time(stored.created_at)))
    if document.head is not None and document.head not in ids:
        raise _InvalidError
    return msgspec.structs.replace(
        document,
        title=clean(document.title),
        messages=tuple(messages),
        created_at=_time(document.created_at),
        updated_at=_time(document.updated_at),
    )


def _foreign(item: Mapping[str, Any], nodes: Mapping[str, Any]) -> ConversationDocument:
    """Read one conversation of ChatGPT's export: a tree of nodes, of which some have no message."""
    if len(nodes) > 2 * _MESSAGES_AT_MOST:
        raise _InvalidError
    children: dict[str | None, list[str]] = {}
    for key, node in nodes.items():
        if not isinstance(node, dict):
            raise _InvalidError
        parent = node.get("parent")
        children.setdefault(parent if isinstance(parent, str) and parent in nodes else None, []).append(key)
    messages: list[StoredMessage] = []
    # Maps each node to the parent of its children's messages: the node's own message, or, if it has none, the nearest
    # message above it.
    message_at: dict[str, MessageId | None] = {}
    waiting: list[tuple[str, MessageId | None]] = [(key, None) for key in reversed(children.get(None, []))]
    while waiting:
        key, parent_id = waiting.pop()
        if key in message_at:
            raise _InvalidError
        content = _message_of(nodes[key].get("message"))
        message_at[key] = parent_id
        if content is not None:
            message, created_at = content
            stored = StoredMessage(id=MessageId(mint()), parent=parent_id, message=message, created_at=created_at)
            messages.append(stored)
            message_at[key] = stored.id
        waiting += [(child, message_at[key]) for child in reversed(_in_order(children.get(key, []), nodes[key]))]
    current, title = item.get("current_node"), item.get("title")
    head = message_at.get(current) if isinstance(current, str) else None
    if head is None and messages:
        head = messages[-1].id
    name = clean(title) if isinstance(title, str) else ""
    return ConversationDocument(format="salon-conversation", version=1, title=name, messages=tuple(messages), head=head)


def _in_order(keys: list[str], node: Mapping[str, Any]) -> list[str]:
    """Return the keys of children in the order of their parent's list."""
    order = node.get("children")
    positions = {key: at for at, key in enumerate(order) if isinstance(key, str)} if isinstance(order, list) else {}
    return sorted(keys, key=lambda key: positions.get(key, len(positions)))


def _message_of(message: Any) -> tuple[Message, float] | None:
    """Return the message of a node and its time; `None` if the node has no message of the user or the assistant."""
    match message:
        case {"recipient": str(recipient)} if recipient != "all":  # a tool call
            return None
        case {"metadata": {"is_visually_hidden_from_conversation": True}}:
            return None
        case {"author": {"role": "user" | "assistant" as role}, "content": {"parts": list(parts)}}:
            texts = list(_texts(parts))
        case _:
            return None
    text = clean(_without_marks("\n\n".join(texts), message.get("metadata")))
    if not text.strip():
        return None
    created_at = message.get("create_time")
    seconds = _time(created_at) if isinstance(created_at, int | float) else 0.0
    return Message(role=role, parts=(TextPart(text=text),)), seconds


def _texts(parts: Iterable[Any]) -> Iterable[str]:
    for part in parts:
        match part:
            case str() if part:
                yield part
            case {"text": str(text)} if text:
                yield text


def _without_marks(text: str, metadata: Any) -> str:
    """Return a text of ChatGPT's with its private marks replaced by links and names."""
    references = metadata.get("content_references") if isinstance(metadata, dict) else None
    links: dict[str, str] = {}
    for reference in references if isinstance(references, list) else ():
        match reference:
            case {"matched_text": str(mark), "alt": str(link)}:
                links[mark] = link
    return _MARK.sub(lambda mark: _replacement(mark, links), text)


def _replacement(mark: re.Match[str], links: Mapping[str, str]) -> str:
    """Return the replacement of a mark: a link, the name of an entity, or nothing."""
    if mark["mark"] in links:
        return f"{mark['space']}{links[mark['mark']]}"
    kind, _, content = mark["inner"].partition("\ue202")
    if kind != "entity":
        return ""
    try:
        entity = msgspec.json.decode(content)
    except (msgspec.DecodeError, RecursionError):
        return ""
    name = entity[1] if isinstance(entity, list) and len(entity) > 1 and isinstance(entity[1], str) else ""
    return f"{mark['space']}{name}"


def _time(seconds: float) -> float:
    return float(seconds) if math.isfinite(seconds) and 0 <= seconds < 1e11 else 0.0
