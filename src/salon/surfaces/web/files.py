"""The routes of files: the author's, the owners', and uploads."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from salon.errors import NotFoundError
from salon.http.files import content_response, file_response, resolve_under
from salon.http.guarded_files import may_be_shown
from salon.http.policies import PolicyRoute, identity_of
from salon.http.responses import json_response
from salon.ids import FileId
from salon.media_types import guess_type
from salon.messages.parts import FileRef
from salon.surfaces.base import Services
from salon.surfaces.uploads import Uploads
from salon.surfaces.web.wire import UploadView


class FileRoutes:
    """Serves files, and receives uploads.

    Args:
        services: services of the application.
        uploads: receives uploads.
        roots: files and folders of the author that the page may show.
        hidden: files and folders that are never served, even inside of `roots`.
    """

    def __init__(self, services: Services, uploads: Uploads, *, roots: Sequence[Path], hidden: Sequence[Path]) -> None:
        self._services = services
        self._uploads = uploads
        self._roots = roots
        self._hidden = hidden

    def routes(self) -> list[PolicyRoute]:
        """Return the routes, to be mounted below the application's root."""
        route = self._services.route
        return [
            route("/file={name:path}", self._file_at_path),
            route("/author/{key}", self._author_file),
            route("/author/{key}/{name}", self._author_file),
            route("/files/{id}/{name}", self._services.owned_file),
            route(
                "/api/files",
                self._upload,
                methods=["POST"],
                body_bytes=self._uploads.size_bytes,
                body_is_file=True,
                rate="uploads",
            ),
            route("/api/files/{id}", self._remove, methods=["DELETE"]),
            route("/api/uploads/{id}", self._upload_state),
            route("/api/uploads/{id}", self._forget_upload, methods=["DELETE"]),
        ]

    async def _file_at_path(self, request: Request) -> Response:
        path = resolve_under(self._roots, request.path_params["name"], hidden=self._hidden)
        if not await asyncio.to_thread(may_be_shown, path, named=self._roots):
            raise NotFoundError("file.unknown", "There is no such file.")
        return file_response(path)

    async def _author_file(self, request: Request) -> Response:
        key = request.path_params["key"]
        file = self._services.app.files.get(key)
        if file is None:
            raise NotFoundError("file.unknown", "There is no such file.")
        return file_response(file) if isinstance(file, Path) else content_response(file, guess_type(key))

    async def _upload(self, request: Request) -> Response:
        return json_response(await self._uploads.receive(request, identity_of(request)), status=201)

    async def _remove(self, request: Request) -> Response:
        id_, owner = FileId(request.path_params["id"]), identity_of(request).owner
        await asyncio.to_thread(self._services.files.delete, id_, owner=owner)
        return Response(status_code=204)

    async def _upload_state(self, request: Request) -> Response:
        state = await self._uploads.look(request.path_params["id"], identity_of(request))
        return json_response(UploadView(file=state) if isinstance(state, FileRef) else UploadView(size_bytes=state))

    async def _forget_upload(self, request: Request) -> Response:
        await self._uploads.forget(request.path_params["id"], identity_of(request))
        return Response(status_code=204)
