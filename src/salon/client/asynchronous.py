"""The client for programs on an event loop."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

import msgspec

from salon.client.errors import ConnectionLost, refusal
from salon.client.exchange import (
    Calling,
    Endpoints,
    Exchange,
    Following,
    InputNames,
    ListedConversation,
    ListPage,
    Output,
    Past,
    Reading,
    TextPieces,
    text_of,
)
from salon.errors import AuthenticationError, NotFoundError
from salon.events.fold import Reply
from salon.events.types import Entry
from salon.ids import RunId, mint
from salon.messages.message import Message
from salon.messages.parts import FileRef
from salon.optional import require

if TYPE_CHECKING:
    import httpx

_TIMEOUT_S = 60.0
_JSON = {"Content-Type": "application/json"}


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
    """

    def __init__(
        self,
        url: str,
        *,
        auth: tuple[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        chat: str = "chat",
    ) -> None:
        self._httpx = require("httpx", extra="client")
        self._http: httpx.AsyncClient = self._httpx.AsyncClient(
            base_url=url.rstrip("/") + "/", headers=headers, timeout=self._httpx.Timeout(_TIMEOUT_S)
        )
        self._chat = chat
        self._auth = auth
        self._signing_in = asyncio.Lock()
        self._times_signed_in = 0
        self._known: Endpoints | None = None
        self._session = mint()

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
        await self._http.aclose()

    def conversation(self, id_: str | None = None) -> "AsyncConversation":
        """Return a conversation: a new one, or one whose id is known."""
        return AsyncConversation(self, id_)

    async def conversations(self, search: str | None = None) -> AsyncIterator[ListedConversation]:
        """Return what the server keeps for this client's user: pinned conversations first, then the newest.

        Args:
            search: words that all have to stand in a conversation; the best 50 come then.

        Raises:
            SalonError: the application keeps none (`save_history="server"` makes it).
        """
        wanted: dict[str, str] = {"chat": self._chat} | ({} if search is None else {"search": search})
        while True:
            response = await self._request("GET", "api/conversations", params=wanted)
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
        event, outputs, names = (await self._endpoints()).function(name)
        values = await self._values(inputs or {}, names)
        calling = Calling(event, outputs, values, self._session)
        async for _ in self._entries(calling):
            pass
        return calling.result()

    async def upload(self, path: str | PathLike[str]) -> FileRef:
        """Send a file, to go with messages.

        Raises:
            OSError: it cannot be read.
            SalonError: the application does not take it.
        """
        source = Path(path)
        content = await asyncio.to_thread(source.read_bytes)
        response = await self._request("POST", "api/files", body=content, params={"name": source.name})
        return msgspec.json.decode(response.content, type=FileRef)

    async def download(self, file: FileRef, folder: str | PathLike[str] = ".") -> Path:
        """Load a file of a reply into a folder, and return its path there.

        Raises:
            SalonError: it is not there any more.
        """
        path = Path(folder) / Path(file.name).name
        response = await self._request("GET", f"files/{file.id}/{file.name}")
        await asyncio.to_thread(path.write_bytes, response.content)
        return path

    async def _sign_in(self, *, unless_since: int = 0) -> None:
        """Sign in, unless that was done since it had been done `unless_since` times."""
        assert self._auth is not None
        user, password = self._auth
        async with self._signing_in:
            if self._times_signed_in > unless_since:
                return
            try:
                response = await self._http.post("login", data={"username": user, "password": password})
            except self._httpx.TransportError as error:
                raise _lost(error) from error
            if response.status_code == 401:
                raise AuthenticationError("login.wrong", "The name or the password is wrong.")
            if response.status_code not in (200, 303):
                raise refusal(response.status_code, response.content)
            self._times_signed_in += 1

    @asynccontextmanager
    async def _streaming(
        self, method: str, path: str, *, body: bytes | None = None, **options: Any
    ) -> AsyncIterator["httpx.Response"]:
        """Give the response to a request; where the signing-in has ended meanwhile, sign in and ask once more."""
        if self._auth is not None:
            await self._sign_in()
        times = self._times_signed_in
        for is_last in (self._auth is None, True):
            async with self._http.stream(method, path, content=body, **options) as response:
                if is_last or response.status_code != 401:
                    yield response
                    return
            await self._sign_in(unless_since=times)

    async def _send(self, method: str, path: str, **options: Any) -> "httpx.Response":
        try:
            async with self._streaming(method, path, **options) as response:
                await response.aread()
                return response
        except self._httpx.TransportError as error:
            raise _lost(error) from error

    async def _request(self, method: str, path: str, **options: Any) -> "httpx.Response":
        response = await self._send(method, path, **options)
        if response.status_code >= 300:
            raise refusal(response.status_code, response.content)
        return response

    async def _post(self, path: str, body: Mapping[str, Any]) -> "httpx.Response":
        return await self._request("POST", path, body=msgspec.json.encode(body), headers=_JSON)

    async def _entries(self, following: Following) -> AsyncGenerator[Entry, None]:
        """Yield a run's events to its end, across as many connections as that takes."""
        while not following.has_ended:
            asking = following.next_request()
            reason: Exception | None = None
            try:
                async with self._streaming(
                    asking.method, asking.path, body=asking.body, headers=asking.headers
                ) as response:
                    if following.passes(response.status_code):
                        reason = refusal(response.status_code, await response.aread())
                    elif response.status_code != 200:
                        following.refused(refusal(response.status_code, await response.aread()))
                        continue
                    else:
                        async for chunk in response.aiter_bytes():
                            for entry in following.feed(chunk):
                                yield entry
            except self._httpx.TransportError as error:
                reason = error
            if not following.has_ended:
                await asyncio.sleep(following.lost(reason))

    async def _read(self, past: Past) -> None:
        """Read what the server has of a conversation; a reply that is being written is waited for."""
        run: RunId | None = None
        while True:
            reading = Reading(past.id)
            while reading.path is not None:
                response = await self._send("GET", reading.path)
                reading.add(response.status_code, response.content)
            past.take(reading)
            if reading.run is None or reading.run == run:
                return
            run = reading.run
            with suppress(NotFoundError):
                async for _ in self._entries(Following(run)):
                    pass

    async def _endpoints(self) -> Endpoints:
        if self._known is None:
            self._known = Endpoints((await self._request("GET", "api/endpoints")).content)
        return self._known

    async def _inputs(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return values of the chat's inputs as turns have them."""
        if not given:
            return {}
        return await self._values(given, (await self._endpoints()).inputs_of(self._chat))

    async def _values(self, given: Mapping[str, Any], names: InputNames) -> dict[str, Any]:
        """Return values of inputs as requests have them: by ids, and with the ids of files."""
        return {names.id_of(name): await self._sent(value) for name, value in given.items()}

    async def _sent(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [await self._sent(item) for item in value]
        if isinstance(value, Mapping):
            return {name: await self._sent(item) for name, item in value.items()}
        if isinstance(value, PathLike):
            value = await self.upload(value)
        return {"$file": value.id} if isinstance(value, FileRef) else value

    async def _full(self, files: Sequence[str | PathLike[str] | FileRef]) -> list[FileRef]:
        return [file if isinstance(file, FileRef) else await self.upload(file) for file in files]


def _lost(error: Exception) -> ConnectionLost:
    return ConnectionLost("client.lost", f"The server cannot be reached: {error}.")


class AsyncConversation:
    """A conversation: each turn knows what was said before. Made by `AsyncClient.conversation`."""

    def __init__(self, client: AsyncClient, id_: str | None) -> None:
        self._client = client
        self._past = Past(id_)
        self._opening = asyncio.Lock()

    @property
    def id(self) -> str:
        """What the server calls it."""
        return self._past.id

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
        return tuple(stored.message for stored in self._past.messages)

    async def judge(self, *options: str, comment: str = "") -> None:
        """Say what one thinks of the last reply, in place of what was said before; nothing takes it back.

        Args:
            options: of those that the application offers, such as `"Like"`.
            comment: one's own words, where it asks for them.

        Raises:
            SalonError: there is no reply, or the application asks for no such feedback.
        """
        client, path = self._client, f"api/conversations/{self.id}/feedback"
        async with self._opening:
            await self._catch_up()
        body = self._past.judgement(options, comment, client._chat)  # noqa: SLF001 - one module
        try:
            await client._post(path, body)  # noqa: SLF001
        except NotFoundError as error:
            if error.code != "conversation.unknown":
                raise
            await client._post(path, body | self._past.copy())  # noqa: SLF001

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
        response = await self._client._request("GET", path, params={"format": format_})  # noqa: SLF001 - one module
        return response.text

    async def delete(self) -> None:
        """Have the server forget the conversation and its files.

        Raises:
            SalonError: it refuses.
        """
        await self._client._request("DELETE", f"api/conversations/{self.id}")  # noqa: SLF001 - one module
        self._past.clear()

    async def undo(self) -> None:
        """Take the last exchange back.

        Raises:
            SalonError: there is none.
        """
        await self._client._request("POST", f"api/conversations/{self.id}/undo")  # noqa: SLF001 - one module
        self._past.undo()

    async def _change(self, changes: Mapping[str, Any]) -> None:
        body = msgspec.json.encode(changes)
        path = f"api/conversations/{self.id}"
        await self._client._request("PATCH", path, body=body, headers=_JSON)  # noqa: SLF001 - one module

    async def _catch_up(self) -> None:
        if self._past.is_behind:
            await self._client._read(self._past)  # noqa: SLF001 - one module

    def _begin(
        self, text: str | None, *, files: Sequence[str | PathLike[str] | FileRef], inputs: Mapping[str, Any] | None
    ) -> "AsyncAnswer":
        return AsyncAnswer(self, text, files=files, inputs=inputs or {})

    async def _open(
        self, text: str | None, *, files: Sequence[str | PathLike[str] | FileRef], inputs: Mapping[str, Any]
    ) -> tuple[Exchange, AsyncGenerator[Entry, None]]:
        """Send a turn after all that was said by now; return it, and its events once the server has accepted it."""
        client = self._client
        uploaded, values = await client._full(files), await client._inputs(inputs)  # noqa: SLF001 - one module
        async with self._opening:
            await self._catch_up()
            exchange = Exchange(self._past, text, files=uploaded, inputs=values, chat=client._chat)  # noqa: SLF001
            entries = client._entries(exchange)  # noqa: SLF001
            first = await anext(entries)
        return exchange, _from(first, entries)


async def _from(first: Entry, rest: AsyncGenerator[Entry, None]) -> AsyncGenerator[Entry, None]:
    async with aclosing(rest):
        yield first
        async for entry in rest:
            yield entry


class AsyncAnswer:
    """The answer to a turn. Iterate it for pieces of text as they come; `text` and `reply` are what there is so far.

    The turn begins when the answer is first waited for.
    """

    def __init__(
        self,
        conversation: AsyncConversation,
        text: str | None,
        *,
        files: Sequence[str | PathLike[str] | FileRef],
        inputs: Mapping[str, Any],
    ) -> None:
        self._conversation = conversation
        self._client = conversation._client  # noqa: SLF001 - one module
        self._text = text
        self._files = files
        self._inputs = inputs
        self._exchange: Exchange | None = None
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
        exchange = self._exchange
        if exchange is not None and exchange.run is not None:
            path = f"api/runs/{exchange.run}/cancel"
            await self._client._post(path, {"seen": exchange.last})  # noqa: SLF001 - one module

    @property
    def reply(self) -> Reply:
        """The messages so far, with their parts."""
        return Reply() if self._exchange is None else self._exchange.reply

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
        self._exchange, entries = await self._conversation._open(  # noqa: SLF001 - one module
            self._text, files=self._files, inputs=self._inputs
        )
        async with aclosing(entries):
            async for entry in entries:
                yield entry

    def _check(self) -> None:
        if self._exchange is not None:
            self._exchange.check()
