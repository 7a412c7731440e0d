"""The client for programs on an event loop."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import msgspec

from salon.client.async_session import AsyncSession
from salon.client.text import TextPieces, text_of
from salon.client.transcript import ListedConversation, ListPage, Transcript
from salon.client.turns import CallStream, Output, TurnStream
from salon.errors import NotFoundError
from salon.events.fold import Reply
from salon.events.types import Entry
from salon.ids import mint
from salon.messages.message import Message
from salon.messages.parts import FileRef


class AsyncClient:
    """Talks to a Salon application: `(await AsyncClient("http://localhost:7860").ask("Hello")).text`.

    Needs `httpx`. Use it as an async context, or `close` it.

    Args:
        url: address of the application.
        auth: name and password, where users sign in.
        headers: to be sent with every request.
        chat: which of the application's chats, where there are several.

    Raises:
        AuthorError: `httpx` is not installed.
        AuthenticationError: name or password are wrong; raised at once where signing in needs no `await`, and by the
            first request otherwise.
        ConnectionLost: there is no server at `url`; likewise.
    """

    def __init__(
        self,
        url: str,
        *,
        auth: tuple[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        chat: str = "chat",
    ) -> None:
        self._session = AsyncSession(url, auth=auth, headers=headers, chat=chat)
        self._caller = mint()

    async def __aenter__(self) -> Self:
        """Return the client."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        await self.close()

    async def close(self) -> None:
        """Close the connections. Replies go on without their reader."""
        await self._session.transport.close()

    def conversation(self, id_: str | None = None) -> "AsyncConversation":
        """Return a conversation: a new one, or one whose id is known."""
        return AsyncConversation(self._session, id_)

    async def conversations(self, search: str | None = None) -> AsyncIterator[ListedConversation]:
        """Return what the server keeps for this client's user: pinned conversations first, then the newest.

        Args:
            search: words that all have to stand in a conversation; the best 50 come then.

        Raises:
            SalonError: the application keeps none (`save_history="server"` makes it).
        """
        wanted: dict[str, str] = {"chat": self._session.chat} | ({} if search is None else {"search": search})
        while True:
            response = await self._session.request("GET", "api/conversations", params=wanted)
            page = msgspec.json.decode(response.content, type=ListPage)
            for listed in page.conversations:
                yield listed
            if page.next is None:
                return
            wanted["before"] = page.next

    async def ask(
        self, text: str, *, files: Sequence[str | PathLike[str] | FileRef] = (), inputs: Mapping[str, Any] | None = None
    ) -> "AsyncAnswer":
        """Ask in a conversation of its own, and return the answer; see `Conversation.ask`."""
        return await self.conversation().ask(text, files=files, inputs=inputs)

    async def call(self, name: str, inputs: Mapping[str, Any] | None = None) -> list[Output]:
        """Call a function that is bound to an event of the page, and return the components that it sets, in its order.

        ```python
        total, words = await client.call("add", {"left": 1, "right": 2})
        print(total.value)
        ```

        Args:
            name: of the function, as programs know it.
            inputs: values by the names of its parameters; for a file, its path as a `Path`, or what was uploaded
                before. For those left out, the components' own count.

        Raises:
            NotFoundError: there is no such function.
            ReplyFailed: it has failed.
            SalonError: the call was refused.
            ConnectionLost: the server cannot be reached any more.
        """
        event, outputs, names = (await self._session.endpoints()).function(name)
        values = await self._session.values(inputs or {}, names)
        stream = CallStream(event, outputs, values, self._caller)
        async for _ in self._session.events(stream):
            pass
        return stream.result()

    async def upload(self, path: str | PathLike[str]) -> FileRef:
        """Send a file, to go with messages.

        Raises:
            OSError: it cannot be read.
            SalonError: the application does not take it.
        """
        return await self._session.upload(path)

    async def download(self, file: FileRef, folder: str | PathLike[str] = ".") -> Path:
        """Load a file of a reply into a folder, and return its path there.

        Raises:
            SalonError: it is not there any more.
        """
        path = Path(folder) / Path(file.name).name
        await self._session.download(file, path)
        return path


class AsyncConversation:
    """A conversation: each turn knows what was said before. Made by `AsyncClient.conversation`."""

    def __init__(self, session: AsyncSession, id_: str | None) -> None:
        self._session = session
        self._transcript = Transcript(id_)
        self._turns = _AsyncTurns(session, self._transcript)

    @property
    def id(self) -> str:
        """What the server calls it."""
        return self._transcript.id

    async def ask(
        self, text: str, *, files: Sequence[str | PathLike[str] | FileRef] = (), inputs: Mapping[str, Any] | None = None
    ) -> "AsyncAnswer":
        """Say something, and return the answer when it is complete.

        Args:
            text: what to say.
            files: paths, or files that were uploaded before.
            inputs: values of additional inputs by the names of the function's parameters; for a file, its path as a
                `Path`, or what was uploaded before.

        Raises:
            ReplyFailed: the reply did not become complete.
            OSError: a file cannot be read.
            SalonError: the turn was refused.
            ConnectionLost: the server cannot be reached any more.
        """
        return await self.stream(text, files=files, inputs=inputs).answer()

    def stream(
        self, text: str, *, files: Sequence[str | PathLike[str] | FileRef] = (), inputs: Mapping[str, Any] | None = None
    ) -> "AsyncAnswer":
        """Say something, and return the answer at once; iterate it for its text as it grows. Like `ask` besides."""
        return self._begin(text, files=files, inputs=inputs)

    def retry(self) -> "AsyncAnswer":
        """Ask for another answer to what was said last, which the first stays beside."""
        return self._begin(None, files=(), inputs=None)

    @property
    def messages(self) -> tuple[Message, ...]:
        """What was said so far, as this client saw it."""
        return tuple(stored.message for stored in self._transcript.messages)

    async def judge(self, *options: str, comment: str = "") -> None:
        """Say what one thinks of the last reply, in place of what was said before; nothing takes it back.

        Args:
            options: of those that the application offers, such as `"Like"`.
            comment: one's own words, where it asks for them.

        Raises:
            SalonError: there is no reply, or the application asks for no such feedback.
        """
        session, path = self._session, f"api/conversations/{self.id}/feedback"
        await self._turns.catch_up()
        body = self._transcript.judgement(options, comment, session.chat)
        try:
            await session.send_json("POST", path, body)
        except NotFoundError as error:
            if error.code != "conversation.unknown":
                raise
            await session.send_json("POST", path, body | self._transcript.copy())

    async def rename(self, title: str) -> None:
        """Give it another title in the list of kept conversations; an empty one brings the automatic title back.

        Raises:
            NotFoundError: the server does not keep it.
        """
        await self._change({"title": title})

    async def pin(self, is_pinned: bool = True) -> None:  # noqa: FBT002 - `pin(False)` says what it does
        """Put it before the others in the list of kept conversations, or no longer.

        Raises:
            NotFoundError: the server does not keep it.
        """
        await self._change({"is_pinned": is_pinned})

    async def export(self, format_: Literal["json", "markdown", "html"] = "json") -> str:
        """Return it as a document: `json` with all branches, `markdown` or `html` of what is shown.

        Raises:
            NotFoundError: the server does not know it.
        """
        path = f"api/conversations/{self.id}/export"
        response = await self._session.request("GET", path, params={"format": format_})
        return response.text

    async def delete(self) -> None:
        """Have the server forget the conversation and its files.

        Raises:
            SalonError: it refuses.
        """
        await self._session.request("DELETE", f"api/conversations/{self.id}")
        self._transcript.clear()

    async def undo(self) -> None:
        """Take the last exchange back.

        Raises:
            SalonError: there is none.
        """
        await self._session.request("POST", f"api/conversations/{self.id}/undo")
        self._transcript.undo()

    async def _change(self, changes: Mapping[str, Any]) -> None:
        await self._session.send_json("PATCH", f"api/conversations/{self.id}", changes)

    def _begin(
        self, text: str | None, *, files: Sequence[str | PathLike[str] | FileRef], inputs: Mapping[str, Any] | None
    ) -> "AsyncAnswer":
        return AsyncAnswer(self._turns, text, files=files, inputs=inputs or {})


class AsyncAnswer:
    """The answer to a turn. Iterate it for pieces of text as they come; `text` and `reply` are what there is so far.

    The turn begins when the answer is first waited for.
    """

    def __init__(
        self,
        turns: "_AsyncTurns",
        text: str | None,
        *,
        files: Sequence[str | PathLike[str] | FileRef],
        inputs: Mapping[str, Any],
    ) -> None:
        self._turns = turns
        self._text = text
        self._files = files
        self._inputs = inputs
        self._stream: TurnStream | None = None
        self._entries = self._follow()

    async def __aiter__(self) -> AsyncIterator[str]:
        """Yield pieces of text as they come. Together they are `text`, unless the reply becomes another one meanwhile.

        Raises:
            ReplyFailed: it did not become complete.
        """
        pieces = TextPieces()
        async for _, event in self._entries:
            if text := pieces.add(event):
                yield text
        self._check()

    def events(self) -> AsyncIterator[Entry]:
        """Yield the numbered events of the reply as they come."""
        return self._entries

    async def answer(self) -> Self:
        """Wait for the end, and return this.

        Raises:
            ReplyFailed: it did not become complete.
        """
        async for _ in self._entries:
            pass
        self._check()
        return self

    async def cancel(self) -> None:
        """Stop the reply; it keeps what was seen of it."""
        stream = self._stream
        if stream is not None and stream.run is not None:
            await self._turns.session.send_json("POST", f"api/runs/{stream.run}/cancel", {"seen": stream.last})

    @property
    def reply(self) -> Reply:
        """The messages so far, with their parts."""
        return Reply() if self._stream is None else self._stream.reply

    @property
    def text(self) -> str:
        """The text so far, without thoughts and files."""
        return text_of(self.reply)

    @property
    def files(self) -> tuple[FileRef, ...]:
        """The files so far."""
        parts = (part for message in self.reply.messages for part in message.parts)
        return tuple(file for part in parts for file in getattr(part, "files", ()))

    async def _follow(self) -> AsyncGenerator[Entry, None]:
        self._stream, entries = await self._turns.open(self._text, files=self._files, inputs=self._inputs)
        async with aclosing(entries):
            async for entry in entries:
                yield entry

    def _check(self) -> None:
        if self._stream is not None:
            self._stream.check()


class _AsyncTurns:
    """Begins the turns of one conversation, one after the other, so that each knows those before it."""

    def __init__(self, session: AsyncSession, transcript: Transcript) -> None:
        self.session = session
        self._transcript = transcript
        self._beginning = session.transport.lock()

    async def open(
        self, text: str | None, *, files: Sequence[str | PathLike[str] | FileRef], inputs: Mapping[str, Any]
    ) -> tuple[TurnStream, AsyncGenerator[Entry, None]]:
        """Send a turn; return it, and its events once the server has accepted it."""
        session = self.session
        uploaded, values = await session.uploaded(files), await session.inputs(inputs)
        async with self._beginning:
            await self._read()
            stream = TurnStream(self._transcript, text, files=uploaded, inputs=values, chat=session.chat)
            entries = session.events(stream)
            first = await anext(entries)
        return stream, _joined(first, entries)

    async def catch_up(self) -> None:
        """Know all that the server knows."""
        async with self._beginning:
            await self._read()

    async def _read(self) -> None:
        if self._transcript.is_behind:
            await self.session.read(self._transcript)


async def _joined(first: Entry, rest: AsyncGenerator[Entry, None]) -> AsyncGenerator[Entry, None]:
    async with aclosing(rest):
        yield first
        async for entry in rest:
            yield entry
