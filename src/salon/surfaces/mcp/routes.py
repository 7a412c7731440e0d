"""The routes of MCP: one endpoint to which every message is posted."""

import secrets
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from importlib import metadata
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from salon.engine.turn import Call, Turn, UserMessage
from salon.errors import AuthenticationError, ClientError, Failure, SalonError
from salon.http.bodies import read_json
from salon.http.event_stream import EventStream
from salon.http.policies import PolicyRoute, identity_of
from salon.identity import Identity
from salon.ids import FileId, MessageId, TurnId, mint
from salon.messages.message import user_message
from salon.messages.parts import FileRef
from salon.runs.run import Run
from salon.surfaces.base import Services
from salon.surfaces.callable_endpoints import CallableEndpoint, Parameter, callable_endpoints
from salon.surfaces.data_files import DataError
from salon.surfaces.mcp.describe import files_name, tool_of
from salon.surfaces.mcp.encode import ProgressEncoder, contents_of
from salon.surfaces.programs import ProgramSurface
from salon.surfaces.requests import request_of

PATHS = ("/mcp", "/mcp/", "/gradio_api/mcp", "/gradio_api/mcp/")
MODERN = ("2026-07-28",)
LEGACY = ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")

_FILE = "/mcp/files/{id}/{name}"
_META = "io.modelcontextprotocol"
_STATUS = {-32700: 400, -32600: 400, -32601: 404, -32602: 400, -32020: 400, -32022: 400}
_CALLS_AT_MOST = 10_000
_FILE_KINDS = ("file", "image", "audio", "video", "gallery")


class _Message(msgspec.Struct, frozen=True, kw_only=True):
    jsonrpc: str = ""
    id: str | int | None = None
    method: str = ""
    params: dict[str, Any] = {}


class RpcError(Exception):
    """An error that JSON-RPC reports in place of a result."""

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.data = data


class McpSurface(ProgramSurface):
    """Serves the application's chats and functions as tools.

    Args:
        services: services of the application.
        public_url: public address of the application, if it differs from the requests' address.
    """

    def __init__(self, services: Services, *, public_url: str | None = None) -> None:
        super().__init__(services, public_url=public_url)
        self._info = {"name": services.app.page.title or "Salon", "version": _version()}
        self._tools = [tool_of(each) for each in callable_endpoints(services.app) if each.visibility != "private"]
        self._calls: dict[tuple[str, str, str | int], Run] = {}

    def routes(self) -> list[PolicyRoute]:
        """Return the routes, to be mounted below the application's root."""
        route = partial(self._services.route, caller="program", refuse=_refusal)
        return [
            *(
                route(path, self._post, methods=["POST"], body_bytes=self._body_bytes, rate="turns", is_long=True)
                for path in PATHS
            ),
            *(route(path, self._end_session, methods=["DELETE"]) for path in PATHS),
            route(_FILE, self._services.owned_file),
        ]

    async def _post(self, request: Request) -> Response:
        identity = identity_of(request)
        message = await read_json(request, _Message)
        try:
            _check_form(message)
            if message.id is None:
                await self._notified(request, identity, message)
                return Response(status_code=202)
            return await self._answer(request, identity, message, message.id)
        except RpcError as error:
            return _error(message.id, error.code, str(error), data=error.data)
        except SalonError as error:
            return _error(message.id, -32603, error.message, status=error.status)

    async def _answer(self, request: Request, identity: Identity, message: _Message, id_: str | int) -> Response:
        is_modern = self._check_era(request, message)
        match message.method:
            case "initialize" if not is_modern:
                return self._initialized(message, id_)
            case "ping" if not is_modern:
                return _result(id_, {})
            case "server/discover" if is_modern:
                about = {"supportedVersions": [*MODERN, *LEGACY], "capabilities": {"tools": {}}}
                return _result(id_, self._complete(about, is_modern=True, is_cacheable=True))
            case "tools/list":
                tools = [tool.description for tool in self._tools if tool.called.visibility == "public"]
                return _result(id_, self._complete({"tools": tools}, is_modern=is_modern, is_cacheable=True))
            case "tools/call":
                return await self._call(request, identity, message, id_, is_modern=is_modern)
        raise RpcError(
            -32601,
            f"There is no method `{message.method[:100]}` here. Tools are listed by `tools/list` and called by "
            "`tools/call`.",
        )

    def _check_era(self, request: Request, message: _Message) -> bool:
        """Tell whether a message is self-contained, as newer clients send it, or belongs to a session.

        Raises:
            RpcError: its headers contradict its body, or its version is unknown.
        """
        meta = message.params.get("_meta")
        version = meta.get(f"{_META}/protocolVersion") if isinstance(meta, dict) else None
        header = request.headers.get("mcp-protocol-version")
        if version is None and (header is None or header in LEGACY):
            return False
        if version != header or request.headers.get("mcp-method") != message.method:
            raise RpcError(-32020, "The headers `Mcp-Method` and `MCP-Protocol-Version` do not match the message.")
        if version not in MODERN:
            raise RpcError(
                -32022, "Unsupported protocol version", {"supported": [*MODERN, *LEGACY], "requested": version}
            )
        return True

    def _initialized(self, message: _Message, id_: str | int) -> Response:
        asked = message.params.get("protocolVersion")
        result = {
            "protocolVersion": asked if asked in LEGACY else LEGACY[0],
            "capabilities": {"tools": {"listChanged": False}},
            "serverInfo": self._info,
        }
        response = _result(id_, result)
        response.headers["Mcp-Session-Id"] = secrets.token_urlsafe(18)
        return response

    def _complete(self, result: dict[str, Any], *, is_modern: bool, is_cacheable: bool = False) -> dict[str, Any]:
        """Return a result with the further fields that newer clients need."""
        if not is_modern:
            return result
        caching = {"ttlMs": 0, "cacheScope": "private"} if is_cacheable else {}
        return result | caching | {"resultType": "complete", "_meta": {f"{_META}/serverInfo": self._info}}

    async def _notified(self, request: Request, identity: Identity, message: _Message) -> None:
        if message.method != "notifications/cancelled":
            return
        call = message.params.get("requestId")
        if isinstance(call, str | int):
            run = self._calls.get((identity.owner, request.headers.get("mcp-session-id", ""), call))
            if run is not None:
                await self._stop(run, identity)

    async def _call(
        self, request: Request, identity: Identity, message: _Message, id_: str | int, *, is_modern: bool
    ) -> Response:
        name = message.params.get("name")
        tool = next((tool for tool in self._tools if name in tool.names), None)
        if tool is None:
            names = ", ".join(each.names[0] for each in self._tools if each.called.visibility == "public")
            raise RpcError(-32602, f"There is no tool `{str(name)[:100]}`; the tools are {names or 'none'}.")
        arguments = message.params.get("arguments") or {}
        try:
            async with self._data_files.received(identity) as made:
                run = await self._begin(request, identity, tool.called, arguments, made)
        except ClientError as error:  # reported to the model, which can correct its arguments
            result = {"content": [{"type": "text", "text": error.message}], "isError": True}
            return _result(id_, self._complete(result, is_modern=is_modern))
        meta = message.params.get("_meta")
        token = meta.get("progressToken") if isinstance(meta, dict) else None
        encoder = ProgressEncoder(
            token if isinstance(token, str | int) else None,
            outputs=tool.called.outputs,
            address=self._address(request, _FILE),
        )
        key = (identity.owner, request.headers.get("mcp-session-id", ""), id_)
        answers = self._answers(run, identity, encoder, key, is_modern=is_modern)
        if "text/event-stream" in request.headers.get("accept", ""):
            return EventStream(_frames(answers))
        async with aclosing(answers):
            *_, last = [answer async for answer in answers]
        return _json(last)

    async def _answers(
        self,
        run: Run,
        identity: Identity,
        encoder: ProgressEncoder,
        key: tuple[str, str, str | int],
        *,
        is_modern: bool,
    ) -> AsyncGenerator[dict[str, Any], None]:
        """Yield the messages that answer a call: notifications of progress, then the result."""
        self._calls[key] = run
        if len(self._calls) > _CALLS_AT_MOST:
            del self._calls[next(iter(self._calls))]
        try:
            async with aclosing(await self._services.engine.follow(run.id, identity=identity)) as entries:
                async for batch in entries:
                    for notification in encoder.notifications(batch):
                        yield notification
            contents = await contents_of(encoder.parts(), identity, files=self._services.files, address=encoder.address)
            failure = encoder.end.failure if encoder.end is not None else None
            result: dict[str, Any] = {"content": contents, "isError": False}
            if encoder.end is None or encoder.end.status not in ("complete", "cancelled"):
                result = {"content": [*contents, {"type": "text", "text": _reason(failure)}], "isError": True}
            yield {"jsonrpc": "2.0", "id": key[2], "result": self._complete(result, is_modern=is_modern)}
        finally:
            self._calls.pop(key, None)
            if is_modern:  # these clients cancel by closing the stream
                await self._stop(run, identity)

    async def _begin(
        self, request: Request, identity: Identity, called: CallableEndpoint, arguments: Any, made: list[FileId]
    ) -> Run:
        """Start the run of a tool.

        Raises:
            ClientError: the arguments are invalid; the message lists all problems at once.
        """
        if not isinstance(arguments, dict):
            raise ClientError("request.invalid", "`arguments` has to be an object.")
        takes_files = called.config.files is not None
        files_key = files_name(called)
        known = [each.name for each in called.parameters] + ([files_key] if takes_files else [])
        problems = [f"There is no argument `{name[:100]}`." for name in arguments if name not in known]
        problems += [
            f"The argument `{each.name}` is missing."
            for each in called.parameters
            if each.name not in arguments and (each.input is None or not each.has_default)
        ]
        problems += [
            f"`{each.name}` has to be a text."
            for each in called.parameters
            if each.input is None and each.name in arguments and not isinstance(arguments[each.name], str)
        ]
        if problems:
            raise ClientError(
                "request.invalid", "\n".join([*problems, f"The arguments are {', '.join(known) or 'none'}."])
            )
        values = {
            each.name: await self._value(arguments[each.name], each, identity, made)
            for each in called.parameters
            if each.name in arguments
        }
        asked = partial(request_of, request, identity)
        engine = self._services.engine
        if called.event is not None:
            call = Call(
                id=TurnId(mint()),
                identity=identity,
                endpoint=called.event,
                session=mint(),
                inputs=called.inputs(values),
                request=asked,
            )
            return await engine.call(call)
        text = str(values[called.parameters[0].name])
        items = arguments.get(files_key) or [] if takes_files else []
        if not isinstance(items, list):
            raise ClientError("request.invalid", f"`{files_key}` has to be a list.")
        files = [await self._kept(item, f"{files_key}[{index}]", identity, made) for index, item in enumerate(items)]
        attached = await self._uploads.find(tuple(file.id for file in files), identity, chat=str(called.chat))
        turn = Turn(
            id=TurnId(mint()),
            identity=identity,
            conversation=None,
            chat=str(called.chat),
            message=UserMessage(id=MessageId(mint()), message=user_message(text, attached)),
            inputs=called.inputs(values),
            passing_files=tuple(made),
            request=asked,
        )
        return await engine.submit(turn)

    async def _value(self, value: Any, parameter: Parameter, identity: Identity, made: list[FileId]) -> Any:
        if parameter.kind not in _FILE_KINDS or value is None:
            return value
        if isinstance(value, list):
            return [await self._kept(item, parameter.name, identity, made) for item in value]
        return await self._kept(value, parameter.name, identity, made)

    async def _kept(self, value: Any, name: str, identity: Identity, made: list[FileId]) -> FileRef:
        if not isinstance(value, str):
            raise ClientError("request.invalid", f"`{name}` has to be a data URL.")
        try:
            ref = await self._data_files.keep(value, identity)
        except DataError as error:
            raise ClientError(error.code, f"`{name}` {error.message}") from None
        made.append(ref.id)
        return ref

    async def _end_session(self, request: Request) -> Response:
        """Accept the end of a client's session; the server stores no sessions, so nothing has to be deleted."""
        del request
        return Response(status_code=204)


def _refusal(request: Request, error: SalonError) -> Response:
    """Return the response for a request that is refused before its message was read, so without a message id."""
    del request
    if isinstance(error, AuthenticationError):
        response = _error(None, -32600, error.message, status=401)
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    return _error(None, -32700 if isinstance(error, ClientError) else -32603, error.message, status=error.status)


def _version() -> str:
    try:
        return metadata.version("salon")
    except metadata.PackageNotFoundError:  # running from a source tree
        return "0"


def _check_form(message: _Message) -> None:
    if message.jsonrpc != "2.0" or not message.method:
        raise RpcError(-32600, "The body is not a valid request of JSON-RPC 2.0.")


async def _frames(answers: AsyncGenerator[dict[str, Any], None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(answers):
        async for answer in answers:
            yield b"event: message\ndata: %b\n\n" % msgspec.json.encode(answer)


def _reason(failure: Failure | None) -> str:
    if failure is None:
        return "The tool ended without a result."
    incident = f" (incident {failure.incident})" if failure.incident is not None else ""
    return failure.details or f"{failure.message}{incident}"


def _json(body: Any, *, status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(body), status, headers=headers, media_type="application/json")


def _result(id_: str | int, result: dict[str, Any]) -> Response:
    return _json({"jsonrpc": "2.0", "id": id_, "result": result})


def _error(id_: str | int | None, code: int, message: str, *, data: Any = None, status: int | None = None) -> Response:
    error = {"code": code, "message": message} | ({} if data is None else {"data": data})
    return _json({"jsonrpc": "2.0", "id": id_, "error": error}, status=status or _STATUS.get(code, 200))
