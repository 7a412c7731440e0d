"""The client for programs that wait."""

import time
from collections.abc import Iterator, Mapping, Sequence
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import msgspec

from salon.client.errors import ConnectionLost, refusal
from salon.client.exchange import Exchange, ListedConversation, ListPage, Past, TextPieces, text_of
from salon.errors import AuthenticationError
from salon.events.fold import Reply
from salon.events.types import Entry
from salon.messages.message import Message
from salon.messages.parts import FileRef
from salon.optional import require

if TYPE_CHECKING:
    import httpx

_TIMEOUT_S = 60.0


class Client:
    """Talks to a Salon application: `Client("http://localhost:7860").ask("Hello").text`.

    Needs `httpx`. Use it as a context, or `close` it.

    Args:
        url: address of the application.
        auth: name and password, where users sign in.
        headers: to be sent with every request.
        chat: which of the application's chats, where there are several.

    Raises:
        AuthorError: `httpx` is not installed.
        AuthenticationError: name or password are wrong.
        ConnectionLost: there is no server at `url`.
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
        self._http: httpx.Client = self._httpx.Client(
            base_url=url.rstrip("/") + "/", headers=headers, timeout=self._httpx.Timeout(_TIMEOUT_S)
        )
        self._chat = chat
        if auth is not None:
            try:
                self._sign_in(*auth)
            except BaseException:
                self.close()
                raise

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the connections. Replies go on without their reader."""
        self._http.close()

    def conversation(self, id_: str | None = None) -> "Conversation":
        """Return a conversation: a new one, or one whose id is known."""
        return Conversation(self, id_)

    def conversations(self, search: str | None = None) -> Iterator[ListedConversation]:
        """Return what the server keeps for this client's user: pinned conversations first, then the newest.

        Args:
            search: words that all have to stand in a conversation; the best 50 come then.

        Raises:
            SalonError: the application keeps none (`save_history="server"` makes it).
        """
        wanted: dict[str, str] = {"chat": self._chat} | ({} if search is None else {"search": search})
        while True:
            response = self._request("GET", "api/conversations", params=wanted)
            page = msgspec.json.decode(response.content, type=ListPage)
            yield from page.conversations
            if page.next is None:
                return
            wanted["before"] = page.next

    def ask(
        self, text: str, *, files: Sequence[str | PathLike[str] | FileRef] = (), inputs: Mapping[str, Any] | None = None
    ) -> "Answer":
        """Ask in a conversation of its own, and return the answer; see `Conversation.ask`."""
        return self.conversation().ask(text, files=files, inputs=inputs)

    def upload(self, path: str | PathLike[str]) -> FileRef:
        """Send a file, to go with messages.

        Raises:
            OSError: it cannot be read.
            SalonError: the application does not take it.
        """
        source = Path(path)
        with source.open("rb") as file:
            response = self._request("POST", "api/files", params={"name": source.name}, content=file)
        return msgspec.json.decode(response.content, type=FileRef)

    def download(self, file: FileRef, folder: str | PathLike[str] = ".") -> Path:
        """Load a file of a reply into a folder, and return its path there.

        Raises:
            SalonError: it is not there any more.
        """
        path = Path(folder) / Path(file.name).name
        with self._http.stream("GET", f"files/{file.id}/{file.name}") as response:
            if response.status_code != 200:
                raise refusal(response.status_code, response.read())
            with path.open("wb") as target:
                for chunk in response.iter_bytes():
                    target.write(chunk)
        return path

    def _sign_in(self, user: str, password: str) -> None:
        response = self._send("POST", "login", data={"username": user, "password": password})
        if response.status_code == 401:
            raise AuthenticationError("login.wrong", "The name or the password is wrong.")
        if response.status_code not in (200, 303):
            raise refusal(response.status_code, response.content)

    def _send(self, method: str, path: str, **options: Any) -> "httpx.Response":
        try:
            return self._http.request(method, path, **options)
        except self._httpx.TransportError as error:
            raise ConnectionLost("client.lost", f"The server cannot be reached: {error}.") from error

    def _request(self, method: str, path: str, **options: Any) -> "httpx.Response":
        response = self._send(method, path, **options)
        if response.status_code >= 300:
            raise refusal(response.status_code, response.content)
        return response

    def _entries(self, exchange: Exchange) -> Iterator[Entry]:
        """Yield a turn's events to its end, across as many connections as that takes."""
        while not exchange.has_ended:
            asking = exchange.next_request()
            reason: Exception | None = None
            try:
                with self._http.stream(asking.method, asking.path, json=asking.body) as response:
                    if response.status_code != 200:
                        exchange.refused(refusal(response.status_code, response.read()))
                        continue
                    for chunk in response.iter_bytes():
                        yield from exchange.feed(chunk)
            except self._httpx.TransportError as error:
                reason = error
            if not exchange.has_ended:
                time.sleep(exchange.lost(reason))

    def _full(self, files: Sequence[str | PathLike[str] | FileRef]) -> list[FileRef]:
        return [file if isinstance(file, FileRef) else self.upload(file) for file in files]


class Conversation:
    """A conversation: each turn knows what was said before. Made by `Client.conversation`."""

    def __init__(self, client: Client, id_: str | None) -> None:
        self._client = client
        self._past = Past(id_)

    @property
    def id(self) -> str:
        """What the server calls it."""
        return self._past.id

    def ask(
        self, text: str, *, files: Sequence[str | PathLike[str] | FileRef] = (), inputs: Mapping[str, Any] | None = None
    ) -> "Answer":
        """Say something, and return the answer when it is complete.

        Args:
            text: what to say.
            files: paths, or files that were uploaded before.
            inputs: values of additional inputs by their ids.

        Raises:
            ReplyFailed: the reply did not become complete.
            SalonError: the turn was refused.
            ConnectionLost: the server cannot be reached any more.
        """
        return self.stream(text, files=files, inputs=inputs).answer()

    def stream(
        self, text: str, *, files: Sequence[str | PathLike[str] | FileRef] = (), inputs: Mapping[str, Any] | None = None
    ) -> "Answer":
        """Say something, and return the answer at once; iterate it for its text as it grows. Like `ask` besides."""
        return self._begin(text, files=files, inputs=inputs)

    def retry(self) -> "Answer":
        """Ask for another answer to what was said last, which the first stays beside."""
        return self._begin(None, files=(), inputs=None)

    @property
    def messages(self) -> tuple[Message, ...]:
        """What was said so far, as this client saw it."""
        return tuple(stored.message for stored in self._past.messages)

    def judge(self, *options: str, comment: str = "") -> None:
        """Say what one thinks of the last reply, in place of what was said before; nothing takes it back.

        Args:
            options: of those that the application offers, such as `"Like"`.
            comment: one's own words, where it asks for them.

        Raises:
            SalonError: there is no reply, or the application asks for no such feedback.
        """
        client = self._client
        body = self._past.judgement(options, comment, client._chat)  # noqa: SLF001 - one module
        client._request("POST", f"api/conversations/{self.id}/feedback", json=body)  # noqa: SLF001

    def delete(self) -> None:
        """Have the server forget the conversation and its files.

        Raises:
            SalonError: it refuses.
        """
        self._client._request("DELETE", f"api/conversations/{self.id}")  # noqa: SLF001 - one module
        self._past.messages = []

    def undo(self) -> None:
        """Take the last exchange back.

        Raises:
            SalonError: there is none.
        """
        self._client._request("POST", f"api/conversations/{self.id}/undo")  # noqa: SLF001 - one module
        while self._past.messages and self._past.messages.pop().message.role != "user":
            pass

    def _begin(
        self, text: str | None, *, files: Sequence[str | PathLike[str] | FileRef], inputs: Mapping[str, Any] | None
    ) -> "Answer":
        client = self._client
        if self._past.is_unread:
            seen = client._send("GET", f"api/conversations/{self.id}")  # noqa: SLF001 - one module
            self._past.read(seen.status_code, seen.content)
        exchange = Exchange(
            self._past,
            text,
            files=client._full(files),  # noqa: SLF001 - one module
            inputs=inputs or {},
            chat=client._chat,  # noqa: SLF001
        )
        return Answer(client, exchange)


class Answer:
    """The answer to a turn. Iterate it for pieces of text as they come; `text` and `reply` are what there is so far."""

    def __init__(self, client: Client, exchange: Exchange) -> None:
        self._client = client
        self._exchange = exchange
        self._entries = client._entries(exchange)  # noqa: SLF001 - one module

    def __iter__(self) -> Iterator[str]:
        """Yield pieces of text as they come. Together they are `text`, unless the reply becomes another one meanwhile.

        Raises:
            ReplyFailed: it did not become complete.
        """
        pieces = TextPieces()
        for _, event in self._entries:
            if text := pieces.add(event):
                yield text
        self._exchange.check()

    def events(self) -> Iterator[Entry]:
        """Yield the numbered events of the reply as they come."""
        return self._entries

    def answer(self) -> Self:
        """Wait for the end, and return this.

        Raises:
            ReplyFailed: it did not become complete.
        """
        for _ in self._entries:
            pass
        self._exchange.check()
        return self

    def cancel(self) -> None:
        """Stop the reply; it keeps what was seen of it."""
        if self._exchange.run is not None:
            path = f"api/runs/{self._exchange.run}/cancel"
            self._client._request("POST", path, json={"seen": self._exchange.last})  # noqa: SLF001 - one module

    @property
    def reply(self) -> Reply:
        """The messages so far, with their parts."""
        return self._exchange.reply

    @property
    def text(self) -> str:
        """The text so far, without thoughts and files."""
        return text_of(self._exchange.reply)

    @property
    def files(self) -> tuple[FileRef, ...]:
        """The files so far."""
        parts = (part for message in self.reply.messages for part in message.parts)
        return tuple(file for part in parts for file in getattr(part, "files", ()))
