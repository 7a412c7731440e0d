"""Reads conversations that come in from outside: our own documents, and ChatGPT's export."""

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

# In ChatGPT's texts, what cites a page or names a thing stands between characters of Unicode's private area.
_MARK = re.compile("(?P<space> ?)(?P<mark>\ue200(?P<inner>[^\ue200\ue201]*)\ue201)")


def read_import(body: bytes) -> tuple[list[ConversationDocument], int]:
    """Return the conversations of a file, and how many in it could not be read.

    Raises:
        ClientError: it is not JSON, or has no conversation, or too many.
    """
    try:
        content = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ClientError("import.invalid", f"The file is not JSON: {error}") from None
    if isinstance(content, dict) and isinstance(content.get("conversations"), list):
        content = content["conversations"]
    items = content if isinstance(content, list) else [content]
    if len(items) > CONVERSATIONS_AT_MOST:
        raise ClientError(
            "import.too-many",
            f"The file has {len(items)} conversations; at most {CONVERSATIONS_AT_MOST} come in at once.",
        )
    found = [_read(item) for item in items]
    imported = [one for one in found if one is not None and one.messages]
    if not imported:
        raise ClientError(
            "import.invalid",
            "There is no conversation in the file. It has to be one that was exported here, or ChatGPT's "
            "`conversations.json`.",
        )
    return imported, len(items) - len(imported)


def read_document(body: bytes) -> ConversationDocument:
    """Return the conversation of one document of our own.

    Raises:
        ClientError: it is not JSON, not of that form, or does not hang together.
    """
    try:
        document = msgspec.json.decode(body, type=ConversationDocument)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ClientError("import.invalid", f"That is no document of a conversation: {error}") from None
    return checked(document)


def checked(document: ConversationDocument) -> ConversationDocument:
    """Return a document that came from outside, once it is known to hang together.

    Raises:
        ClientError: it does not, or has what no conversation has.
    """
    try:
        return _own(document)
    except (_UnfitError, RecursionError):
        raise ClientError("import.invalid", "The messages of the document do not hang together.") from None


def conversation_with(document: ConversationDocument, id_: ConversationId, owner: str) -> Conversation:
    """Return the conversation of a checked document, which no store has."""
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
    except (msgspec.ValidationError, _UnfitError, RecursionError):
        return None


class _UnfitError(Exception):
    """A conversation does not hang together, or has what it may not have."""


def _own(document: ConversationDocument) -> ConversationDocument:
    ids: set[str] = set()
    messages = []
    if len(document.messages) > _MESSAGES_AT_MOST:
        raise _UnfitError
    for stored in document.messages:
        is_fit = is_wellformed(stored.id) and stored.id not in ids and (stored.parent is None or stored.parent in ids)
        if not is_fit or stored.message.role not in ("user", "assistant"):
            raise _UnfitError
        for part in stored.message.parts:
            if isinstance(part, ComponentPart) and not is_component(part.kind, part.props, files=len(part.files)):
                raise _UnfitError
        ids.add(stored.id)
        messages.append(msgspec.structs.replace(stored, created_at=_time(stored.created_at)))
    if document.head is not None and document.head not in ids:
        raise _UnfitError
    return msgspec.structs.replace(
        document,
        title=clean(document.title),
        messages=tuple(messages),
        created_at=_time(document.created_at),
        updated_at=_time(document.updated_at),
    )


def _foreign(item: Mapping[str, Any], nodes: Mapping[str, Any]) -> ConversationDocument:
    """Read one conversation of ChatGPT's export: a tree of nodes, of which not all have something said in them."""
    if len(nodes) > 2 * _MESSAGES_AT_MOST:
        raise _UnfitError
    children: dict[str | None, list[str]] = {}
    for key, node in nodes.items():
        if not isinstance(node, dict):
            raise _UnfitError
        parent = node.get("parent")
        children.setdefault(parent if isinstance(parent, str) and parent in nodes else None, []).append(key)
    messages: list[StoredMessage] = []
    # What a node's own children follow: its message, or, where it has none, what comes before it.
    stands: dict[str, MessageId | None] = {}
    waiting: list[tuple[str, MessageId | None]] = [(key, None) for key in reversed(children.get(None, []))]
    while waiting:
        key, parent_id = waiting.pop()
        if key in stands:
            raise _UnfitError
        said = _said(nodes[key].get("message"))
        stands[key] = parent_id
        if said is not None:
            message, created_at = said
            stored = StoredMessage(id=MessageId(mint()), parent=parent_id, message=message, created_at=created_at)
            messages.append(stored)
            stands[key] = stored.id
        waiting += [(child, stands[key]) for child in reversed(_in_order(children.get(key, []), nodes[key]))]
    current, title = item.get("current_node"), item.get("title")
    head = stands.get(current) if isinstance(current, str) else None
    if head is None and messages:
        head = messages[-1].id
    name = clean(title) if isinstance(title, str) else ""
    return ConversationDocument(format="salon-conversation", version=1, title=name, messages=tuple(messages), head=head)


def _in_order(keys: list[str], node: Mapping[str, Any]) -> list[str]:
    """Return keys of children in the order that their parent gives them."""
    given = node.get("children")
    places = {key: place for place, key in enumerate(given) if isinstance(key, str)} if isinstance(given, list) else {}
    return sorted(keys, key=lambda key: places.get(key, len(places)))


def _said(message: Any) -> tuple[Message, float] | None:
    """Return what was said in a node by a person or the assistant, and when."""
    match message:
        case {"recipient": str(recipient)} if recipient != "all":  # a call of a tool
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
    """Return a text of ChatGPT's with links and names where it has marks that only its own page understands."""
    references = metadata.get("content_references") if isinstance(metadata, dict) else None
    links: dict[str, str] = {}
    for reference in references if isinstance(references, list) else ():
        match reference:
            case {"matched_text": str(mark), "alt": str(link)}:
                links[mark] = link
    return _MARK.sub(lambda found: _shown(found, links), text)


def _shown(mark: re.Match[str], links: Mapping[str, str]) -> str:
    """Return what people read where a mark stands: a link, the name of a thing, or nothing."""
    if mark["mark"] in links:
        return f"{mark['space']}{links[mark['mark']]}"
    kind, _, content = mark["inner"].partition("\ue202")
    if kind != "entity":
        return ""
    try:
        found = msgspec.json.decode(content)
    except (msgspec.DecodeError, RecursionError):
        return ""
    name = found[1] if isinstance(found, list) and len(found) > 1 and isinstance(found[1], str) else ""
    return f"{mark['space']}{name}"


def _time(seconds: float) -> float:
    return float(seconds) if math.isfinite(seconds) and 0 <= seconds < 1e11 else 0.0
