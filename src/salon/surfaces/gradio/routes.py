"""The routes of Gradio's protocol."""

import asyncio
import secrets
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from dataclasses import replace
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from salon.errors import AuthenticationError, ClientError, ForbiddenError, NotFoundError, RateError, SalonError
from salon.events.types import RunEnd
from salon.http.auth import TRIES_WITHIN_S, Login
from salon.http.bodies import read_form, read_json
from salon.http.event_stream import EventStream
from salon.http.files import file_response
from salon.http.forwarded import address_of
from salon.http.multipart import read_multipart
from salon.http.policies import SMALL_BODY_BYTES, PolicyRoute, RoutePolicy, identity_of
from salon.http.responses import json_response
from salon.identity import Identity
from salon.ids import FileId, RunId, TurnId, mint
from salon.runs.log import RunNotFound
from salon.runs.run import Run
from salon.surfaces.base import Services
from salon.surfaces.callable_endpoints import CallableEndpoint
from salon.surfaces.gradio.call_encoder import CALL_HEARTBEAT, CallEncoder
from salon.surfaces.gradio.decode import CallError, Decoder, by_name, by_position
from salon.surfaces.gradio.describe import PREFIX, Description, Endpoint
from salon.surfaces.gradio.encode import HEARTBEAT, JobEncoder, Outcome, error_of
from salon.surfaces.gradio.sessions import Job, Reader, Session, Sessions
from salon.surfaces.gradio.uploads import receive
from salon.surfaces.gradio.values import Values
from salon.surfaces.gradio.wire import CallRequest, CancelRequest, JoinRequest, ResetRequest
from salon.surfaces.requests import request_of, root_of, whole_number
from salon.surfaces.uploads import FILES_AT_MOST, uploads_of

_CALL_BYTES = 2 * 2**20
_ALIVE_EVERY_S = 15.0
_OF_VALUES = (400, 413, 415)
_UNKNOWN = "application/octet-stream"
_DOCUMENTS = ("text/html", "application/xhtml+xml")


class GradioSurface:
    """The surface for `gradio_client` and `@gradio/client`.

    Args:
        services: services of the application.
        login: the sign-in; `None` if there is none.
        public_url: public address of the application, if it differs from the requests' address.
    """

    def __init__(self, services: Services, *, login: Login | None, public_url: str | None = None) -> None:
        self._services = services
        self._login = login
        self._public_url = public_url
        self._app_id = secrets.randbits(52)
        self._uploads = uploads_of(services)
        self._description = Description(
            services.app,
            app_id=self._app_id,
            max_file_size=self._uploads.size_bytes if self._uploads.accepts_files else None,
            has_login=login is not None,
        )
        self._decoder = Decoder(
            uploads=self._uploads,
            files=services.files,
        )
        self._sessions = Sessions()

    def routes(self) -> list[PolicyRoute]:
        """Return the routes, to be mounted below the application's root, before those of the page."""
        route = partial(self._services.route, refuse=_refusal)
        post = partial(route, methods=["POST"], body_bytes=_CALL_BYTES, rate="turns")
        upload_bytes = FILES_AT_MOST * self._uploads.size_bytes
        return [
            _SignInRoute(
                "/login",
                self._sign_in,
                policy=RoutePolicy(caller="anyone"),
                quotas=self._services.quotas,
                identify=None,
                refuse=_refusal,
                methods=["POST"],
            ),
            *(route(path, self._config) for path in ("/config", "/config/")),
            *(route(path, self._info) for path in (f"{PREFIX}/info", f"{PREFIX}/info/")),
            route(f"{PREFIX}/openapi.json", self._openapi),
            route(f"{PREFIX}/app_id", self._app_id_, caller="anyone"),
            route(f"{PREFIX}/startup-events", self._started, caller="anyone"),
            route(f"{PREFIX}/queue/data", self._data, is_long=True),
            route(f"{PREFIX}/queue/status", self._status),
            route(f"{PREFIX}/heartbeat/{{session}}", self._heartbeat, is_long=True),
            route(f"{PREFIX}/file={{path:path}}", self._file),
            route(f"{PREFIX}/call/{{name}}/{{event}}", self._events, is_long=True),
            post(f"{PREFIX}/queue/join", self._join),
            route(f"{PREFIX}/cancel", self._cancel, caller="anyone", methods=["POST"]),
            route(f"{PREFIX}/reset", self._reset, caller="anyone", methods=["POST"]),
            post(f"{PREFIX}/upload", self._upload, body_bytes=upload_bytes, rate="uploads"),
            post(f"{PREFIX}/call/v2/{{name}}", self._call_by_name),
            post(f"{PREFIX}/call/{{name}}", self._call),
            *(
                post(f"{PREFIX}/{kind}/{{name}}{end}", self._run, is_long=True)
                for kind in ("run", "api")
                for end in ("", "/")
            ),
        ]

    def _root(self, request: Request) -> str:
        return root_of(request, self._public_url)

    async def _config(self, request: Request) -> Response:
        identity = identity_of(request)
        return json_response(self._description.config(self._root(request)) | {"username": identity.user})

    async def _info(self, request: Request) -> Response:
        del request
        return json_response(self._description.info())

    async def _openapi(self, request: Request) -> Response:
        return json_response(self._description.openapi(self._root(request)))

    async def _app_id_(self, request: Request) -> Response:
        del request
        return json_response({"app_id": self._app_id})

    async def _started(self, request: Request) -> Response:
        del request
        return json_response(False)

    async def _status(self, request: Request) -> Response:
        del request
        return json_response({"msg": "estimation", "rank": None, "queue_size": 0, "rank_eta": None})

    async def _heartbeat(self, request: Request) -> Response:
        del request

        async def alive() -> AsyncGenerator[bytes, None]:
            yield b"data: ALIVE\n\n"
            await self._services.engine.stopping.wait()

        return EventStream(alive(), keep_alive=b"data: ALIVE\n\n")

    async def _join(self, request: Request) -> Response:
        identity = identity_of(request)
        body = await read_json(request, JoinRequest)
        endpoint = self._description.endpoint(body.fn_index)
        if endpoint is None:
            raise CallError(f"There is no endpoint with the `fn_index` {body.fn_index}; `/config` lists them.")
        _require_callable(endpoint)
        if body.session_hash is None:
            raise ClientError("session.name", "Session hash not found.")
        session = self._sessions.open(identity, body.session_hash)
        called = endpoint.called
        try:
            job = await self._submit(request, identity, called, by_position(called, body.data), session)
        except ClientError as error:
            if isinstance(error, CallError) or error.status not in _OF_VALUES:
                raise
            # Clients show only the status of a refused request, but the message of a failed call. So a call that the
            # engine refuses becomes a job that fails.
            run = Run(id=RunId(mint()), owner=identity.owner, turn=TurnId(mint()))
            job = Job(run, identity, called, refusal=error.message)
            self._sessions.keep(job)
        session.add(job)
        return json_response({"event_id": job.event_id})

    async def _submit(
        self,
        request: Request,
        identity: Identity,
        called: CallableEndpoint,
        values: Mapping[str, Any],
        session: Session | None,
    ) -> Job:
        """Start the run of a call; without a session, the run has no history and is not stored."""
        engine = self._services.engine
        values = await self._decoder.with_files(called, values, identity, root=self._root(request))
        asked = partial(request_of, request, identity)
        if called.event is not None:
            name = mint() if session is None else session.name
            call = self._decoder.call(called, values, identity, session=name, request=asked)
            run = await engine.call(call)
        else:
            turn = await self._decoder.turn(called, values, identity, session=session, request=asked)
            if turn.conversation is not None:
                parent = await self._services.commands.end(turn.conversation, identity=identity)
                turn = replace(turn, parent=parent)
            run = await engine.submit(turn)
        job = Job(run, identity, called)
        self._sessions.keep(job)
        return job

    async def _data(self, request: Request) -> Response:
        identity = identity_of(request)
        last = request.headers.get("last-event-id", "")
        if last:
            whole_number(last, "Last-Event-ID")
        session = self._sessions.find(identity, request.query_params.get("session_hash", ""))
        values = Values(self._root(request))

        def encoder(job: Job) -> JobEncoder:
            return JobEncoder(job.event_id, Outcome(values, job.called), job.called, waits=job.run.waits)

        reader = Reader(session, self._services.engine, encoder)
        return EventStream(reader.frames(), keep_alive=HEARTBEAT)

    async def _cancel(self, request: Request) -> Response:
        """Cancel a job; its id authorises the request, as clients in Node send no cookie."""
        body = await read_json(request, CancelRequest)
        job = self._sessions.job(body.event_id)
        if job is not None:
            job.is_cancelled()
            with suppress(RunNotFound):
                await self._services.engine.cancel(job.run.id, identity=job.identity)
        return json_response({"success": True})

    async def _reset(self, request: Request) -> Response:
        body = await read_json(request, ResetRequest)
        job = self._sessions.job(body.event_id or "")
        if job is not None:
            job.is_reset()
        return json_response({"success": True})

    async def _upload(self, request: Request) -> Response:
        identity = identity_of(request)
        refs = await receive(request, identity, files=self._services.files, uploads=self._uploads)
        return json_response([f"{ref.id}/{ref.name}" for ref in refs])

    async def _file(self, request: Request) -> Response:
        """Serve a file to its owner; only the id in the path counts, the name is for people."""
        owner = identity_of(request).owner
        id_ = FileId(request.path_params["path"].partition("/")[0])
        stored = await asyncio.to_thread(self._services.files.get, id_, owner=owner)
        media_type = stored.ref.media_type
        return file_response(stored.path, media_type=_UNKNOWN if media_type in _DOCUMENTS else media_type)

    async def _call(self, request: Request) -> Response:
        called = self._called(request)
        identity = identity_of(request)
        body = await read_json(request, CallRequest)
        session = self._session(identity, body.session_hash)
        job = await self._submit(request, identity, called, by_position(called, body.data), session)
        return json_response({"event_id": job.event_id})

    async def _call_by_name(self, request: Request) -> Response:
        called = self._called(request)
        identity = identity_of(request)
        named = dict(await read_json(request, dict[str, Any]))
        session_hash = named.pop("session_hash", None)
        session = self._session(identity, session_hash if isinstance(session_hash, str) else None)
        job = await self._submit(request, identity, called, by_name(called, named), session)
        return json_response({"event_id": job.event_id})

    async def _events(self, request: Request) -> Response:
        identity = identity_of(request)
        job = self._sessions.job(request.path_params["event"])
        if job is None or job.identity.owner != identity.owner:
            raise NotFoundError(
                "event.unknown", "There is no such event, or its run has been deleted. Call the endpoint again."
            )
        entries = await self._services.engine.follow(job.run.id, identity=identity)
        outcome = Outcome(Values(self._root(request)), job.called)
        encoder = CallEncoder(outcome, yields=job.called.yields)

        async def encoded() -> AsyncGenerator[bytes, None]:
            async with aclosing(entries):
                async for batch in entries:
                    if frames := encoder.frames(batch):
                        yield frames

        return EventStream(encoded(), keep_alive=CALL_HEARTBEAT)

    async def _run(self, request: Request) -> Response:
        called = self._called(request)
        started = time.monotonic()
        identity = identity_of(request)
        body = await read_json(request, CallRequest)
        session = self._session(identity, body.session_hash)
        job = await self._submit(request, identity, called, by_position(called, body.data), session)
        outcome = Outcome(Values(self._root(request)), called)
        end = RunEnd()
        async with aclosing(await self._services.engine.follow(job.run.id, identity=identity)) as entries:
            async for batch in entries:
                for _, event in batch:
                    outcome.add(event)
                    end = event if isinstance(event, RunEnd) else end
        if end.status not in ("complete", "cancelled"):
            return json_response(error_of(end.failure), status=500)
        duration = time.monotonic() - started
        return json_response(
            {"data": outcome.data(), "is_generating": False, "duration": duration, "average_duration": duration}
        )

    def _session(self, identity: Identity, session_hash: str | None) -> Session | None:
        return None if session_hash is None else self._sessions.open(identity, session_hash)

    def _called(self, request: Request) -> CallableEndpoint:
        endpoint = self._description.endpoint(request.path_params["name"])
        if endpoint is None:
            names = ", ".join(f"/{each.name}" for each in self._description.endpoints if each.visibility == "public")
            raise NotFoundError(
                "endpoint.unknown", f"There is no endpoint with this name; the endpoints are {names or 'none'}."
            )
        _require_callable(endpoint)
        return endpoint.called

    async def _sign_in(self, request: Request) -> Response:
        if self._login is None:
            return json_response({"success": True})
        form = await _form(request)
        user, password = form.get("username", ""), form.get("password", "")
        if not user or not password:
            raise ClientError("login.incomplete", "The form needs a `username` and a `password`.")
        try:
            is_right = await self._login.verify(user, password, address=address_of(request))
        except RateError as error:
            refusal = json_response({"detail": error.message}, status=error.status)
            refusal.headers["Retry-After"] = str(int(TRIES_WITHIN_S))
            return refusal
        if not is_right:
            return json_response({"detail": "Incorrect credentials."}, status=401)
        response = json_response({"success": True})
        self._login.sign_in(request, response, user, password)
        return response


class _SignInRoute(PolicyRoute):
    """A route that matches requests of programs only, as browsers get the sign-in page at the same path."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """See `Route.matches`."""
        accepted = next((value for name, value in scope.get("headers", ()) if name == b"accept"), b"")
        return (Match.NONE, {}) if b"text/html" in accepted else super().matches(scope)


def _require_callable(endpoint: Endpoint) -> None:
    if endpoint.visibility == "private":
        raise ForbiddenError("endpoint.private", "This endpoint is private: programs cannot call it.")


async def _form(request: Request) -> dict[str, str]:
    """Return the fields of a small form, URL-encoded or multipart."""
    if not request.headers.get("content-type", "").startswith("multipart/"):
        return await read_form(request)
    fields: dict[str, bytes] = {}
    async for part, chunk in read_multipart(request, parts_at_most=8):
        fields[part.name] = fields.get(part.name, b"") + (chunk or b"")
        if sum(map(len, fields.values())) > SMALL_BODY_BYTES:
            raise ClientError("request.invalid", "The form is too large.")
    return {name: value.decode("utf-8", "replace") for name, value in fields.items()}


def _refusal(request: Request, error: SalonError) -> Response:
    """Return the response for a refused request, in the form that Gradio's clients expect."""
    match error:
        case AuthenticationError():
            return json_response({"detail": {"error": "Not authenticated", "auth_message": None}}, status=401)
        case RateError():  # the only status that clients take for a full queue
            response = json_response({"detail": error.message}, status=503)
            response.headers["Retry-After"] = "2"
            return response
        case CallError():
            return json_response({"detail": _unfit(request, error.message)}, status=error.status)
        case _:
            return json_response({"detail": error.message}, status=error.status)


def _unfit(request: Request, message: str) -> Any:
    """Return the detail of an invalid call: the client for Python fails with anything but a list."""
    if not request.headers.get("user-agent", "").startswith("gradio_client"):
        return message
    name = request.url.path.rpartition("/")[2]
    return [{"__type__": "validate", "is_valid": False, "message": message, "parameter_name": name}]
