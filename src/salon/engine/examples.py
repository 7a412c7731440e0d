"""Examples: the files that go with them, and answers that are kept so that a click shows them at once."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import msgspec

from salon.components.state import State
from salon.conversations.reading import Drafts
from salon.definition.endpoint import ChatEndpoint, Example
from salon.definition.fingerprint import fingerprint
from salon.engine.arguments import accept_inputs
from salon.engine.turn import Turn
from salon.events.fold import Reply
from salon.identity import Identity
from salon.ids import FileId
from salon.messages.conversation import Conversation
from salon.messages.message import Message, StoredMessage, user_message
from salon.messages.parts import ComponentPart, FilePart, FileRef, Part, files_of
from salon.stores.answers import AnswerStore, KeptAnswer
from salon.stores.files import FileNotFound, FileStore, add_copy

EXAMPLES = Identity(owner="examples")
"""On whose behalf examples are answered when nobody has clicked on them."""

_FORM = "1"
_log = logging.getLogger("salon")


CachingReport: TypeAlias = Callable[[int, int], None]
"""Hears how many examples are answered, and of how many that have to be."""

AnswerExample: TypeAlias = Callable[[Message, Mapping[str, Any]], Awaitable[Reply]]
"""Answers a message, with values of additional inputs, on behalf of `EXAMPLES`."""


class Asked(NamedTuple):
    """An example by its number, in one of its languages."""

    number: int
    text: str


class Examples:
    """The examples of one endpoint, by their number.

    Args:
        chat: the endpoint.
        answers: where answers are kept.
        files: where files of messages are kept.

    Attributes:
        scope: where the answers are among all that are kept.
    """

    def __init__(
        self,
        chat: ChatEndpoint,
        *,
        answers: AnswerStore,
        files: FileStore,
    ) -> None:
        self._chat = chat
        self._answers = answers
        self._files = files
        self.scope = _scope(chat)
        self._keys: dict[Asked, str] = {}

    async def completed(self, turn: Turn, conversation: Conversation) -> Message:
        """Return a turn's message with the files of the example that it names, as its sender's own.

        Raises:
            FileTooLarge, StorageFull: there is no room for the files.
        """
        assert turn.message is not None
        message = turn.message.message
        example = None if turn.example is None else self._example(turn.example, message)
        if turn.example is None or example is None or not example.files or files_of(message.parts):
            return message
        known = conversation.messages.get(turn.message.id)
        if known is not None and known.message.text == message.text:
            return known.message
        return await asyncio.to_thread(self._message, Asked(turn.example, message.text), turn.identity.owner)

    def asked(self, number: int | None, path: Sequence[StoredMessage], inputs: Mapping[str, Any]) -> Asked | None:
        """Return what is asked if `path` is nothing but the example of a number, with its values, and answers are kept.

        What a function sets besides its reply is not kept, so where there is such, nothing is.
        """
        if number is None or len(path) != 1 or self._chat.example_cache is None or self._chat.outputs:
            return None
        example = self._example(number, path[0].message)
        if example is None or self._effective(inputs) != self._effective(self._values(example)):
            return None
        return Asked(number, path[0].message.text)

    async def find(self, asked: Asked) -> KeptAnswer | None:
        """Return the answer that is kept to an example."""
        return await asyncio.to_thread(lambda: self._answers.get(self.scope, self._key(asked)))

    def shown(self, answer: KeptAnswer, owner: str) -> Drafts:
        """Return an answer as a value that a chat function could return, with copies of its files. It may block."""
        return Drafts(
            tuple(tuple(self._with_copies(part, answer, owner) for part in parts) for parts in answer.messages)
        )

    async def keep(self, asked: Asked, reply: Reply, owner: str) -> None:
        """Keep a reply to an example, unless it was not completed."""
        if reply.status == "complete":
            messages = tuple(message.parts for message in reply.messages)
            try:
                await asyncio.to_thread(self._put, asked, messages, owner)
            except (OSError, FileNotFound) as error:
                _log.warning("The answer to the example %s cannot be kept: %s", self._name(asked), error)

    def keys(self) -> set[str]:
        """Return what the answers to the examples as they are now are kept by. It may block."""
        return set() if self._chat.outputs else set(map(self._key, self._all))

    @property
    def _all(self) -> list[Asked]:
        return [Asked(number, text) for number, example in enumerate(self._chat.examples) for text in example.texts]

    async def warm(self, answer: AnswerExample, report: CachingReport) -> None:
        """Make the answers that are missing, unless that is left to clicks.

        An example that fails is named in the log, and runs anew when it is clicked.

        Args:
            answer: answers a message as a run like any other.
            report: hears how many of the examples are answered.
        """
        if self._chat.outputs:
            _log.warning("Answers to examples are not kept where functions set additional outputs.")
            return
        if self._chat.example_cache != "eager":
            return
        missing = [asked for asked in self._all if await self.find(asked) is None]
        failures: list[tuple[Asked, str]] = []
        for done, asked in enumerate(missing):
            report(done, len(missing))
            try:
                reply = await self._answer(asked, answer)
            except Exception as error:  # noqa: BLE001 - one example that cannot be asked keeps no other from it
                failures.append((asked, str(error)))
                continue
            if reply.status != "complete":
                failures.append((asked, reply.failure.message if reply.failure is not None else str(reply.status)))
        if missing:
            report(len(missing), len(missing))
        for asked, reason in failures:
            _log.warning("The example %s is not cached: %s", self._name(asked), reason)

    async def _answer(self, asked: Asked, answer: AnswerExample) -> Reply:
        """Answer an example and keep that; its files stay with the answer only."""
        message = await asyncio.to_thread(self._message, asked, EXAMPLES.owner)
        files = files_of(message.parts)
        try:
            reply = await answer(message, self._values(self._chat.examples[asked.number]))
            files += tuple(file for told in reply.messages for file in files_of(told.parts))
            await self.keep(asked, reply, EXAMPLES.owner)
        finally:
            for file in files:
                await asyncio.to_thread(self._files.delete, file.id, owner=EXAMPLES.owner)
        return reply

    def _name(self, asked: Asked) -> str:
        return repr(asked.text or ", ".join(path.name for path in self._chat.examples[asked.number].files))

    def _example(self, number: int, message: Message) -> Example | None:
        """Return the example of a number if a message says its text."""
        if not 0 <= number < len(self._chat.examples):
            return None
        example = self._chat.examples[number]
        return example if message.text in example.texts else None

    def _values(self, example: Example) -> dict[str, Any]:
        return accept_inputs(self._chat.inputs, example.values)

    def _effective(self, inputs: Mapping[str, Any]) -> list[Any]:
        """Return the values of all additional inputs; for those left out, the components' own count."""
        return [
            inputs[parameter.id] if parameter.id in inputs else parameter.component.own()
            for parameter in self._chat.inputs
            if not isinstance(parameter.component, State)
        ]

    def _message(self, asked: Asked, owner: str) -> Message:
        paths = self._chat.examples[asked.number].files
        return user_message(
            asked.text, tuple(add_copy(self._files, path, name=path.name, owner=owner) for path in paths)
        )

    def _key(self, asked: Asked) -> str:
        """Return what an answer is kept by: a hash of what the function does and is asked. It may block."""
        if asked not in self._keys:
            example = self._chat.examples[asked.number]
            self._keys[asked] = _key(self._chat, asked.text, example.files, self._effective(self._values(example)))
        return self._keys[asked]

    def _put(self, asked: Asked, messages: tuple[tuple[Part, ...], ...], owner: str) -> None:
        paths: dict[FileId, Path] = {}
        for file in files_of(tuple(part for parts in messages for part in parts)):
            paths[file.id] = self._files.get(file.id, owner=owner).path
        self._answers.put(self.scope, self._key(asked), KeptAnswer(messages=messages, files=paths))

    def _with_copies(self, part: Part, answer: KeptAnswer, owner: str) -> Part:
        def copy(file: FileRef) -> FileRef:
            path = answer.files[file.id]
            return add_copy(self._files, path, name=file.name, owner=owner, media_type=file.media_type)

        match part:
            case ComponentPart(files=files) if files:
                return msgspec.structs.replace(part, files=tuple(map(copy, files)))
            case FilePart(file=file):
                return msgspec.structs.replace(part, file=copy(file))
            case _:
                return part


def _scope(chat: ChatEndpoint) -> str:
    """Return a hash of where the function is written, which stays when it is changed."""
    function = chat.function
    while isinstance(function, partial):
        function = function.func
    function = getattr(function, "__wrapped__", function)
    name = getattr(function, "__qualname__", type(function).__qualname__)
    method = function if hasattr(function, "__code__") else getattr(type(function), "__call__", None)  # noqa: B004
    code = getattr(method, "__code__", None)
    return _hash(_FORM, code.co_filename if code is not None else "", name)


def _key(chat: ChatEndpoint, text: str, files: Sequence[Path], inputs: Sequence[Any]) -> str:
    contents = []
    for path in files:
        with suppress(OSError), path.open("rb") as file:
            contents += [path.name, hashlib.file_digest(file, "sha256").hexdigest()]
    told = (chat.history, chat.multimodal, chat.opening, chat.reasoning_tags, inputs)
    described = msgspec.json.encode(told, enc_hook=repr).decode()
    return _hash(_FORM, fingerprint(chat.function), described, text, *contents)


def _hash(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
