"""The native protocol, described for tools that generate clients."""

import inspect
from typing import Any

import msgspec

from salon.definition.config import PageConfig
from salon.events.types import RunEvent
from salon.http.problems import Problem
from salon.messages.documents import ConversationDocument
from salon.messages.parts import FileRef
from salon.surfaces.web.wire import (
    AdoptedView,
    CallRequest,
    CancelRequest,
    ChangeRequest,
    ContinueRequest,
    ConversationList,
    ConversationView,
    DocumentsView,
    EntryView,
    FeedbackKept,
    FeedbackRequest,
    FeedbacksView,
    HeadView,
    ImportView,
    SharedView,
    ShareList,
    ShareRequest,
    ShareView,
    SwitchRequest,
    TurnRequest,
    UploadView,
)

_TYPES: dict[str, Any] = {
    "TurnRequest": TurnRequest,
    "CallRequest": CallRequest,
    "CancelRequest": CancelRequest,
    "SwitchRequest": SwitchRequest,
    "ConversationView": ConversationView,
    "HeadView": HeadView,
    **{
        shape.__name__: shape
        for shape in (
            EntryView,
            ConversationList,
            ChangeRequest,
            AdoptedView,
            ImportView,
            ConversationDocument,
            DocumentsView,
            ShareRequest,
            ShareView,
            ShareList,
            SharedView,
            ContinueRequest,
        )
    },
    "FeedbackRequest": FeedbackRequest,
    "FeedbackKept": FeedbackKept,
    "FeedbacksView": FeedbacksView,
    "FileRef": FileRef,
    "UploadView": UploadView,
    "PageConfig": PageConfig,
    "RunEvent": RunEvent,
    "Problem": Problem,
}


def openapi(root: str, title: str) -> dict[str, Any]:
    """Return an OpenAPI description of the protocol.

    Args:
        root: address of the application, without a slash at the end.
        title: its name.
    """
    run = _path("run", "A run's id, as its `run-start` says")
    conversation = _path("conversation", "A conversation's id")
    file = _path("id", "A file's id")
    upload = _path("id", "An upload's id, made up by who sends it")
    after = _query("after", "integer", "The number of the last event that the reader has; what follows is sent")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": "1",
            "description": "One request a turn; the reply is a stream of numbered server-sent events.",
        },
        "servers": [{"url": root}],
        "paths": {
            "/api/config": {"get": _operation("config", "What the page is told", _json("PageConfig"))},
            "/api/turns": {
                "post": _operation(
                    "send", "Say something, or ask for another answer", _EVENTS, after, body=_body("TurnRequest")
                )
            },
            "/api/calls": {
                "post": _operation(
                    "call", "Call a function that is bound to an event", _EVENTS, after, body=_body("CallRequest")
                )
            },
            "/api/runs/{run}/events": {"get": _operation("follow", "Pick a run up again", _EVENTS, run, after)},
            "/api/runs/{run}/cancel": {
                "post": _operation("cancel", "Stop a run", _EMPTY_202, run, body=_body("CancelRequest"))
            },
            "/api/conversations/{conversation}": {
                "get": _operation(
                    "conversation",
                    "The last messages, or those before one",
                    _json("ConversationView"),
                    conversation,
                    _query("limit", "integer", "How many messages, 200 at most"),
                    _query("before", "string", "Id of a message"),
                ),
                "patch": _operation(
                    "change",
                    "Rename or pin a kept conversation",
                    _json("EntryView"),
                    conversation,
                    body=_body("ChangeRequest"),
                ),
                "delete": _operation("forget", "Forget a conversation", _EMPTY_204, conversation),
            },
            "/api/conversations/{conversation}/changes": {
                "get": _operation(
                    "watch",
                    "Hear what is added to a conversation",
                    {
                        "200": {
                            "description": "Where it ends now, and again whenever something was added",
                            "content": {"text/event-stream": {"schema": _ref("HeadView")}},
                        }
                    },
                    conversation,
                )
            },
            "/api/conversations/{conversation}/undo": {
                "post": _operation("undo", "Take the last exchange back", _json("ConversationView"), conversation)
            },
            "/api/conversations/{conversation}/switch": {
                "post": _operation(
                    "switch",
                    "Show another version",
                    _json("ConversationView"),
                    conversation,
                    body=_body("SwitchRequest"),
                )
            },
            "/api/conversations/{conversation}/feedback": {
                "get": _operation(
                    "opinions", "What the asker thinks of the messages", _json("FeedbacksView"), conversation
                ),
                "post": _operation(
                    "judge",
                    "Say what one thinks of a message, in place of what one said before",
                    _json("FeedbackKept"),
                    conversation,
                    body=_body("FeedbackRequest"),
                ),
            },
            **_library_paths(conversation),
            "/api/files": {
                "post": _operation(
                    "upload",
                    "Send a file, which turns then name",
                    {"201": {"description": "The file", "content": _content("FileRef")}},
                    _query("name", "string", "The file's name"),
                    _query("upload", "string", "An id, so that a cut upload can be resumed"),
                    _query("after", "integer", "How many bytes of the upload are there already"),
                    body={"required": True, "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
                )
            },
            "/api/files/{id}": {"delete": _operation("removeFile", "Forget a file", _EMPTY_204, file)},
            "/api/uploads/{id}": {
                "get": _operation("lookAtUpload", "How far an upload is that was cut", _json("UploadView"), upload),
                "delete": _operation("forgetUpload", "Give an upload up", _EMPTY_204, upload),
            },
            "/files/{id}/{name}": {
                "get": _operation(
                    "download",
                    "Load a file",
                    {"200": {"description": "The file", "content": {"*/*": {}}}},
                    file,
                    _path("name", "Any name, by custom the file's"),
                )
            },
        },
        "components": {"schemas": _schemas()},
    }


def _library_paths(conversation: dict[str, Any]) -> dict[str, Any]:
    """Describe what there is where conversations are kept."""
    share = _path("share", "A share's id")
    chat = _query("chat", "string", "A chat of the page; by default all")
    return {
        "/api/conversations": {
            "get": _operation(
                "conversations",
                "The list of kept conversations, or where words stand in them",
                _json("ConversationList"),
                _query("limit", "integer", "How many, 200 at most"),
                _query("before", "string", "The `next` of the page before"),
                _query("search", "string", "Words, all of which a conversation has to have"),
                chat,
            )
        },
        "/api/conversations/adopt": {
            "post": _operation("adopt", "Take over what this browser has from before signing in", _json("AdoptedView"))
        },
        "/api/conversations/import": {
            "post": _operation(
                "import",
                "Bring conversations in: exported ones, or ChatGPT's",
                _created("ImportView"),
                chat,
                body={"required": True, "content": {"application/json": {}}},
            )
        },
        "/api/conversations/{conversation}/export": {
            "get": _operation(
                "export",
                "A conversation as a document",
                {"200": {"description": "The document", "content": {"*/*": {}}}},
                conversation,
                _query("format", "string", "`json`, `markdown` or `html`"),
            )
        },
        "/api/conversations/{conversation}/share": {
            "post": _operation("share", "Share what a conversation shows now", _created("ShareView"), conversation)
        },
        "/api/documents": {
            "post": _operation(
                "writeDocument",
                "A conversation that its sender keeps, as a document",
                {"200": {"description": "The document", "content": {"*/*": {}}}},
                _query("format", "string", "`json`, `markdown` or `html`"),
                body=_body("ConversationDocument"),
            )
        },
        "/api/documents/read": {
            "post": _operation(
                "readDocuments",
                "The conversations of a file, exported ones or ChatGPT's, for the asker to keep",
                _json("DocumentsView"),
                body={"required": True, "content": {"application/json": {}}},
            )
        },
        "/api/shares": {
            "get": _operation("shares", "What the asker has shared", _json("ShareList")),
            "post": _operation(
                "shareCopy",
                "Share what a conversation shows that its sender keeps",
                _created("ShareView"),
                body=_body("ShareRequest"),
            ),
        },
        "/api/shares/{share}": {"delete": _operation("revoke", "Take a share back", _EMPTY_204, share)},
        "/api/shared/{share}": {"get": _operation("shared", "What is shared", _json("SharedView"), share)},
        "/api/shared/{share}/copy": {
            "post": _operation(
                "continueShared",
                "Go on in a copy of one's own",
                _created("EntryView"),
                share,
                body=_body("ContinueRequest"),
            )
        },
        "/shared/{share}/{id}/{name}": {
            "get": _operation(
                "downloadShared",
                "Load a file of what is shared",
                {"200": {"description": "The file", "content": {"*/*": {}}}},
                share,
                _path("id", "A file's id"),
                _path("name", "Any name, by custom the file's"),
            )
        },
    }


def _schemas() -> dict[str, Any]:
    found, components = msgspec.json.schema_components(_TYPES.values(), ref_template="#/components/schemas/{name}")
    named = {name: schema for name, schema in zip(_TYPES, found, strict=True) if name not in components}
    schemas = components | named
    for schema in schemas.values():
        if "description" in schema:
            schema["description"] = inspect.cleandoc(schema["description"])
    return schemas


def _operation(
    name: str, summary: str, responses: dict[str, Any], *parameters: dict[str, Any], body: dict[str, Any] | None = None
) -> dict[str, Any]:
    problem = {"description": "A refusal", "content": {"application/problem+json": {"schema": _ref("Problem")}}}
    operation: dict[str, Any] = {"operationId": name, "summary": summary, "responses": responses | {"default": problem}}
    if parameters:
        operation["parameters"] = list(parameters)
    return operation if body is None else operation | {"requestBody": body}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _content(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": _ref(name)}}


def _body(name: str) -> dict[str, Any]:
    return {"required": True, "content": _content(name)}


def _json(name: str) -> dict[str, Any]:
    return {"200": {"description": "It is here", "content": _content(name)}}


def _created(name: str) -> dict[str, Any]:
    return {"201": {"description": "It is made", "content": _content(name)}}


def _path(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": {"type": "string"}}


def _query(name: str, kind: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": {"type": kind}}


_EVENTS = {
    "200": {
        "description": "Events until `run-end`, each with its number as `id` and a `RunEvent` as `data`",
        "content": {"text/event-stream": {"schema": _ref("RunEvent")}},
    }
}
_EMPTY_202 = {"202": {"description": "It will be done"}}
_EMPTY_204 = {"204": {"description": "It is done"}}
