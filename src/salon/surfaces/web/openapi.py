"""The OpenAPI document of the native protocol, for tools that generate clients."""

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
    """Return the OpenAPI document of the protocol.

    Args:
        root: address of the application, without a slash at the end.
        title: name of the application.
    """
    run = _path("run", "Id of the run, from its `run-start`")
    conversation = _path("conversation", "A conversation's id")
    file = _path("id", "A file's id")
    upload = _path("id", "Id of the upload, chosen by the client")
    after = _query(
        "after", "integer", "Number of the last event that the client has; the stream continues after it (cursor)"
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": "1",
            "description": "One request for each turn; the reply is a stream of numbered server-sent events.",
        },
        "servers": [{"url": root}],
        "paths": {
            "/api/config": {"get": _operation("config", "The configuration of the page", _json("PageConfig"))},
            "/api/turns": {
                "post": _operation(
                    "send", "Send a message, or request another reply", _EVENTS, after, body=_body("TurnRequest")
                )
            },
            "/api/calls": {
                "post": _operation(
                    "call", "Call a function that is bound to an event", _EVENTS, after, body=_body("CallRequest")
                )
            },
            "/api/runs/{run}/events": {
                "get": _operation("follow", "Resume the event stream of a run", _EVENTS, run, after)
            },
            "/api/runs/{run}/cancel": {
                "post": _operation("cancel", "Stop a run", _EMPTY_202, run, body=_body("CancelRequest"))
            },
            "/api/conversations/{conversation}": {
                "get": _operation(
                    "conversation",
                    "The last messages, or the page before a message",
                    _json("ConversationView"),
                    conversation,
                    _query("limit", "integer", "Number of messages, at most 200"),
                    _query("before", "string", "Id of a message"),
                ),
                "patch": _operation(
                    "change",
                    "Rename or pin a persisted conversation",
                    _json("EntryView"),
                    conversation,
                    body=_body("ChangeRequest"),
                ),
                "delete": _operation("forget", "Forget a conversation", _EMPTY_204, conversation),
            },
            "/api/conversations/{conversation}/changes": {
                "get": _operation(
                    "watch",
                    "Watch a conversation for new messages",
                    {
                        "200": {
                            "description": "The id of the conversation's last message, now and after each change",
                            "content": {"text/event-stream": {"schema": _ref("HeadView")}},
                        }
                    },
                    conversation,
                )
            },
            "/api/conversations/{conversation}/undo": {
                "post": _operation("undo", "Undo the last exchange", _json("ConversationView"), conversation)
            },
            "/api/conversations/{conversation}/switch": {
                "post": _operation(
                    "switch",
                    "Switch to another version of a message",
                    _json("ConversationView"),
                    conversation,
                    body=_body("SwitchRequest"),
                )
            },
            "/api/conversations/{conversation}/feedback": {
                "get": _operation(
                    "opinions", "The user's ratings of the messages", _json("FeedbacksView"), conversation
                ),
                "post": _operation(
                    "judge",
                    "Rate a message, in place of an earlier rating",
                    _json("FeedbackKept"),
                    conversation,
                    body=_body("FeedbackRequest"),
                ),
            },
            **_library_paths(conversation),
            "/api/files": {
                "post": _operation(
                    "upload",
                    "Upload a file, to which turns refer by its id",
                    {"201": {"description": "The file", "content": _content("FileRef")}},
                    _query("name", "string", "The file's name"),
                    _query("upload", "string", "An id, so that an interrupted upload can be resumed"),
                    _query("after", "integer", "Number of bytes of the upload that the server already has"),
                    body={"required": True, "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
                )
            },
            "/api/files/{id}": {"delete": _operation("removeFile", "Forget a file", _EMPTY_204, file)},
            "/api/uploads/{id}": {
                "get": _operation("lookAtUpload", "The state of an interrupted upload", _json("UploadView"), upload),
                "delete": _operation("forgetUpload", "Cancel an upload", _EMPTY_204, upload),
            },
            "/files/{id}/{name}": {
                "get": _operation(
                    "download",
                    "Load a file",
                    {"200": {"description": "The file", "content": {"*/*": {}}}},
                    file,
                    _path("name", "Any name, usually the file's"),
                )
            },
        },
        "components": {"schemas": _schemas()},
    }


def _library_paths(conversation: dict[str, Any]) -> dict[str, Any]:
    """Return the paths for persisted conversations."""
    share = _path("share", "A share's id")
    chat = _query("chat", "string", "Name of a chat of the page; all by default")
    return {
        "/api/conversations": {
            "get": _operation(
                "conversations",
                "List or search the persisted conversations",
                _json("ConversationList"),
                _query("limit", "integer", "Number of conversations, at most 200"),
                _query("before", "string", "The `next` of the previous page"),
                _query("search", "string", "Words that a conversation has to contain, all of them"),
                chat,
            )
        },
        "/api/conversations/adopt": {
            "post": _operation(
                "adopt", "Transfer the conversations of this browser from before the sign-in", _json("AdoptedView")
            )
        },
        "/api/conversations/import": {
            "post": _operation(
                "import",
                "Import conversations, exported from Salon or ChatGPT",
                _created("ImportView"),
                chat,
                body={"required": True, "content": {"application/json": {}}},
            )
        },
        "/api/conversations/{conversation}/export": {
            "get": _operation(
                "export",
                "Export a conversation as a document",
                {"200": {"description": "The document", "content": {"*/*": {}}}},
                conversation,
                _query("format", "string", "`json`, `markdown` or `html`"),
            )
        },
        "/api/conversations/{conversation}/share": {
            "post": _operation(
                "share", "Share the messages that a conversation shows now", _created("ShareView"), conversation
            )
        },
        "/api/documents": {
            "post": _operation(
                "writeDocument",
                "Export a conversation that the client stores and sends",
                {"200": {"description": "The document", "content": {"*/*": {}}}},
                _query("format", "string", "`json`, `markdown` or `html`"),
                body=_body("ConversationDocument"),
            )
        },
        "/api/documents/read": {
            "post": _operation(
                "readDocuments",
                "Convert a file, exported from Salon or ChatGPT, into conversations that the client stores",
                _json("DocumentsView"),
                body={"required": True, "content": {"application/json": {}}},
            )
        },
        "/api/shares": {
            "get": _operation("shares", "List the user's shares", _json("ShareList")),
            "post": _operation(
                "shareCopy",
                "Share messages of a conversation that the client stores and sends",
                _created("ShareView"),
                body=_body("ShareRequest"),
            ),
        },
        "/api/shares/{share}": {"delete": _operation("revoke", "Revoke a share", _EMPTY_204, share)},
        "/api/shared/{share}": {"get": _operation("shared", "Read a share", _json("SharedView"), share)},
        "/api/shared/{share}/copy": {
            "post": _operation(
                "continueShared",
                "Continue in a copy of the share",
                _created("EntryView"),
                share,
                body=_body("ContinueRequest"),
            )
        },
        "/shared/{share}/{id}/{name}": {
            "get": _operation(
                "downloadShared",
                "Load a file of the share",
                {"200": {"description": "The file", "content": {"*/*": {}}}},
                share,
                _path("id", "A file's id"),
                _path("name", "Any name, usually the file's"),
            )
        },
    }


def _schemas() -> dict[str, Any]:
    schemas, components = msgspec.json.schema_components(_TYPES.values(), ref_template="#/components/schemas/{name}")
    named = {name: schema for name, schema in zip(_TYPES, schemas, strict=True) if name not in components}
    all_schemas = components | named
    for schema in all_schemas.values():
        if "description" in schema:
            schema["description"] = inspect.cleandoc(schema["description"])
    return all_schemas


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
