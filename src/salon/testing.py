"""Unit tests of chat applications: functions are called as the server calls them, without server and browser.

```python
from salon.testing import ChatClient

from app import demo

def test_it_greets():
    assert ChatClient(demo).send("Hello").text == "Hello to you, too!"
```
"""

import asyncio
import re
import shutil
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from salon.components.props import Source
from salon.conversations.history import as_messages
from salon.engine.turn import Turn, UserMessage
from salon.errors import AuthorError, TooLargeError
from salon.events.fold import Folding, Reply
from salon.events.types import MessageStart, Notice, PartDelta, PartReplace, PartStart, PartTruncate, Reset, RunEvent
from salon.identity import Identity
from salon.ids import ConversationId, MessageId, TurnId, mint
from salon.launching import Launchable
from salon.loading import find_page
from salon.messages.message import Message, Status, user_message
from salon.messages.parts import FileRef, OptionsPart, ThoughtPart, files_of
from salon.request import Headers, Request
from salon.stores.base import ConversationNotFound
from salon.stores.files import add_copy
from salon.surfaces.callable_endpoints import callable_chats
from salon.surfaces.uploads import uploads_of

__all__ = ["Answer", "AnswerFile", "ChatClient", "load"]

_T = TypeVar("_T")
_SHOWS = (MessageStart, PartStart, PartDelta, PartReplace, PartTruncate, Reset)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFile:
    """A file of an answer.

    Attributes:
        name: name of the file.
        media_type: media type, such as `image/png`.
        path: path of the content, readable while the client is open.
    """

    name: str
    media_type: str
    path: Path


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer of a chat function.

    Attributes:
        text: the whole text, without thoughts.
        messages: the messages with their parts.
        thoughts: pairs of a thought's title and text.
        files: the files that the answer shows.
        options: the preset replies.
        status: `"complete"`, `"error"` or `"cancelled"`.
        error: the message for the user and the exception's text, if the function failed; else `None`.
        notices: texts of `Info`, `Success` and `Warning`.
        first_token_s: seconds until the first visible content; `None` if there was none.
        duration_s: seconds until the end of the run.
        id: id of the first message.
    """

    text: str
    messages: tuple[Message, ...]
    thoughts: tuple[tuple[str, str], ...]
    files: tuple[AnswerFile, ...]
    options: tuple[str, ...]
    status: Status
    error: str | None
    notices: tuple[str, ...]
    first_token_s: float | None
    duration_s: float
    id: str | None
    events: Sequence[RunEvent] = field(repr=False)

    @property
    def values(self) -> list[str]:
        """The text after each yielded value, oldest first."""
        folding, texts = Folding(), []
        for event in self.events:
            folding.add(event)
            if isinstance(event, _SHOWS) and not event.more and not isinstance(event, MessageStart):
                texts.append(_text(folding.reply()))
        return texts

    def expect(
        self,
        *,
        text: str | None = None,
        contains: str | None = None,
        pattern: str | None = None,
        differs_from: str | None = None,
        check: Callable[["Answer"], Any] | None = None,
        files: Sequence[str] | None = None,
        options: Sequence[str] | None = None,
        error: str | None = None,
        first_token_s: float | None = None,
    ) -> Self:
        """Check this answer, and return it. Without `error`, the answer also has to be complete.

        Args:
            text: the exact text.
            contains: words that the text has to contain.
            pattern: a regular expression that has to match somewhere in the text.
            differs_from: a text from which the answer has to differ, apart from white space.
            check: function that is called with this answer; an exception or a false result fails.
            files: the names of the files, in order.
            options: the preset replies, in order.
            error: words that the error has to contain.
            first_token_s: largest number of seconds until the first visible content.

        Raises:
            AssertionError: a check fails; the message names it.
        """
        if error is not None:
            _require(self.error is not None and error in self.error, f"an error with {error!r}", repr(self.error))
        else:
            _require(self.status == "complete", "a complete answer", f"{self.status}: {self.error}")
        if text is not None:
            _require(self.text == text, f"the text {text!r}", repr(self.text))
        if contains is not None:
            _require(contains in self.text, f"{contains!r} in the text", repr(self.text))
        if pattern is not None:
            _require(re.search(pattern, self.text) is not None, f"the pattern {pattern!r}", repr(self.text))
        if differs_from is not None:
            is_other = self.text.split() != differs_from.split()
            _require(is_other, "another text than the one that was disliked", repr(self.text))
        if files is not None:
            names = [file.name for file in self.files]
            _require(names == list(files), f"the files {list(files)!r}", repr(names))
        if options is not None:
            _require(list(self.options) == list(options), f"the options {list(options)!r}", repr(list(self.options)))
        if first_token_s is not None:
            is_in_time = self.first_token_s is not None and self.first_token_s <= first_token_s
            _require(is_in_time, f"a first token within {first_token_s} s", f"{self.first_token_s} s")
        if check is not None:
            _require(bool(check(self)), f"`{getattr(check, '__name__', check)}` to hold", repr(self.text))
        return self


class ChatClient:
    """A client that chats with an application in this process, for tests. It has one conversation, as a page does.

    The application's data are in a temporary folder, which is deleted with the client: by `close`, at the end of its
    `with` block, or when it is garbage-collected.

    Args:
        demo: a `ChatInterface` or `Blocks`.
        chat: name of the chat, if the application has several.
        user: name of the signed-in user, for functions that take the `Request`.
        headers: HTTP headers of the `Request`.

    Raises:
        AuthorError: the application has no such chat.
    """

    def __init__(
        self, demo: Launchable, *, chat: str = "chat", user: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        folder = Path(tempfile.mkdtemp(prefix="salon-testing-"))
        self._app = demo._assemble(  # noqa: SLF001 - a page and what serves it belong together
            {"data_dir": str(folder), "quiet": True, "show_error": True}, checks_hosts=False
        )
        self._core, self._engine = self._app.core, self._app.engine
        self._files = self._app.services.files
        self._uploads = uploads_of(self._app.services)
        self._chat = chat
        self._called = next((each for each in callable_chats(self._app.services.app) if each.chat == chat), None)
        self._identity = Identity(owner="testing", user=user)
        self._request = Request(headers=Headers((headers or {}).items()), username=user)
        self._conversation = ConversationId(mint())
        loop = self._loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="salon-testing", daemon=True)
        thread.start()
        self._close = weakref.finalize(self, _end, loop, thread, self._core.stop, folder)
        if self._called is None:
            self.close()
            raise AuthorError("chat.unknown", f"The application has no chat `{chat}` that programs may call.")

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the client."""
        self.close()

    def close(self) -> None:
        """Stop active runs, and delete the data. No effect on a closed client."""
        self._close()

    @property
    def history(self) -> list[dict[str, Any]]:
        """The conversation so far, in the form of the functions' history."""
        return self._run(self._history())

    def new(self) -> None:
        """Start a new conversation."""
        self._conversation = ConversationId(mint())

    def send(
        self,
        message: str | Mapping[str, Any] = "",
        *,
        files: Sequence[str | PathLike[str]] = (),
        inputs: Mapping[str, Any] | None = None,
        example: int | None = None,
        stop_after: int | None = None,
    ) -> Answer:
        """Send a message, and return the whole answer; if the function fails, it has an `error`.

        Args:
            message: a text, or a dictionary with `text` and `files`, as multimodal functions get it.
            files: paths of attached files.
            inputs: values of additional inputs, by the function's parameters or by labels; a path for an input of a
                file. Other inputs have their default values.
            example: index of an example, counted from 0, whose files are attached; without a message, its text is sent.
            stop_after: number of values after which the reply is stopped.

        Raises:
            ClientError: the message is empty or too long, the chat does not accept the files, or an input does not
                accept its value.
            AuthorError: the input or example does not exist.
        """
        text, attached = message, list(files)
        if isinstance(message, Mapping):
            text, attached = message.get("text", ""), [*message.get("files", ()), *attached]
        if example is not None and not text:
            text = self._example(example)
        ids = tuple(self._file(file).id for file in attached)
        refs = self._run(self._uploads.find(ids, self._identity, chat=self._chat))
        new = UserMessage(id=MessageId(mint()), message=user_message(str(text), refs))
        return self._run(self._ask(new, self._inputs(inputs or {}), example, stop_after))

    def retry(self, *, inputs: Mapping[str, Any] | None = None) -> Answer:
        """Request another answer to the last message.

        Args:
            inputs: see `send`.

        Raises:
            ClientError: the conversation is empty.
        """
        return self._run(self._ask(None, self._inputs(inputs or {}), None, None))

    def push(self, message: Any) -> None:
        """Push a message of the assistant to the conversation, as `push` of the application does.

        Args:
            message: a value that a chat function could return; not empty, and no user's message.

        Raises:
            NotFoundError: the conversation is empty.
            AuthorError: a chat cannot show `message`.
        """
        self._run(self._core.pushing.push(self._conversation, message))

    def undo(self) -> str:
        """Undo the last exchange, and return the user's text of it.

        Raises:
            ClientError: the conversation is empty.
        """
        undone = self._run(self._core.commands.undo(self._conversation, identity=self._identity))
        return undone.message.text

    def _run(self, work: Coroutine[Any, Any, _T]) -> _T:
        if not self._close.alive:
            work.close()
            raise RuntimeError("This client is closed. Create another `ChatClient`.")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _file(self, path: str | PathLike[str]) -> FileRef:
        source = Path(path)
        if source.stat().st_size > self._uploads.size_bytes:
            raise TooLargeError("file.too-large", f"The file has more than {self._uploads.size_bytes} bytes.")
        return add_copy(self._files, source, name=source.name, owner=self._identity.owner)

    def _example(self, number: int) -> str:
        config = next(each for each in self._app.services.app.page.chats if each.name == self._chat)
        if not 0 <= number < len(config.examples):
            raise AuthorError(
                "chat.examples", f"There is no example {number}; the chat has {len(config.examples)}, counted from 0."
            )
        return config.examples[number].text

    def _inputs(self, values: Mapping[str, Any]) -> dict[str, Any]:
        assert self._called is not None
        parameters = [each for each in self._called.parameters if each.input is not None]
        ids = {each.label: str(each.input) for each in parameters} | {each.name: str(each.input) for each in parameters}
        unknown = [name for name in values if name not in ids]
        if unknown:
            names = ", ".join(each.name for each in parameters) or "none"
            raise AuthorError("input.unknown", f"There is no input `{unknown[0]}`; the inputs are {names}.")
        return {
            ids[name]: self._file(value) if isinstance(value, PathLike) else value for name, value in values.items()
        }

    async def _history(self) -> list[dict[str, Any]]:
        try:
            conversation, _ = await self._core.commands.load(self._conversation, identity=self._identity)
        except ConversationNotFound:
            return []
        path = conversation.path(conversation.head)
        return as_messages((stored.message for stored in path), self._find)

    def _find(self, file: FileRef | Source) -> Path | None:
        return self._path(file) if isinstance(file, FileRef) else None

    def _path(self, file: FileRef) -> Path:
        return self._files.get(file.id, owner=self._identity.owner).path

    async def _ask(
        self, message: UserMessage | None, inputs: Mapping[str, Any], example: int | None, stop_after: int | None
    ) -> Answer:
        parent = await self._core.commands.end(self._conversation, identity=self._identity)
        if message is None:
            parent = await self._last_question()
        turn = Turn(
            id=TurnId(mint()),
            identity=self._identity,
            conversation=self._conversation,
            chat=self._chat,
            parent=parent,
            message=message,
            example=example,
            inputs=inputs,
            request=lambda: self._request,
        )
        began = time.perf_counter()
        run = await self._engine.submit(turn)
        events: list[RunEvent] = []
        first: float | None = None
        values = 0
        async for batch in await self._engine.follow(run.id, identity=self._identity):
            for number, event in batch:
                events.append(event)
                if isinstance(event, _SHOWS) and not isinstance(event, MessageStart):
                    first = first or time.perf_counter() - began
                    values += not event.more
                    if values == stop_after and not event.more:
                        await self._engine.cancel(run.id, identity=self._identity, seen=number)
        return self._answer(events, first, time.perf_counter() - began)

    async def _last_question(self) -> MessageId | None:
        try:
            conversation, _ = await self._core.commands.load(self._conversation, identity=self._identity)
        except ConversationNotFound:
            return None
        path = conversation.path(conversation.head)
        return next((stored.id for stored in reversed(path) if stored.message.role == "user"), None)

    def _answer(self, events: list[RunEvent], first_token_s: float | None, duration_s: float) -> Answer:
        folding = Folding()
        for event in events:
            folding.add(event)
        reply = folding.reply()
        parts = [part for message in reply.messages for part in message.parts]
        failure = reply.failure
        return Answer(
            text=_text(reply),
            messages=reply.messages,
            thoughts=tuple((part.title, part.text) for part in parts if isinstance(part, ThoughtPart)),
            files=tuple(
                AnswerFile(name=file.name, media_type=file.media_type, path=self._path(file))
                for file in files_of(tuple(parts))
            ),
            options=tuple(option.value for part in parts if isinstance(part, OptionsPart) for option in part.options),
            status=reply.status or "interrupted",
            error=None if failure is None else "\n".join(filter(None, (failure.message, failure.details))),
            notices=tuple(event.text for event in events if isinstance(event, Notice)),
            first_token_s=first_token_s,
            duration_s=duration_s,
            id=reply.ids[0] if reply.ids else None,
            events=events,
        )


def load(file: str | PathLike[str]) -> Launchable:
    """Return the page that a Python file defines, without serving it: for `ChatClient(load("app.py"))`.

    Args:
        file: path of the file, as for `salon run`.

    Raises:
        AuthorError: the file does not exist, or does not define exactly one page.
    """
    return find_page(Path(file))


def _text(reply: Reply) -> str:
    return "\n\n".join(filter(None, (message.text for message in reply.messages)))


def _require(holds: bool, expected: str, got: str) -> None:
    if not holds:
        raise AssertionError(f"Expected {expected}, got {got}.")


def _end(
    loop: asyncio.AbstractEventLoop,
    thread: threading.Thread,
    stop: Callable[..., Coroutine[Any, Any, None]],
    folder: Path,
) -> None:
    # While the interpreter exits, no thread can be started any more, not even the one that closes a database; the exit
    # of the process closes it.
    with suppress(RuntimeError):
        asyncio.run_coroutine_threadsafe(stop(grace_s=0), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
    shutil.rmtree(folder, ignore_errors=True)
