"""The base of the surfaces for programs: OpenAI's protocols, AG-UI and MCP."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from salon.events.types import Entry
from salon.http.event_stream import EventStream
from salon.identity import Identity
from salon.messages.parts import FileRef
from salon.runs.log import RunNotFound
from salon.runs.run import Run
from salon.surfaces.base import Services
from salon.surfaces.data_files import DataFiles
from salon.surfaces.requests import root_of
from salon.surfaces.texts import Address
from salon.surfaces.uploads import uploads_of

_BODY_BYTES = 2 * 2**20
_BODY_WITH_FILES_BYTES = 64 * 2**20


class ProgramSurface:
    """Stores files inside of requests, follows runs, and stops runs whose caller has disconnected.

    Args:
        services: services of the application.
        public_url: public address of the application, if it differs from the requests' address.
    """

    def __init__(self, services: Services, *, public_url: str | None = None) -> None:
        self._services = services
        self._public_url = public_url
        self._uploads = uploads_of(services)
        self._data_files = DataFiles(services.files, size_bytes=self._uploads.size_bytes)
        self._body_bytes = _BODY_WITH_FILES_BYTES if self._uploads.accepts_files else _BODY_BYTES

    def _address(self, request: Request, path: str) -> Address:
        """Return the function that returns files' addresses; `path` contains the placeholders `{id}` and `{name}`."""
        root = root_of(request, self._public_url)

        def address(file: FileRef) -> str:
            return root + path.format(id=quote(file.id), name=quote(file.name))

        return address

    async def _stream(
        self, run: Run, identity: Identity, encode: Callable[[Sequence[Entry]], bytes], *, stops: bool
    ) -> Response:
        """Return the event stream of a run.

        Args:
            run: the run.
            identity: its caller.
            encode: function that returns the frames of a batch of entries.
            stops: whether the run stops when the caller closes the stream.
        """
        entries = await self._services.engine.follow(run.id, identity=identity)

        async def encoded() -> AsyncGenerator[bytes, None]:
            try:
                async with aclosing(entries):
                    async for batch in entries:
                        if frames := encode(batch):
                            yield frames
            finally:
                if stops:
                    await self._stop(run, identity)

        return EventStream(encoded())

    async def _stop(self, run: Run, identity: Identity) -> None:
        """Stop a run; no effect on a run that has ended."""
        with suppress(RunNotFound):
            await self._services.engine.cancel(run.id, identity=identity)
