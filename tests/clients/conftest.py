"""What the tests of published clients share: servers for them to speak to, and nothing else of ours."""

import os

os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

import salon
from salon.serve.server import listening_socket


@contextmanager
def serving(app: object) -> Iterator[str]:
    """Serve an ASGI application and give its address."""
    listener = listening_socket("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))  # type: ignore[arg-type]
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def proxy(to: str, prefix: str) -> Starlette:
    """Return a reverse proxy that shows the server at `to` below `prefix`, as web servers in front do."""

    async def forward(request: Request) -> StreamingResponse:
        client: httpx.AsyncClient = request.app.state.client
        query = f"?{request.url.query}" if request.url.query else ""
        asked = client.build_request(
            request.method,
            f"{to}{request.url.path.removeprefix(prefix)}{query}",
            headers=request.headers.raw,
            content=request.stream(),
        )
        answer = await client.send(asked, stream=True)
        return StreamingResponse(answer.aiter_raw(), answer.status_code, dict(answer.headers))

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with httpx.AsyncClient(timeout=None) as app.state.client:
            yield

    methods = ["GET", "POST"]
    return Starlette(routes=[Route(f"{prefix}/{{path:path}}", forward, methods=methods)], lifespan=lifespan)


@pytest.fixture
def url_of(serve) -> Callable[..., str]:
    """Serve a chat and give its address."""

    def start(function: object, **options: object) -> str:
        settings = {name: options.pop(name) for name in SETTINGS if name in options}
        is_page = isinstance(function, salon.ChatInterface | salon.Blocks)
        demo = function if is_page else salon.ChatInterface(function, **options)
        return str(serve(demo, **settings).base_url)

    return start


SETTINGS = (
    "ag_ui_api",
    "auth",
    "show_error",
    "root_path",
    "gradio_api",
    "openai_api",
    "mcp_server",
    "api_keys",
    "embed_origins",
)
