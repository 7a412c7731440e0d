"""The methods of a page: serve it, in this process or inside of another application, and push messages."""

import inspect
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from salon.components.parameter_checks import takes_keywords
from salon.components.tree import Node
from salon.definition.app import AppSpec
from salon.definition.checks import instance
from salon.definition.endpoint import ChatEndpoint, Endpoint
from salon.definition.sign_in import SignInSpec
from salon.errors import AuthorError
from salon.i18n import I18n
from salon.ids import ConversationId, MessageId
from salon.launch_calls import SIGN_IN, find_sign_in
from salon.oidc import OIDC
from salon.themes import Theme

if TYPE_CHECKING:
    from concurrent.futures import Future

    from salon.serve.assemble import Application
    from salon.serve.server import Server

_NO_SHARE = (
    "* `share` has no effect: Salon has no public tunnels. For users in your network, set "
    '`server_name="0.0.0.0"` and `auth`; for the internet, put your own proxy or tunnel in front.\n'
)
_NO_EFFECT = frozenset(
    (
        "app_kwargs",
        "debug",
        "enable_monitoring",
        "enable_queue",
        "footer_links",
        "node_port",
        "node_server_name",
        "num_workers",
        "pwa",
        "run_history",
        "share_server_address",
        "share_server_protocol",
        "share_server_tls_certificate",
        "show_api",
        "show_tips",
        "ssl_verify",
        "ssr_mode",
        "state_session_capacity",
        "strict_cors",
    )
)
_log = logging.getLogger("salon")
_E = TypeVar("_E", ChatEndpoint, Endpoint)
_recorded: ContextVar["list[Launch] | None"] = ContextVar("salon-recorded-launches", default=None)


@dataclass(frozen=True, slots=True)
class Launch:
    """A call of `launch` that was recorded instead of executed.

    Attributes:
        page: page whose `launch` was called.
        arguments: arguments of the call.
    """

    page: "Launchable"
    arguments: dict[str, Any]


@contextmanager
def recorded_launches() -> Iterator[list[Launch]]:
    """Record calls of `launch` in the block instead of serving pages."""
    launches: list[Launch] = []
    token = _recorded.set(launches)
    try:
        yield launches
    finally:
        _recorded.reset(token)


class Launchable(SignInSpec, Node):
    """A page that can be served: base of `ChatInterface` and `Blocks`."""

    _made_in: str | None = None
    _application: "Application | None" = None
    _server: "Server | None" = None
    _queue_size: int | None = 256
    _default_limit: int | None = None

    def __new__(cls, *_: Any, **__: Any) -> Self:
        """Note in which file a page is made."""
        page = super().__new__(cls)
        frame = inspect.currentframe()
        while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "salon":
            frame = frame.f_back
        page._made_in = frame.f_code.co_filename if frame is not None else None
        return page

    def place(self) -> Self:
        """Stand at the end of the container that is open, if one is; return itself.

        Raises:
            AuthorError: it says who may sign in, which the page around it has to say.
        """
        super().place()
        if self.is_placed and any(getattr(self, name) is not None for name in SIGN_IN):
            self.unrender()
            raise AuthorError("auth.placed", "Who may sign in is for the whole page: give it to `Blocks`.")
        return self

    def _compile(self) -> AppSpec:
        raise NotImplementedError

    @property
    def app(self) -> "Application":
        """The ASGI application, for servers such as `uvicorn app:demo.app`; settings come from the environment.

        Who may sign in comes from the page's own `auth`, `auth_dependency` or `trusted_header`. Where the author's
        source gives these only to `launch`, which such servers do not call, the application refuses to serve.
        """
        return self.served_by_others({})

    def served_by_others(self, arguments: dict[str, Any]) -> "Application":
        """Return the ASGI application as `app` does, with arguments of `launch` that are not `None`."""
        given = {name: value for name, value in arguments.items() if value is not None}
        if self._application is None or given:
            self._application = self._assemble(given, checks_hosts=False, refusal=self._refusal)
        return self._application

    def _refusal(self) -> AuthorError | None:
        """Return why the page may not be served by others than `launch`: it would let everybody in."""
        found = find_sign_in(self, made_in=self._made_in)
        if found is None:
            return None
        place, kind = f"{found.file}, line {found.line}", type(self).__name__
        if found.argument is None:
            _log.warning(
                "Everybody may open this page: `launch` in %s is not what serves it. If that call says who may sign "
                "in, give this to `%s` instead",
                place,
                kind,
            )
            return None
        return AuthorError(
            "auth.forgotten",
            f"This server never calls `launch({found.argument}=…)`, in {place}, so the page would be open to all. "
            f"Give `{found.argument}` to `{kind}` instead, which holds wherever it is served, or use `salon run`.",
        )

    @takes_keywords(
        renamed={"concurrency_count": "default_concurrency_limit"},
        ignored=frozenset(("api_open", "status_update_rate")),
    )
    def queue(self, *, max_size: int | None = 256, default_concurrency_limit: int | None = None) -> Self:
        """Configure the queue of turns, and return this page.

        Args:
            max_size: largest number of waiting turns; further turns are refused. `None` for no limit.
            default_concurrency_limit: largest number of replies at a time of chats without a `concurrency_limit`.
        """
        self._queue_size = max_size
        self._default_limit = default_concurrency_limit
        return self

    @takes_keywords(renamed={"file_directories": "allowed_paths"}, ignored=_NO_EFFECT)
    def launch(
        self,
        *,
        server_name: str | None = None,
        server_port: int | None = None,
        root_path: str | None = None,
        inbrowser: bool | None = None,
        inline: bool | None = None,
        height: int = 600,
        width: int | str = "100%",
        prevent_thread_lock: bool | None = None,
        quiet: bool | None = None,
        show_error: bool | None = None,
        favicon_path: str | None = None,
        max_threads: int | None = None,
        ssl_keyfile: str | None = None,
        ssl_certfile: str | None = None,
        ssl_keyfile_password: str | None = None,
        auth: "tuple[str, str] | Sequence[tuple[str, str]] | Callable[[str, str], Any] | OIDC | None" = None,
        auth_message: str | None = None,
        auth_dependency: "Callable[[Any], Any] | None" = None,
        trusted_header: str | None = None,
        trusted_proxies: Sequence[str] | None = None,
        allowed_paths: Sequence[str] | None = None,
        blocked_paths: Sequence[str] | None = None,
        max_file_size: int | str | None = None,
        limits: "Mapping[str, Any] | None" = None,
        allowed_hosts: Sequence[str] | None = None,
        embed_origins: Sequence[str] | None = None,
        gradio_api: bool | None = None,
        openai_api: bool | None = None,
        ag_ui_api: bool | None = None,
        mcp_server: bool | None = None,
        api_keys: "Sequence[str] | Callable[[str], Any] | None" = None,
        theme: str | Theme | None = None,
        css: str | None = None,
        css_paths: str | Path | Sequence[str | Path] | None = None,
        js: str | None = None,
        head: str | None = None,
        head_paths: str | Path | Sequence[str | Path] | None = None,
        i18n: I18n | None = None,
        share: bool | None = None,
    ) -> "tuple[Application, str, None]":
        """Serve the page, print its address, and block until it is stopped; in notebooks, show it and return.

        Arguments that are left out come from the environment, such as `SALON_SERVER_PORT` for `server_port`, except
        `auth`, `inline`, `height`, `width`, `prevent_thread_lock`, `share`, and the appearance (`theme` to
        `head_paths`). In a notebook, a page that is being served is closed and served again.

        Args:
            server_name: address to listen on; `"0.0.0.0"` for all network interfaces.
            server_port: port to listen on; by default the first free one from 7860 on.
            root_path: path below which a proxy serves the application, such as `"/chat"`, or its whole address there.
            inbrowser: `True` opens the page in a browser.
            inline: whether to show the page below the notebook's cell; by default in notebooks only.
            height: height of the notebook's frame, in pixels.
            width: width of the notebook's frame, in pixels or as a CSS length.
            prevent_thread_lock: `True` returns at once and serves in the background.
            quiet: `True` prints nothing.
            show_error: `True` shows the text of exceptions to users, instead of a general message.
            favicon_path: image for the browser's tab.
            max_threads: largest number of blocking replies at a time, for chats without a `concurrency_limit`.
            ssl_keyfile: private key for HTTPS.
            ssl_certfile: certificate for HTTPS.
            ssl_keyfile_password: password of the private key.
            auth: users who may sign in: a (name, password) pair, a list of pairs, a function of name and password,
                which may be async, or `OIDC(…)`. Other servers do not see it: pass it to the page if these serve it.
            auth_message: text or HTML of the sign-in page, in place of the default text.
            auth_dependency: instead of `auth`, function of a request that returns the name of its user, or `None`.
            trusted_header: instead of `auth`, header with the user's name, set by a proxy that signs users in.
            trusted_proxies: addresses or networks of the proxies whose `X-Forwarded-…` headers and `trusted_header` are
                trusted.
            allowed_paths: files and folders that the page may show, as in `![](file=logo.png)`.
            blocked_paths: files and folders that the page may never show and functions may never return, even inside of
                allowed ones.
            max_file_size: largest size of an uploaded file, in bytes or such as `"5mb"`; 100 MiB by default.
            limits: rate limits and other limits of one owner, of one network address and of all callers, by name, such
                as `{"turns": (60, 600, 6000), "uploads": 10}`; the settings list the names and their defaults.
            allowed_hosts: accepted host names; needed if the application listens on a loopback address behind a proxy
                that forwards its own host name.
            embed_origins: origins, such as `"https://example.com"`, whose pages may show this page in a frame.
            gradio_api: `False` turns off the protocol of Gradio's clients.
            openai_api: `False` turns off the protocol of OpenAI's clients, at `/v1`.
            ag_ui_api: `False` turns off the AG-UI protocol, at `/ag-ui`.
            mcp_server: `True` serves chats and functions as tools for models, by the Model Context Protocol, at `/mcp`.
            api_keys: keys that programs have to send at `/v1`, `/ag-ui` and `/mcp`: a list, or a function that tells
                whether a key is accepted, which may be async. By default, programs need no key where the page needs no
                sign-in.
            theme: theme, in place of the page's own.
            css: CSS, in place of the page's own.
            css_paths: CSS files, in place of the page's own.
            js: JavaScript, in place of the page's own.
            head: HTML for the page's head, in place of the page's own.
            head_paths: files with HTML for the page's head, in place of the page's own.
            i18n: texts in several languages; accepted for programs that pass it: all texts that the page uses are shown
                anyway.
            share: `True` prints that there are no public addresses, and the alternatives.

        Returns:
            The ASGI application, its address, and `None` in place of a public address.

        Raises:
            AuthorError: a setting is invalid, the port is in use, or, outside of notebooks, the page is being served
                already.
        """
        arguments = {name: value for name, value in locals().items() if name != "self"}
        instance("i18n", i18n, I18n)
        from salon.serve.server import Server  # noqa: PLC0415 - `import salon` loads no web server

        for name in ("theme", "css", "css_paths", "js", "head", "head_paths"):
            if arguments[name] is not None:
                setattr(self, name, arguments[name])
        launches = _recorded.get()
        if launches is not None:
            launches.append(Launch(self, arguments))
            self._application = self._assemble(arguments, checks_hosts=False)
            return self._application, "", None
        in_notebook = _in_notebook()
        if self._server is not None and not in_notebook:
            raise AuthorError(
                "server.running", f"This page is being served already, at {self._server.url}. Call `close()` first."
            )
        self.close()
        if in_notebook and embed_origins is None and "SALON_EMBED_ORIGINS" not in os.environ:
            arguments["embed_origins"] = ("http://localhost:*", "http://127.0.0.1:*")
        application = self._application = self._assemble(arguments, checks_hosts=True)
        server = Server(application)
        server.start()
        self._server = server
        is_waiting = not (in_notebook if prevent_thread_lock is None else prevent_thread_lock)
        with server.heeding_signals() if is_waiting else nullcontext():
            if not application.settings.quiet:
                sys.stdout.write(f"* Running on local URL:  {server.url}\n")
                if share:
                    sys.stdout.write(_NO_SHARE)
                sys.stdout.flush()
            if application.settings.inbrowser:
                import webbrowser  # noqa: PLC0415 - only used here

                webbrowser.open(server.url)
            if inline or (inline is None and in_notebook):
                _show_in_notebook(server.url, width=width, height=height)
            if is_waiting:
                server.wait()
                self._server = None
        return application, server.url, None

    def push(self, conversation: str, message: Any) -> "Future[MessageId]":
        """Add an assistant's message to a conversation outside of a turn, such as from a job or a webhook.

        It may be called from any thread, and does not block: the message is added after the end of the active reply.
        Pages that show the conversation show the message at once. The conversation's id is the `session_hash` of the
        `Request` that a chat function gets.

        ```python
        def reply(message, history, request: gr.Request):
            start_job(done=lambda text: demo.push(request.session_hash, text))
            return "I am on it."
        ```

        Args:
            conversation: id of the conversation.
            message: a value that a chat function could return; not empty, and no user's message.

        Returns:
            A future of the message's id. Its `result()` raises `NotFoundError` if the conversation does not exist, and
            `AuthorError` if a chat cannot show `message`. Async functions await it with
            `asyncio.wrap_future`.

        Raises:
            AuthorError: the application is not running in this process.
        """
        if self._application is None:
            raise AuthorError(
                "push.stopped", "`push` needs the application to run in this process. Call `launch` first."
            )
        return self._application.push(ConversationId(conversation), message)

    def close(self) -> None:
        """Stop the server; active replies end as interrupted. No effect on a page that is not being served."""
        if self._server is not None:
            self._server.close(grace_s=0)
            self._server = None

    def _assemble(
        self,
        arguments: dict[str, Any],
        *,
        checks_hosts: bool,
        refusal: "Callable[[], AuthorError | None] | None" = None,
    ) -> "Application":
        from salon.serve.assemble import Application  # noqa: PLC0415 - `import salon` loads no web server
        from salon.serve.settings import read_settings  # noqa: PLC0415

        spec = self._compile()
        queued = {name: self._queued(chat) for name, chat in spec.chats.items()}
        endpoints = {name: self._queued(endpoint) for name, endpoint in spec.endpoints.items()}
        spec = replace(spec, chats=queued, endpoints=endpoints)
        settings = read_settings(self._with_sign_in(arguments))
        has_sign_in = any(getattr(settings, name) is not None for name in SIGN_IN)
        return Application(spec, settings, checks_hosts=checks_hosts, refusal=None if has_sign_in else refusal)

    def _with_sign_in(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Return arguments with what the page itself says about who may sign in, unless they say so."""
        own: dict[str, Any] = {"auth_message": self.auth_message}
        if all(arguments.get(name) is None for name in SIGN_IN):
            own |= {name: getattr(self, name) for name in SIGN_IN}
        return arguments | {name: value for name, value in own.items() if arguments.get(name) is None}

    def _queued(self, endpoint: _E) -> _E:
        limit = endpoint.concurrency_limit
        if limit == "default" and self._default_limit is not None:
            limit = self._default_limit
        return replace(endpoint, queue_size=self._queue_size, concurrency_limit=limit)


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and "IPKernelApp" in shell.config


def _show_in_notebook(url: str, *, width: int | str, height: int) -> None:
    display = sys.modules["IPython.display"]
    display.display(display.IFrame(url, width=width, height=height))
