"""The description of an application for Gradio's clients."""

from dataclasses import dataclass
from typing import Any

from salon.components.base import Component
from salon.definition.app import AppSpec
from salon.surfaces.callable_endpoints import CallableEndpoint, Parameter, callable_endpoints

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
_ANY_TYPE = "str | float | bool | list | dict"
_PYTHON_TYPES = {"string": "str", "number": "float", "integer": "int", "boolean": "bool", "array": "list"}
_RETURNS = {
    "label": "Response",
    "type": {"type": {}, "description": "any valid json"},
    "python_type": {"type": _ANY_TYPE, "description": "any valid json"},
    "component": "Json",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """One name of an endpoint; `visibility` is that of this name, as in `Api`."""

    id: int
    name: str
    visibility: str
    is_alias: bool
    called: CallableEndpoint


class Description:
    """The endpoints of an application with their descriptions.

    Args:
        app: the application.
        app_id: a number that changes at each start of the server.
        max_file_size: largest size of an uploaded file, in bytes; `None` if files are not accepted.
        has_login: whether users have to sign in.
    """

    def __init__(self, app: AppSpec, *, app_id: int, max_file_size: int | None, has_login: bool) -> None:
        self._app = app
        self._app_id = app_id
        self._max_file_size = max_file_size
        self._has_login = has_login
        self.endpoints: list[Endpoint] = []
        for each in callable_endpoints(app):
            self._add(each, each.name, each.visibility)
            if each.alias is not None:
                visibility = "undocumented" if each.visibility == "public" else each.visibility
                self._add(each, each.alias, visibility, is_alias=True)

    def _add(self, each: CallableEndpoint, name: str, visibility: str, *, is_alias: bool = False) -> None:
        number = len(self.endpoints) + 1
        self.endpoints.append(Endpoint(id=number, name=name, visibility=visibility, is_alias=is_alias, called=each))

    def endpoint(self, key: str | int) -> Endpoint | None:
        """Return the endpoint with a name or an index."""
        return next((each for each in self.endpoints if key in (each.name, each.id)), None)

    def config(self, root: str) -> dict[str, Any]:
        """Return the body of `/config`; `root` is the application's address for the client."""
        components: list[dict[str, Any]] = []
        dependencies: list[dict[str, Any]] = []
        places: dict[str, tuple[list[int], list[int]]] = {}

        def add(kind: str, label: str) -> int:
            components.append({"id": len(components) + 1, "type": kind, "props": {"label": label, "name": kind}})
            return len(components)

        for each in self.endpoints:
            one = each.called
            if each.visibility == "private":
                continue
            if one.name not in places:
                places[one.name] = (
                    [add(parameter.kind, parameter.label) for parameter in one.parameters],
                    [
                        *([add("json", "Response")] if one.chat is not None else []),
                        *(add(item.component.kind, item.component.label or "") for item in one.outputs),
                    ],
                )
            inputs, outputs = places[one.name]
            dependencies.append(
                {
                    "id": each.id,
                    "targets": [],
                    "inputs": inputs,
                    "outputs": outputs,
                    "backend_fn": True,
                    "js": None,
                    "queue": True,
                    "api_name": each.name,
                    "api_visibility": each.visibility,
                    "types": {"generator": one.yields, "cancel": False},
                    "cancels": [],
                    "connection": "sse",
                }
            )
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
            "components": components,
            "dependencies": dependencies,
        }

    def info(self) -> dict[str, Any]:
        """Return the body of `info`: the endpoints by name, with their parameters."""
        named = {}
        for each in self.endpoints:
            one = each.called
            if one.visibility == "public":
                further = [_output(item.component) for item in one.outputs]
                named[f"/{each.name}"] = {
                    "parameters": [_parameter(parameter) for parameter in one.parameters],
                    "returns": [_RETURNS, *further] if one.chat is not None else further,
                    "api_visibility": each.visibility,
                    "description": one.description,
                }
        return {"named_endpoints": named, "unnamed_endpoints": {}}

    def openapi(self, root: str) -> dict[str, Any]:
        """Return an OpenAPI document of the endpoints' simple form."""
        paths: dict[str, Any] = {}
        for each in self.endpoints:
            if each.called.visibility != "public" or each.is_alias:
                continue
            schemas = [_schema(parameter) for parameter in each.called.parameters]
            data = {"type": "array", "prefixItems": schemas, "maxItems": len(schemas)}
            body = {"type": "object", "required": ["data"], "properties": {"data": data}}
            paths[f"{PREFIX}/call/{each.name}"] = {
                "post": {
                    "operationId": each.name,
                    "summary": each.called.description or f"Call /{each.name}",
                    "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
                    "responses": {
                        "200": {
                            "description": "The call was accepted; the id in the response leads to its events.",
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


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema = _schema(parameter)
    is_multimodal = parameter.kind == "multimodaltextbox"
    description = _bounds(schema)
    example = {"text": "Hello!!", "files": []} if is_multimodal else "Hello!!"
    return {
        "label": parameter.label,
        "parameter_name": parameter.name,
        "parameter_has_default": parameter.has_default,
        "parameter_default": parameter.default,
        "type": schema | ({"description": description} if description else {}),
        "python_type": {"type": _python_type(parameter, schema), "description": description},
        "component": parameter.kind.capitalize(),
        "example_input": parameter.default if parameter.default is not None else example,
    }


def _output(component: Component) -> dict[str, Any]:
    schema = _FILE if component.blocks else component.schema()
    python_type = _PYTHON_TYPES.get(str(schema.get("type")), _ANY_TYPE)
    return {
        "label": component.label or "",
        "type": schema,
        "python_type": {"type": "filepath" if component.blocks else python_type, "description": ""},
        "component": component.kind.capitalize(),
    }


def _schema(parameter: Parameter) -> dict[str, Any]:
    if parameter.kind == "multimodaltextbox":
        return _MULTIMODAL
    return _with_files(dict(parameter.schema))


def _with_files(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema in which files have the form that Gradio's clients send."""
    if schema.get("title") == "File":
        return _FILE
    if isinstance(schema.get("items"), dict):
        return schema | {"items": _with_files(schema["items"])}
    return schema


def _python_type(parameter: Parameter, schema: dict[str, Any]) -> str:
    if parameter.kind == "multimodaltextbox":
        return "dict(text: str, files: list[filepath])"
    if schema is _FILE:
        return "filepath"
    if "enum" in schema:
        return f"Literal[{', '.join(map(repr, schema['enum']))}]"
    return _PYTHON_TYPES.get(str(schema.get("type")), _ANY_TYPE)


def _bounds(schema: dict[str, Any]) -> str:
    if "minimum" in schema and "maximum" in schema:
        return f"numeric value between {schema['minimum']} and {schema['maximum']}"
    return str(schema.get("description", ""))


_EVENT_ID = {"type": "object", "properties": {"event_id": {"type": "string"}}}
