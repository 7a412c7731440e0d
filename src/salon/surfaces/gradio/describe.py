"""What an application tells Gradio's clients about itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from salon.spec.app import AppSpec
from salon.surfaces.parameters import Parameter, further_parameters, message_parameter

VERSION = "6.31.0"
PREFIX = "/gradio_api"

_FILE = {
    "type": "object",
    "title": "FileData",
    "required": ["path"],
    "properties": {
        "path": {"type": "string"},
        "url": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
        "size": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None},
        "orig_name": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
        "mime_type": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
        "is_stream": {"type": "boolean", "default": False},
        "meta": {
            "type": "object",
            "required": ["_type"],
            "properties": {"_type": {"type": "string", "const": "gradio.FileData"}},
        },
    },
}
_MULTIMODAL = {
    "type": "object",
    "title": "MultimodalData",
    "required": ["text"],
    "properties": {
        "text": {"title": "Text", "type": "string"},
        "files": {"title": "Files", "type": "array", "items": _FILE},
    },
}
_PYTHON_TYPES = {"string": "str", "number": "float", "integer": "int", "boolean": "bool", "array": "list"}
_RETURNS = {
    "label": "Response",
    "type": {"type": {}, "description": "any valid json"},
    "python_type": {"type": "str | float | bool | list | dict", "description": "any valid json"},
    "component": "Json",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """One name under which a chat is called. `visibility` as in `Api`, of this name."""

    id: int
    name: str
    visibility: str


class Description:
    """An application's endpoints and what is said about them.

    Args:
        app: the application.
        app_id: a number that changes with each start.
        max_file_size: what one uploaded file may have, in bytes; `None` where none is taken.
        has_login: whether users sign in.
    """

    def __init__(self, app: AppSpec, *, app_id: int, max_file_size: int | None, has_login: bool) -> None:
        self._app = app
        self._app_id = app_id
        self._max_file_size = max_file_size
        self._has_login = has_login
        self.parameters: Sequence[Parameter] = (message_parameter(app), *further_parameters(app))
        api = app.chat.api
        self.endpoints = [Endpoint(id=1, name=api.name, visibility=api.visibility)]
        if api.alias is not None:
            alias_visibility = "undocumented" if api.visibility == "public" else api.visibility
            self.endpoints.append(Endpoint(id=2, name=api.alias, visibility=alias_visibility))

    def endpoint(self, key: str | int) -> Endpoint | None:
        """Return the endpoint with a name, or a number."""
        return next((each for each in self.endpoints if key in (each.name, each.id)), None)

    def config(self, root: str) -> dict[str, Any]:
        """Return the body of `/config` for clients that reach the application at `root`."""
        inputs = [{"id": number, "type": each.kind} for number, each in enumerate(self.parameters, 1)]
        output = len(inputs) + 1
        callable_ = [each for each in self.endpoints if each.visibility != "private"]
        return {
            "version": VERSION,
            "protocol": "sse_v3",
            "api_prefix": PREFIX,
            "root": root,
            "app_id": self._app_id,
            "mode": "chat_interface",
            "title": self._app.page.title or "Salon",
            "enable_queue": True,
            "connect_heartbeat": False,
            "run_history": False,
            "space_id": None,
            "auth_required": self._has_login,
            "max_file_size": self._max_file_size,
            "components": [
                *(
                    component | {"props": {"label": each.label, "name": each.kind}}
                    for component, each in zip(inputs, self.parameters, strict=True)
                ),
                {"id": output, "type": "json", "props": {"label": "Response", "name": "json"}},
            ],
            "dependencies": [
                {
                    "id": each.id,
                    "targets": [],
                    "inputs": [component["id"] for component in inputs],
                    "outputs": [output],
                    "backend_fn": True,
                    "js": None,
                    "queue": True,
                    "api_name": each.name,
                    "api_visibility": each.visibility,
                    "types": {"generator": self._app.chat.yields, "cancel": False},
                    "cancels": [],
                    "connection": "sse",
                }
                for each in callable_
            ],
        }

    def info(self) -> dict[str, Any]:
        """Return the body of `info`: what may be called by name, and with what."""
        api = self._app.chat.api
        listed = self.endpoints if api.visibility == "public" else []
        described = {
            "parameters": [self._parameter(each) for each in self.parameters],
            "returns": [_RETURNS],
            "api_visibility": "public",
            "description": api.description,
        }
        return {
            "named_endpoints": {f"/{each.name}": described | {"api_visibility": each.visibility} for each in listed},
            "unnamed_endpoints": {},
        }

    def openapi(self, root: str) -> dict[str, Any]:
        """Return an OpenAPI description of the endpoints' simple form."""
        api = self._app.chat.api
        listed = self.endpoints[:1] if api.visibility == "public" else []
        schemas = [self._schema(each) for each in self.parameters]
        data = {"type": "array", "prefixItems": schemas, "minItems": 1, "maxItems": len(schemas)}
        body = {"type": "object", "required": ["data"], "properties": {"data": data}}
        paths: dict[str, Any] = {}
        for each in listed:
            paths[f"{PREFIX}/call/{each.name}"] = {
                "post": {
                    "operationId": each.name,
                    "summary": api.description or f"Call /{each.name}",
                    "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
                    "responses": {
                        "200": {
                            "description": "The call was accepted; its events are read with the id.",
                            "content": {"application/json": {"schema": _EVENT_ID}},
                        }
                    },
                }
            }
            paths[f"{PREFIX}/call/{each.name}/{{event_id}}"] = {
                "get": {
                    "operationId": f"{each.name}_events",
                    "summary": "Events `generating`, then `complete` or `error`, each with the values so far",
                    "parameters": [{"name": "event_id", "in": "path", "required": True, "schema": {"type": "string"}}],
                    "responses": {"200": {"description": "Events", "content": {"text/event-stream": {}}}},
                }
            }
        return {
            "openapi": "3.1.0",
            "info": {"title": self._app.page.title or "Salon", "version": VERSION},
            "servers": [{"url": root}],
            "paths": paths,
        }

    def _parameter(self, parameter: Parameter) -> dict[str, Any]:
        schema = self._schema(parameter)
        is_multimodal = parameter.kind == "multimodaltextbox"
        python_type = (
            "dict(text: str, files: list[filepath])"
            if is_multimodal
            else _PYTHON_TYPES.get(str(schema.get("type")), "str | float | bool | list | dict")
        )
        return {
            "label": parameter.label,
            "parameter_name": parameter.name,
            "parameter_has_default": parameter.has_default,
            "parameter_default": parameter.default,
            "type": schema,
            "python_type": {"type": python_type, "description": schema.get("description", "")},
            "component": parameter.kind.capitalize(),
            "example_input": {"text": "Hello!!", "files": []} if is_multimodal else "Hello!!",
        }

    def _schema(self, parameter: Parameter) -> dict[str, Any]:
        return _MULTIMODAL if parameter.kind == "multimodaltextbox" else parameter.schema


_EVENT_ID = {"type": "object", "properties": {"event_id": {"type": "string"}}}
