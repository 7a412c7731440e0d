"""The decoder from requests of the native protocol to turns, calls and feedback."""

from functools import partial
from typing import Any

from starlette.requests import Request as HttpRequest

from salon.components.catalog import is_wellformed as is_component
from salon.conversations.feedback import FeedbackSubmission
from salon.engine.turn import Call, Turn, UserMessage
from salon.errors import ClientError, TooLargeError
from salon.http.bodies import read_json
from salon.identity import Identity
from salon.ids import ConversationId, FileId
from salon.messages.message import StoredMessage, user_message
from salon.messages.parts import ComponentPart, length_of
from salon.stores.feedback import Opinion
from salon.surfaces.requests import request_of, require_id
from salon.surfaces.uploads import Uploads
from salon.surfaces.web.wire import CallRequest, FeedbackRequest, TurnRequest

TURN_BYTES = 2 * 2**20
_COPY_MESSAGES = 200
_COPY_CHARACTERS = 2**20
_INPUT_DEPTH = 200


async def decode_turn(http_request: HttpRequest, identity: Identity, *, uploads: Uploads) -> Turn:
    """Return the turn of a request.

    Raises:
        ClientError: the body is invalid, too large, or exceeds another limit; the message says which.
    """
    body = await read_json(http_request, TurnRequest)
    message_id = body.message.id if body.message is not None else None
    for id_ in (body.id, body.conversation, body.parent, message_id, body.session):
        require_id(id_)
    message = None
    if body.message is not None:
        files = await uploads.find(body.message.files, identity, chat=body.chat)
        message = UserMessage(id=body.message.id, message=user_message(body.message.text, files))
    check_copy(body.copy or ())
    return Turn(
        id=body.id,
        identity=identity,
        conversation=body.conversation,
        chat=body.chat,
        parent=body.parent,
        message=message,
        example=body.example,
        copy=body.copy,
        inputs=await _inputs(body.inputs, identity, uploads),
        session=body.session,
        is_kept=not body.temporary,
        request=partial(request_of, http_request, identity),
    )


async def decode_call(http_request: HttpRequest, identity: Identity, *, uploads: Uploads) -> Call:
    """Return the call of a request.

    Raises:
        ClientError: the body is invalid or too large.
        FileNotFound: a file does not exist or belongs to another owner.
    """
    body = await read_json(http_request, CallRequest)
    for id_ in (body.id, body.session):
        require_id(id_)
    return Call(
        id=body.id,
        identity=identity,
        endpoint=body.endpoint,
        session=body.session,
        inputs=await _inputs(body.inputs, identity, uploads),
        event=body.event,
        request=partial(request_of, http_request, identity, session=body.session),
    )


async def decode_feedback(
    http_request: HttpRequest, identity: Identity, conversation: ConversationId
) -> FeedbackSubmission:
    """Return the rating of a request.

    Raises:
        ClientError: the body is invalid or too large.
    """
    body = await read_json(http_request, FeedbackRequest)
    require_id(body.message)
    check_copy(body.copy or ())
    return FeedbackSubmission(
        identity=identity,
        conversation=conversation,
        message=body.message,
        opinion=Opinion(options=body.options, comment=body.comment),
        chat=body.chat,
        copy=body.copy,
        request=partial(request_of, http_request, identity, session=conversation),
    )


async def _inputs(values: dict[str, Any], identity: Identity, uploads: Uploads) -> dict[str, Any]:
    return {name: await with_files(value, identity, uploads) for name, value in values.items()}


async def with_files(value: Any, identity: Identity, uploads: Uploads, *, depth: int = 0) -> Any:
    """Return a client's value with references to the files that it names: `{"$file": id}` becomes a `FileRef`.

    Raises:
        ClientError: the value is nested too deeply.
        FileNotFound: a file does not exist or belongs to another owner.
    """
    if depth > _INPUT_DEPTH:
        raise ClientError("request.invalid", f"A value may have at most {_INPUT_DEPTH} levels of nesting.")
    match value:
        case {"$file": str(id_), **others} if not others:
            return await uploads.get(FileId(id_), identity)
        case dict():
            return {name: await with_files(item, identity, uploads, depth=depth + 1) for name, item in value.items()}
        case list() if any(isinstance(item, dict | list) for item in value):
            return [await with_files(item, identity, uploads, depth=depth + 1) for item in value]
        case _:
            return value


def check_copy(copy: tuple[StoredMessage, ...]) -> None:
    """Check the size and the messages of a client's copy.

    Raises:
        ClientError: the copy is too large or invalid.
    """
    length = sum(length_of(part) for stored in copy for part in stored.message.parts)
    if len(copy) > _COPY_MESSAGES or length > _COPY_CHARACTERS:
        raise TooLargeError(
            "conversation.copy-too-large",
            f"A copy has at most {_COPY_MESSAGES} messages and {_COPY_CHARACTERS} characters; "
            f"this one has {len(copy)} and {length}.",
        )
    for stored in copy:
        require_id(stored.id)
        if stored.message.role not in ("user", "assistant"):
            raise ClientError("conversation.copy", f"A saved message cannot have the role `{stored.message.role}`.")
        for part in stored.message.parts:
            if isinstance(part, ComponentPart) and not is_component(part.kind, part.props, files=len(part.files)):
                raise ClientError(
                    "conversation.copy",
                    f"The props of a part of the kind `{part.kind[:40]}` do not match the kind's schema.",
                )
