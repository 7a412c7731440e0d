"""The services of an application, which every surface gets."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from salon.conversations.commands import Commands
from salon.conversations.feedback import FeedbackService
from salon.conversations.library import Library
from salon.conversations.sharing import Sharing
from salon.conversations.watchers import Watchers
from salon.definition.app import AppSpec
from salon.definition.endpoint import ChatEndpoint
from salon.engine.engine import Engine
from salon.errors import NotFoundError
from salon.http.files import file_response
from salon.http.policies import (
    SMALL_BODY_BYTES,
    Caller,
    Handler,
    Identify,
    PolicyRoute,
    Rate,
    Refuse,
    RequestQuotas,
    RoutePolicy,
    identity_of,
)
from salon.http.visitors import Visitors
from salon.ids import ConversationId, FileId
from salon.messages.message import StoredMessage
from salon.stores.files import FileStore

_T = TypeVar("_T")

Protocol: TypeAlias = Literal["gradio", "openai", "ag-ui", "mcp"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """The assembled services of one application.

    `library` is set if the server persists conversations, `sharing` if the server or the browser does, and
    `signature_of`, which signs messages, if the browser does. `file_bytes` is the largest size of an uploaded file.
    `protocols` are the protocols of programs that are enabled besides the page's own.

    `identify` authenticates the sender of a request as a user or visitor, and `identify_program` as a program; both
    raise `AuthenticationError` if the request needs a sign-in or an API key. `visitors` identifies browsers without a
    sign-in. `quotas` are the rate limits of callers.
    """

    app: AppSpec
    engine: Engine
    commands: Commands
    library: Library | None
    sharing: Sharing | None
    feedback: FeedbackService
    watchers: Watchers
    signature_of: Callable[[ConversationId, StoredMessage], str] | None
    files: FileStore
    file_bytes: int
    protocols: tuple[Protocol, ...] = ()
    identify: Identify
    identify_program: Identify
    visitors: Visitors
    quotas: RequestQuotas

    def route(
        self,
        path: str,
        handler: Handler,
        *,
        caller: Caller = "reader",
        body_bytes: int = SMALL_BODY_BYTES,
        body_is_file: bool = False,
        rate: Rate | None = None,
        is_long: bool = False,
        methods: Sequence[str] = ("GET",),
        refuse: Refuse | None = None,
    ) -> PolicyRoute:
        """Return a route with its policy; the arguments are those of `PolicyRoute` and `RoutePolicy`."""
        policy = RoutePolicy(
            caller=caller, body_bytes=body_bytes, body_is_file=body_is_file, rate=rate, is_long=is_long
        )
        identify: dict[Caller, Identify | None] = {
            "anyone": None,
            "reader": self.identify,
            "program": self.identify_program,
        }
        return PolicyRoute(
            path, handler, policy=policy, quotas=self.quotas, identify=identify[caller], refuse=refuse, methods=methods
        )

    async def owned_file(self, request: Request) -> Response:
        """Serve a file to its owner; of the path only the `id` counts, the name is for people."""
        id_, owner = FileId(request.path_params["id"]), identity_of(request).owner
        stored = await asyncio.to_thread(self.files.get, id_, owner=owner)
        return file_response(stored.path, media_type=stored.ref.media_type)

    def require_chat(self, name: str) -> ChatEndpoint:
        """Return a chat of the application.

        Raises:
            NotFoundError: the application has no chat with this name.
        """
        chat = self.app.chats.get(name)
        if chat is None:
            raise NotFoundError("chat.unknown", f"This application has no chat `{name[:40]}`.")
        return chat


def require_history(part: _T | None) -> _T:
    """Return a service that is set only if conversations are persisted.

    Raises:
        NotFoundError: the application does not persist conversations (`history.off`).
    """
    if part is None:
        raise NotFoundError(
            "history.off",
            "This application does not store conversations on the server. Its author can set `save_history`.",
        )
    return part
