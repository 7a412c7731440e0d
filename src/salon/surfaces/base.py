"""What every surface is handed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from starlette.requests import HTTPConnection

from salon.conversations.library import Library
from salon.conversations.sharing import Sharing
from salon.definition.app import AppSpec
from salon.engine.engine import Engine
from salon.engine.feedback import FeedbackDesk
from salon.errors import NotFoundError
from salon.identity import Identity
from salon.stores.files import FileStore

Protocol: TypeAlias = Literal["gradio", "openai", "ag-ui", "mcp"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """An application's parts, assembled.

    `file_bytes` is what one uploaded file may have. `protocols` are those that programs may speak besides the page's
    own.

    `identify` tells who sent a request, and raises `AuthenticationError` when somebody has to
    sign in first.
    """

    app: AppSpec
    engine: Engine
    feedback: FeedbackDesk
    files: FileStore
    file_bytes: int
    protocols: tuple[Protocol, ...] = ()
    identify: Callable[[HTTPConnection], Identity]

    @property
    def library(self) -> Library:
        """The conversations that are kept on the server.

        Raises:
            NotFoundError: none are.
        """
        if self.engine.library is None:
            raise NotFoundError("history.off", "This application keeps no conversations on the server.")
        return self.engine.library

    @property
    def sharing(self) -> Sharing:
        """What is shared by link.

        Raises:
            NotFoundError: nobody keeps conversations here, so none are shared.
        """
        if self.engine.sharing is None:
            raise NotFoundError("history.off", "This application keeps no conversations.")
        return self.engine.sharing
