"""The page: a built template, filled with the application's configuration and the author's additions."""

import asyncio
import gzip
import html
import re
import secrets
from collections.abc import Sequence
from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse

from salon.definition.app import AppSpec
from salon.definition.config import PageConfig
from salon.i18n import in_language
from salon.identity import Identity
from salon.safe_html import safe_html, without_tags
from salon.text import unindented

_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
_NEEDS_NONCE = re.compile(r"<(script|style|link(?=[^>]*\brel=[\"']?stylesheet\b))\b(?![^>]*\bnonce=)", re.IGNORECASE)
_LANGUAGES = ("zh-CN", "en")
_FUNCTION = re.compile(r"\s*(async\s+)?(function\b|\([^)]*\)\s*=>|\w+\s*=>)")
_GREETING = {"en": "Please log in to continue.", "zh-CN": "请登录后继续。"}
_NOBODY = {"en": "You are not signed in.", "zh-CN": "您尚未登录。"}
_INCIDENT = {"en": " Incident: {}", "zh-CN": "事件编号：{}"}
_REFUSALS = {
    "login.wrong": {"en": "The name or the password is wrong.", "zh-CN": "用户名或密码不正确。"},
    "login.incomplete": {"en": "Enter a name and a password.", "zh-CN": "请输入用户名和密码。"},
    "login.too-many-tries": {
        "en": "Too many failed tries. Wait a minute, then try again.",
        "zh-CN": "失败次数过多，请一分钟后再试。",
    },
    "login.refused": {"en": "The sign-in did not succeed. Try again.", "zh-CN": "登录未成功，请重试。"},
    "login.provider": {
        "en": "The sign-in service does not answer. Try again in a moment.",
        "zh-CN": "登录服务没有响应，请稍后再试。",
    },
    "auth.busy": {
        "en": "Too many people are signing in at the moment. Try again in a moment.",
        "zh-CN": "当前登录人数过多，请稍后再试。",
    },
    "auth.failed": {"en": "Signing in does not work at the moment.", "zh-CN": "登录服务暂时出错。"},
}
# The script of a frame must never reach the page: the frame has an opaque origin, and may load scripts only.
_FRAME_POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; "
    "font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
)
# The author's HTML may run its own scripts in its frame, and load images from wherever the page may.
_HTML_POLICY = (
    "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "script-src 'self' 'unsafe-inline'; style-src 'unsafe-inline'; font-src data:; img-src data: blob:{remote}; "
    "media-src data: blob:{remote}; base-uri 'none'; form-action 'none'"
)
_NOT_BUILT = """<!doctype html><meta charset="utf-8"><title>Salon</title>
<p>The page's files are not built yet. Run <code>make web</code> in Salon's repository, then reload.</p>"""


def content_security_policy(nonce: str, *, ancestors: str, image_sources: Sequence[str]) -> str:
    """Return the content security policy of the page.

    Args:
        nonce: nonce that allows the page's own scripts and styles.
        ancestors: sources of `frame-ancestors`.
        image_sources: further sources of images besides the application itself.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            f"style-src 'self' 'nonce-{nonce}'",
            "style-src-attr 'unsafe-inline'",
            " ".join(("img-src 'self' data: blob:", *image_sources)),
            " ".join(("media-src 'self' blob:", *image_sources)),
            "font-src 'self'",
            "connect-src 'self'",
            "frame-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "object-src 'none'",
            ancestors,
            "require-trusted-types-for 'script'",
            "trusted-types dompurify svelte-trusted-html",
        )
    )


class Pages:
    """Renders the built templates.

    Args:
        app: the application.
        folder: folder of the built front end.
        reloads: whether the page watches for restarts of the server.
        embed_origins: origins whose pages may show the page in a frame.
        greeting: text of the sign-in page, in place of the default one.
    """

    def __init__(
        self, app: AppSpec, folder: Path, *, reloads: bool, embed_origins: tuple[str, ...], greeting: str | None = None
    ) -> None:
        self._app = app
        self._greeting = greeting
        self._folder = folder
        self._reloads = reloads
        self._ancestors = " ".join(("frame-ancestors 'self'", *embed_origins))
        self._templates: dict[str, str] = {}
        # Whether any chat of the page may load images of other hosts.
        self._is_open = any(chat.chatbot.remote_images != "block" for chat in app.page.chats)

    async def config(self, identity: Identity) -> PageConfig:
        """Return the page's configuration."""
        values = {} if self._app.dynamic is dict else await asyncio.to_thread(self._app.dynamic)
        return msgspec.structs.replace(self._app.page, user=identity.user, reload=self._reloads, values=values)

    async def chat(self, request: Request, identity: Identity) -> HTMLResponse:
        """Return the chat page."""
        nonce = secrets.token_urlsafe(18)
        config = msgspec.json.encode(await self.config(identity)).decode().replace("<", "\\u003c")
        return self._render("index.html", request, nonce, {"config": config, "head": self._additions(nonce)})

    def login(
        self,
        request: Request,
        *,
        refusal: str | None = None,
        incident: str = "",
        provider: str | None = None,
        status: int = 200,
    ) -> HTMLResponse:
        """Return the sign-in page.

        Args:
            request: the request for it.
            refusal: code of the error of the last attempt.
            incident: log entry of that error.
            provider: name of the OpenID Connect provider, if users sign in there.
            status: HTTP status of the response.
        """
        language = self._language(request)
        message = _REFUSALS[refusal][language] if refusal is not None else ""
        message += _INCIDENT[language].format(incident) if incident else ""
        greeting = self._greeting or _GREETING[language]
        return self._door(request, greeting, message=message, provider=provider, status=status)

    def _door(
        self,
        request: Request,
        greeting: str,
        *,
        status: int,
        message: str = "",
        provider: str | None = None,
        has_accounts: bool = True,
    ) -> HTMLResponse:
        nonce = secrets.token_urlsafe(18)
        greeting = self._in_language(greeting, request)
        values = {
            "message": html.escape(message),
            "greeting": safe_html(unindented(greeting)),
            "head": self._theme_style(nonce),
            "accounts": "" if has_accounts and provider is None else "hidden",
            "provider": "" if provider is not None else "hidden",
            "providerLabel": html.escape(provider or ""),
        }
        response = self._render("login.html", request, nonce, values)
        response.status_code = status
        return response

    def refusal(self, request: Request) -> HTMLResponse:
        """Return the page for readers whom something else should have signed in."""
        greeting = self._greeting or _NOBODY[self._language(request)]
        return self._door(request, greeting, has_accounts=False, status=401)

    def diagram_frame(self) -> HTMLResponse:
        """Return the document of the sandboxed frame that renders diagrams; it is the same for all users."""
        return self._frame("frames/diagram.html", _FRAME_POLICY)

    def html_frame(self) -> HTMLResponse:
        """Return the document of the sandboxed frames that show HTML; the HTML is sent to the frame as a message."""
        remote = " https: http:" if self._is_open else ""
        return self._frame("frames/html.html", _HTML_POLICY.format(remote=remote))

    def reply_frame(self) -> HTMLResponse:
        """Return the document of the frames that show HTML in a reply's text.

        The HTML is a model's, so addresses in it may leak the conversation; a frame cannot ask the user before it loads
        them. So it loads nothing from other hosts, unless the author allows it.
        """
        chats = self._app.page.chats
        is_allowed = bool(chats) and all(chat.chatbot.remote_images == "allow" for chat in chats)
        remote = " https: http:" if is_allowed else ""
        return self._frame("frames/html.html", _HTML_POLICY.format(remote=remote))

    def plot_frame(self) -> HTMLResponse:
        """Return the document of the sandboxed frames that show Plotly's figures."""
        return self._frame("frames/plot.html", _FRAME_POLICY.replace("img-src data:", "img-src data: blob:"))

    def _frame(self, name: str, policy: str) -> HTMLResponse:
        template = self._template(name)
        # All origins that may frame the page have to be allowed here, too: the directive checks every ancestor.
        headers = {"Content-Security-Policy": f"{policy}; {self._ancestors}", "Cache-Control": "no-cache"}
        return HTMLResponse(template or _NOT_BUILT, 200 if template else 503, headers)

    def _render(self, name: str, request: Request, nonce: str, values: dict[str, str]) -> HTMLResponse:
        template = self._template(name)
        if template is None:
            return HTMLResponse(_NOT_BUILT, 503)
        title = without_tags(self._in_language(self._app.page.title or "", request))
        values = values | {
            "nonce": nonce,
            "lang": self._language(request),
            "title": html.escape(title or "Salon"),
            "heading": html.escape(title),
            "theme": html.escape(self._app.page.theme),
            "kind": "chat" if self._app.page.layout is None else "blocks",
        }
        body = _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), template)
        image_sources = ("https:", "http:") if self._is_open else self._app.image_sources
        policy = content_security_policy(nonce, ancestors=self._ancestors, image_sources=image_sources)
        return _packed(
            request,
            body,
            headers={
                "Content-Security-Policy": policy,
                "Cross-Origin-Opener-Policy": "same-origin",
                "Referrer-Policy": "same-origin",
                "Cache-Control": "no-store",
            },
        )

    def _template(self, name: str) -> str | None:
        if name not in self._templates:
            path = self._folder / name
            if not path.exists():
                return None
            self._templates[name] = path.read_text("utf-8")
        return self._templates[name]

    def _language(self, request: Request) -> str:
        """Return the language of the page: requested, set by the author, or the browser's first supported one."""
        for tag in self._requested_languages(request):
            for language in _LANGUAGES:
                if tag.lower().partition("-")[0] == language.partition("-")[0]:
                    return language
        return "en"

    def _in_language(self, text: str, request: Request) -> str:
        """Return a text of the author's in the language of the page."""
        return in_language(text, [*self._requested_languages(request), self._language(request)])

    def _requested_languages(self, request: Request) -> list[str]:
        languages = [request.query_params.get("lang", ""), self._app.page.lang or ""]
        return languages + [
            item.partition(";")[0].strip() for item in request.headers.get("accept-language", "").split(",")
        ]

    def _theme_style(self, nonce: str) -> str:
        return f'<style nonce="{nonce}">{self._app.theme_css}</style>' if self._app.theme_css else ""

    def _additions(self, nonce: str) -> str:
        """Return the author's own style, script and head, with the nonce."""
        parts = [self._theme_style(nonce), _NEEDS_NONCE.sub(rf'<\1 nonce="{nonce}"', self._app.head)]
        if self._app.css:
            parts.append(f'<style nonce="{nonce}">{_inert(self._app.css)}</style>')
        if self._app.scripts:
            functions = ",".join(f"{name}:{code}\n" for name, code in self._app.scripts.items())
            parts.append(f'<script nonce="{nonce}">globalThis.salonScripts={{{_inert(functions)}}}</script>')
        if self._app.js:
            code = self._app.js.rstrip("; \t\r\n")
            call = f"({code}\n)()" if _FUNCTION.match(code) else code
            parts.append(f'<script type="module" nonce="{nonce}">{_inert(call)}</script>')
        return "\n".join(parts)


def _packed(request: Request, body: str, *, headers: dict[str, str]) -> HTMLResponse:
    content = body.encode()
    headers = headers | {"Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        content = gzip.compress(content, compresslevel=5, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return HTMLResponse(content, headers=headers)


def _inert(code: str) -> str:
    """Return code that cannot close the element that contains it."""
    return code.replace("</", "<\\/")
