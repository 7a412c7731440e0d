"""What every surface is handed."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import HTTPConnection

from salon.engine.engine import Engine
from salon.engine.feedback import FeedbackDesk
from salon.identity import Identity
from salon.spec.app import AppSpec
from salon.stores.files import FileStore


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """An application's parts, assembled.

    `file_bytes` is what one uploaded file may have.

    `identify` tells who sent a request, and raises `AuthenticationError` when somebody has to
    sign in first.
    """

    app: AppSpec
    engine: Engine
    feedback: FeedbackDesk
    files: FileStore
    file_bytes: int
    identify: Callable[[HTTPConnection], Identity]
