"""Puts an application together: stores, engine, surfaces, and the ASGI application around them."""

import asyncio
import logging
import signal
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from functools import cache, cached_property, partial
from pathlib import Path
from types import FrameType
from typing import Any, TypeAlias

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from salon.conversations.signing import MessageSigner
from salon.conversations.value_files import AllowedPaths
from salon.definition.app import AppSpec
from salon.definition.config import ChatConfig, FilesConfig
from salon.engine.engine import EngineLimits
from salon.errors import AuthenticationError, AuthorError, NotFoundError, SalonError, UnavailableError
from salon.http.auth import Login
from salon.http.external_sign_in import DependencySignIn, HeaderSignIn
from salon.http.forwarded import Forwarded
from salon.http.guard import Guard
from salon.http.guarded_files import log_files
from salon.http.keys import ApiKeys
from salon.http.origins import is_loopback
from salon.http.policies import Identify, PolicyRoute
from salon.http.problems import on_salon_error, problem_response
from salon.http.provider_sign_in import ProviderSignIn
from salon.http.static import StaticFiles
from salon.http.visitors import Visitors
from salon.identity import Identity
from salon.ids import ConversationId, MessageId
from salon.oidc import OIDC
from salon.private_folders import make_private_folder
from salon.runs.memory import MemoryRuns
from salon.serve.caching_progress import CachingProgress
from salon.serve.core import Backends, Core, build_core
from salon.serve.limits import Limits, disconnect_policy, read_limits
from salon.serve.settings import Settings, public_url, root_path, secrets_of, size_bytes
from salon.serve.storage import Storage, feedback_store, storage_of
from salon.stores.base import ConversationStore
from salon.stores.feedback_log import FeedbackLog
from salon.stores.file_usage import FileLimits
from salon.stores.files import FileStore
from salon.stores.local_answers import LocalAnswers
from salon.stores.local_files import LocalFiles
from salon.stores.memory import MemoryConversations
from salon.stores.routing import RoutedConversations
from salon.surfaces.agui.routes import AgUiSurface
from salon.surfaces.base import Protocol, Services
from salon.surfaces.gradio.routes import GradioSurface
from salon.surfaces.openai.routes import OpenAISurface
from salon.surfaces.web.page import Pages
from salon.surfaces.web.routes import web_routes

SignIn: TypeAlias = Login | ProviderSignIn | DependencySignIn | HeaderSignIn

_log = logging.getLogger("salon")
_STATIC = Path(__file__).parent.parent / "_static"


class Application:
    """An ASGI application that serves one `AppSpec`.

    Args:
        app: what is served.
        settings: how it is served.
        checks_hosts: whether, at a loopback address, only loopback host names are answered.
        refusal: tells, when serving begins, why the application may not be served at all.

    Attributes:
        core: its parts, apart from how it is served.
        engine: runs its functions.
        services: what its surfaces are handed.
        settings: how it is served.
        limits: how much strangers may take.
        routes: the table of all routes, each with its policy.
    """

    def __init__(
        self,
        app: AppSpec,
        settings: Settings,
        *,
        checks_hosts: bool,
        refusal: Callable[[], AuthorError | None] | None = None,
    ) -> None:
        self.settings = settings
        self.limits: Limits = read_limits(settings.limits)
        self._ask_refusal = refusal
        self._loop: asyncio.AbstractEventLoop | None = None
        file_bytes = (
            size_bytes(settings.max_file_size) if settings.max_file_size is not None else FilesConfig().size_bytes
        )
        chats = tuple(_limited(chat, file_bytes) for chat in app.page.chats)
        page = msgspec.structs.replace(app.page, max_message_length=settings.max_message_length, chats=chats)
        app = replace(app, page=page)
        secrets = cache(partial(secrets_of, settings))
        files = LocalFiles(
            Path(settings.data_dir) / "files",
            secrets=secrets,
            limits=FileLimits(
                owner_bytes=size_bytes(settings.max_files_size),
                source_bytes=size_bytes(settings.max_address_size),
                total_bytes=size_bytes(settings.max_storage_size),
                free_bytes=size_bytes(settings.min_free_disk),
            ),
            retention_s=settings.file_retention_days * 24 * 3_600,
        )
        storage = storage_of(
            app, settings.store, Path(settings.data_dir), conversations_at_most=settings.max_conversations
        )
        conversations: ConversationStore = MemoryConversations()
        if storage is not None and storage.conversations is not None:
            conversations = RoutedConversations(passing=conversations, kept=storage.conversations)
        signer = MessageSigner(secrets)
        hidden = _hidden(app, settings, storage)
        core = self.core = _core(app, settings, self.limits, files, conversations, storage, signer, hidden)
        self.engine = core.engine
        sign_in = _sign_in(settings)
        login = sign_in if isinstance(sign_in, Login) else None
        visitors = Visitors(secrets)
        identify = _identifier(sign_in, visitors)
        keeps_in_browser = any(chat.history_place == "browser" for chat in app.chats.values())
        services = self.services = Services(
            app=app,
            engine=core.engine,
            commands=core.commands,
            library=core.library,
            sharing=core.sharing,
            feedback=core.feedback,
            watchers=core.watchers,
            signature_of=signer.signature_of if keeps_in_browser else None,
            files=files,
            file_bytes=file_bytes,
            protocols=_protocols(settings),
            identify=identify,
            visitors=visitors,
            identify_program=_program_identifier(identify, settings),
            quotas=self.limits.request_quotas(),
        )
        pages = Pages(
            app,
            _STATIC,
            reloads=settings.reload,
            embed_origins=tuple(settings.embed_origins),
            greeting=settings.auth_message,
        )
        self.routes = [
            *self._programs(services, login),
            *web_routes(
                services,
                pages=pages,
                static=StaticFiles(_STATIC),
                file_roots=tuple(map(Path, settings.allowed_paths)),
                hidden=hidden,
                login=sign_in if isinstance(sign_in, Login | ProviderSignIn) else None,
                reloads=settings.reload,
                public_url=public_url(settings),
            ),
            _favicon(services, settings),
        ]
        starlette = Starlette(
            routes=self.routes,
            lifespan=self.lifespan,
            exception_handlers={SalonError: on_salon_error, HTTPException: _on_http_error},
        )
        hosts = settings.allowed_hosts
        if hosts is None and checks_hosts and is_loopback(settings.server_name):
            hosts = ()
        guard = Guard(starlette, allowed_hosts=hosts, allowed_origins=settings.embed_origins)
        self._asgi = Forwarded(
            guard, proxies=settings.trusted_proxies, root_path=root_path(settings), routes=self.routes
        )

    def _programs(self, services: Services, login: Login | None) -> Iterator[PolicyRoute]:
        """Return the routes of the protocols that programs speak."""
        url = public_url(self.settings)
        if self.settings.gradio_api:
            yield from GradioSurface(services, login=login, public_url=url).routes()
        if self.settings.ag_ui_api:
            yield from AgUiSurface(services, public_url=url).routes()
        if self.settings.mcp_server:
            from salon.surfaces.mcp.routes import McpSurface  # noqa: PLC0415 - most applications do without

            yield from McpSurface(services, public_url=url).routes()
        if self.settings.openai_api:
            yield from OpenAISurface(services, public_url=url).routes()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] == "http" and self._refusal is not None:
            error = UnavailableError(self._refusal.code, "This application cannot be served; its log says why.")
            await problem_response(error)(scope, receive, send)
            return
        await self._asgi(scope, receive, send)

    @cached_property
    def _refusal(self) -> AuthorError | None:
        """Why the application may not be served; it is known only when all of the author's modules are there."""
        refusal = None if self._ask_refusal is None else self._ask_refusal()
        if refusal is not None:
            _log.error("%s", refusal)
        return refusal

    async def stop(self, *, grace_s: float | None = None) -> None:
        """Accept nothing more, and end what runs; see `Core.stop`."""
        await self.core.stop(grace_s=self.settings.grace_s if grace_s is None else grace_s)

    def push(self, conversation: ConversationId, message: Any) -> "Future[MessageId]":
        """Begin to add a message to a conversation, from whatever thread; see `Pushing.push`.

        Raises:
            AuthorError: the application is not in operation.
        """
        if self._loop is None:
            raise AuthorError("push.stopped", "`push` needs the application to run in this process; `launch` it first.")
        return asyncio.run_coroutine_threadsafe(self.core.pushing.push(conversation, message), self._loop)

    @asynccontextmanager
    async def lifespan(self, _: object = None) -> AsyncIterator[None]:
        """Be in operation; an application that mounts this one enters it in its own lifespan.

        Servers wait for their connections before they end a lifespan, and a reply that goes on
        keeps its connection. So running replies are told to end as soon as the process is.

        Raises:
            AuthorError: the application may not be served.
        """
        if self._refusal is not None:
            raise self._refusal
        with suppress(OSError):  # whoever needs to write there says that it cannot
            make_private_folder(Path(self.settings.data_dir), narrows=True)
        self.core.start()
        self._loop = asyncio.get_running_loop()
        with _on_termination(self.stop):
            yield
        self._loop = None
        await self.stop()


@contextmanager
def _on_termination(stop: Callable[[], Coroutine[object, object, None]]) -> Iterator[None]:
    """Have `stop` run when the process is told to end, before whoever else wants to know."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    previous = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def on_signal(number: int, frame: FrameType | None) -> None:
        asyncio.run_coroutine_threadsafe(stop(), loop)
        handler = previous[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    for number, handler in previous.items():
        if callable(handler):
            signal.signal(number, on_signal)
    try:
        yield
    finally:
        for number, handler in previous.items():
            if callable(handler) and signal.getsignal(number) is on_signal:
                signal.signal(number, handler)


def _core(  # noqa: PLR0917 - all that it is made of
    app: AppSpec,
    settings: Settings,
    limits: Limits,
    files: FileStore,
    conversations: ConversationStore,
    storage: Storage | None,
    signer: MessageSigner,
    hidden: tuple[Path, ...],
) -> Core:
    runs = MemoryRuns()
    days = settings.conversation_retention_days
    named = tuple(map(Path, settings.allowed_paths))
    roots = (Path.cwd(), Path(tempfile.gettempdir()), *named)
    return build_core(
        app,
        Backends(
            log=runs,
            index=runs,
            conversations=conversations,
            kept=None if storage is None else storage.conversations,
            shares=None if storage is None else storage.shares,
            files=files,
            answers=LocalAnswers(Path(settings.data_dir) / "examples"),
            feedback=feedback_store(storage, Path(settings.data_dir)),
            open_feedback_table=lambda folder, has_comments: FeedbackLog(folder, has_comments=has_comments),
        ),
        allowed=AllowedPaths(roots=roots, hidden=hidden, named=named),
        limits=EngineLimits(
            message_length=settings.max_message_length,
            output_length=settings.max_output_length,
            max_threads=settings.max_threads,
            quotas=limits.run_quotas(),
            run_s=settings.max_run_s,
            disconnect_policy=disconnect_policy(settings.disconnect_policy),
            disconnect_grace_s=settings.disconnect_grace_s,
        ),
        signer=signer,
        retention_s=None if days is None else days * 24 * 3_600,
        show_error=settings.show_error,
        caching=CachingProgress(sys.stderr, is_quiet=settings.quiet),
    )


def _hidden(app: AppSpec, settings: Settings, storage: Storage | None) -> tuple[Path, ...]:
    """Return the files and folders that are never shown: what the author has blocked, and all that is kept."""
    tables = (chat.feedback.folder for chat in app.chats.values() if chat.feedback is not None)
    keys = (settings.ssl_keyfile, settings.ssl_certfile)
    return (
        Path(settings.data_dir),
        *map(Path, settings.blocked_paths),
        *(() if storage is None else storage.database_files),
        *(folder for folder in tables if folder is not None),
        *(Path(key) for key in keys if key is not None),
        *log_files(),
    )


def _protocols(settings: Settings) -> tuple[Protocol, ...]:
    switches: tuple[tuple[Protocol, bool], ...] = (
        ("gradio", settings.gradio_api),
        ("openai", settings.openai_api),
        ("ag-ui", settings.ag_ui_api),
        ("mcp", settings.mcp_server),
    )
    return tuple(protocol for protocol, is_on in switches if is_on)


def _limited(chat: ChatConfig, file_bytes: int) -> ChatConfig:
    """Return a chat whose files may have `file_bytes` each."""
    if chat.files is None:
        return chat
    return msgspec.structs.replace(chat, files=msgspec.structs.replace(chat.files, size_bytes=file_bytes))


def _sign_in(settings: Settings) -> SignIn | None:
    """Return what tells who has signed in; `None` where everybody may come in.

    Raises:
        AuthorError: there are several ways to sign in, or one is given in a wrong form.
    """
    given = [name for name in ("auth", "auth_dependency", "trusted_header") if getattr(settings, name) is not None]
    if len(given) > 1:
        raise AuthorError("auth.several", f"`{given[0]}` and `{given[1]}` are two ways to sign in; give one of them.")
    if settings.auth_dependency is not None:
        return DependencySignIn(settings.auth_dependency)
    if settings.trusted_header is not None:
        if not settings.trusted_proxies:
            raise AuthorError(
                "auth.header",
                f"`trusted_header` needs `trusted_proxies`, the addresses of the proxies that may send "
                f"`{settings.trusted_header}`: anybody else could write any name into it.",
            )
        return HeaderSignIn(settings.trusted_header)
    if settings.auth is None:
        return None
    signed_out = Path(settings.data_dir) / "signed_out.json"
    if isinstance(settings.auth, OIDC):
        return ProviderSignIn(settings.auth, secrets=secrets_of(settings), signed_out=signed_out)
    return Login(settings.auth, secrets=secrets_of(settings), signed_out=signed_out)


def _identifier(sign_in: SignIn | None, visitors: Visitors) -> Identify:
    """Return what tells which reader sent a request."""

    async def identify(request: Request) -> Identity:
        if sign_in is None:
            return visitors.identify(request)
        identity = await sign_in.identify(request)
        if identity is None:
            raise AuthenticationError("login.required", "Sign in first.")
        return identity

    return identify


def _program_identifier(identify_reader: Identify, settings: Settings) -> Identify:
    """Return what tells who a program is: by its key where there are keys, else like a reader of the page."""
    return identify_reader if settings.api_keys is None else ApiKeys(settings.api_keys).identify


def _favicon(services: Services, settings: Settings) -> PolicyRoute:
    path = Path(settings.favicon_path) if settings.favicon_path is not None else _STATIC / "icon.svg"
    if settings.favicon_path is not None and not path.is_file():
        raise AuthorError("settings.favicon", f"There is no file `{path}` to show as `favicon_path`.")

    async def favicon(_: Request) -> Response:
        return FileResponse(path, headers={"Cache-Control": "max-age=3600"})

    return services.route("/favicon.ico", favicon, caller="anyone")


async def _on_http_error(_: Request, error: Exception) -> Response:
    """Answer what the router itself refuses."""
    assert isinstance(error, HTTPException)
    refusal = NotFoundError("address.unknown", "There is nothing at this address, or not for this method.")
    response = problem_response(refusal, status=error.status_code)
    response.headers.update(error.headers or {})
    return response
