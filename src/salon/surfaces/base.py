"""The parts of an application that every surface gets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar

from salon.conversations.commands import Commands
from salon.conversations.feedback import FeedbackService
from salon.conversations.library import Library
from salon.conversations.sharing import Sharing
from salon.conversations.watchers import Watchers
from salon.definition.app import AppSpec
from salon.engine.engine import Engine
from salon.errors import NotFoundError
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
)
from salon.http.visitors import Visitors
from salon.ids import ConversationId
from salon.messages.message import StoredMessage
from salon.stores.files import FileStore

_T = TypeVar("_T")

Protocol: TypeAlias = Literal["gradio", "openai", "ag-ui", "mcp"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """An application's parts, assembled.

    `library` is there where conversations are kept on the server, `sharing` where they are kept at all, and
    `signature_of`, which signs messages, where browsers keep them. `file_bytes` is what one uploaded file may have.
    `protocols` are those that programs may speak besides the page's own.

    `identify` tells which reader sent a request, and `identify_program` which program; both raise
    `AuthenticationError` when somebody has to sign in first. `visitors` recognises
    browsers without sign-in. `quotas` bound what callers take.
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


def require_history(part: _T | None) -> _T:
    """Return a part that is there only where conversations are kept.

    Raises:
        NotFoundError: the application keeps none (`history.off`).
    """
    if part is None:
        raise NotFoundError("history.off", "This application keeps no conversations here.")
    return part
