"""Serves a folder of built files whose names contain their hash, from memory, compressed beforehand."""

import gzip
import json
import mimetypes
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from salon.errors import NotFoundError

_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".js")


class StaticFiles:
    """The files that `manifest.json` in `folder` names; what a client asks for is a key, never a path.

    They are the same for everybody, so frames without an origin of their own may load them too.
    """

    def __init__(self, folder: Path) -> None:
        manifest = folder / "manifest.json"
        self._folder = folder
        self._names = frozenset(json.loads(manifest.read_text("utf-8"))) if manifest.exists() else frozenset()
        self._bodies: dict[str, bytes | None] = {}

    async def serve(self, request: Request) -> Response:
        """Answer `GET assets/{name}`.

        Raises:
            NotFoundError: there is no such file.
        """
        name = f"assets/{request.path_params['name']}"
        if name not in self._names:
            raise NotFoundError("asset.unknown", f"There is no asset `{name}`.")
        headers = {
            "Access-Control-Allow-Origin": "*",
            "Cache-Control": "public, max-age=31536000, immutable",
            "Vary": "Accept-Encoding",
        }
        accepted = {item.partition(";")[0].strip() for item in request.headers.get("accept-encoding", "").split(",")}
        body = None
        for encoding, suffix in _ENCODINGS:
            if encoding in accepted and (body := self._read(name + suffix)) is not None:
                headers["Content-Encoding"] = encoding
                break
        if body is None and (body := self._read(name)) is None and (packed := self._read(f"{name}.gz")) is not None:
            body = gzip.decompress(packed)
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return Response(body, headers=headers, media_type=media_type)

    def _read(self, name: str) -> bytes | None:
        if name not in self._bodies:
            path = self._folder / name
            self._bodies[name] = path.read_bytes() if path.exists() else None
        return self._bodies[name]
