"""Opinions in a folder of this machine: one small file each."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from salon.ids import ConversationId, MessageId
from salon.messages.message import StoredMessage
from salon.stores.feedback import FeedbackRecord, Opinion
from salon.stores.files import StorageFull

_BEGUN = ".begun-"


class _Head(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    owner: str
    conversation: ConversationId
    message: MessageId
    opinion: Opinion
    given_at: float
    chat: str = "chat"
    user: str | None = None
    verified: bool = True


class LocalFeedback:
    """A `FeedbackStore` in `folder`: a folder an owner, in it one a conversation, in it a file a message.

    The first line of a file is the opinion and whose it is, the second the conversation, which can be long and is
    only read when it is asked for. Files appear and change in one step, so several processes may share the folder.

    Args:
        folder: made when the first opinion comes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, record: FeedbackRecord) -> None:
        """See `FeedbackStore.put`."""
        place = self._place(record.conversation, record.owner) / f"{_key(record.message)}.json"
        try:
            if record.opinion.is_empty:
                place.unlink(missing_ok=True)
            else:
                _replace(place, _encoded(record))
        except OSError as error:
            raise StorageFull("feedback.no-room", f"The feedback cannot be kept: {error.strerror}.") from error

    def get(self, conversation: ConversationId, message: MessageId, *, owner: str) -> FeedbackRecord | None:
        """See `FeedbackStore.get`."""
        return _whole(self._place(conversation, owner) / f"{_key(message)}.json")

    def opinions(self, conversation: ConversationId, *, owner: str) -> dict[MessageId, Opinion]:
        """See `FeedbackStore.opinions`."""
        heads = map(_head, self._place(conversation, owner).glob("*.json"))
        return {head.message: head.opinion for head in heads if head is not None}

    def move_owner(self, from_owner: str, to_owner: str) -> None:
        """See `FeedbackStore.move_owner`."""
        if from_owner == to_owner:
            return
        for path in list((self._folder / _key(from_owner)).glob("*/*.json")):
            record = _whole(path)
            if record is not None:
                self.put(msgspec.structs.replace(record, owner=to_owner))
                path.unlink(missing_ok=True)

    def records(self) -> Iterator[FeedbackRecord]:
        """See `FeedbackStore.records`."""
        found = [(head.given_at, path) for path in self._folder.glob("*/*/*.json") if (head := _head(path)) is not None]
        for _, path in sorted(found):
            record = _whole(path)
            if record is not None:  # taken back meanwhile
                yield record

    def _place(self, conversation: ConversationId, owner: str) -> Path:
        return self._folder / _key(owner) / _key(conversation)


def _key(text: str) -> str:
    """Return a name for a file: what clients call things is never part of a path."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _encoded(record: FeedbackRecord) -> bytes:
    fields = msgspec.structs.asdict(record)
    messages = fields.pop("messages")
    return msgspec.json.encode(_Head(**fields)) + b"\n" + msgspec.json.encode(messages) + b"\n"


def _replace(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, begun = tempfile.mkstemp(prefix=_BEGUN, dir=place.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(begun).replace(place)
    except BaseException:
        Path(begun).unlink(missing_ok=True)
        raise


def _head(path: Path) -> _Head | None:
    try:
        with path.open("rb") as file:
            return msgspec.json.decode(file.readline(), type=_Head)
    except (OSError, ValueError):
        return None


def _whole(path: Path) -> FeedbackRecord | None:
    try:
        first, second = path.read_bytes().splitlines()
        head = msgspec.json.decode(first, type=_Head)
        messages = msgspec.json.decode(second, type=tuple[StoredMessage, ...])
    except (OSError, ValueError):
        return None
    return FeedbackRecord(**msgspec.structs.asdict(head), messages=messages)
