"""What OpenAI's clients send to messages and files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from salon.errors import ClientError, TooLargeError
from salon.identity import Identity
from salon.ids import FileId
from salon.messages.message import Message, Role
from salon.messages.parts import FilePart, Part, TextPart
from salon.surfaces.callable_endpoints import CallableEndpoint, Parameter
from salon.surfaces.data_files import DataError, DataFiles
from salon.surfaces.openai.wire import CompletionRequest, InputMessage, ResponseRequest
from salon.surfaces.uploads import Uploads
from salon.text import clean

_T = TypeVar("_T")

_RESERVED = frozenset((*CompletionRequest.__struct_fields__, *ResponseRequest.__struct_fields__))
_MESSAGES_AT_MOST = 2_000
_METADATA_PAIRS = 16
_METADATA_NAME = 64
_METADATA_VALUE = 512
_ROLES: dict[str, Role] = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}


class ParameterError(ClientError):
    """One parameter of a request is wrong."""

    def __init__(self, param: str, message: str) -> None:
        super().__init__("request.invalid", message)
        self.param = param


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a caller gives: all that was said before, the message to answer, and files made for it."""

    history: tuple[Message, ...]
    message: Message
    files: tuple[FileId, ...] = field(default=())


class Decoder:
    """Makes messages of what a caller gives.

    Args:
        uploads: says which files the application takes.
        data_files: keeps files that requests carry.
    """

    def __init__(self, *, uploads: Uploads, data_files: DataFiles) -> None:
        self._uploads = uploads
        self._data_files = data_files

    async def said(
        self,
        messages: Sequence[InputMessage],
        identity: Identity,
        made: list[FileId],
        *,
        chat: CallableEndpoint,
        param: str,
    ) -> Said:
        """Return what a list of messages says; the last is the one to answer.

        Args:
            messages: the list.
            identity: the caller.
            made: gets the ids of files that the messages carry.
            chat: the chat that is asked.
            param: the list's name, for errors.

        Raises:
            ClientError: it is not what the application takes; the message says where.
        """
        if len(messages) > _MESSAGES_AT_MOST:
            raise TooLargeError(
                "request.too-large", f"`{param}` has {len(messages)} items; at most {_MESSAGES_AT_MOST} are accepted."
            )
        if not messages or messages[-1].role != "user":
            raise ParameterError(param, f"`{param}` has to end with a message of the role `user`.")
        found = [
            await self._message(message, identity, made, chat=chat, param=f"{param}[{index}]")
            for index, message in enumerate(messages)
        ]
        return Said(history=tuple(found[:-1]), message=found[-1], files=tuple(made))

    async def _message(
        self, message: InputMessage, identity: Identity, made: list[FileId], *, chat: CallableEndpoint, param: str
    ) -> Message:
        role = _ROLES.get(message.role) if message.type == "message" else None
        if role is None:
            what = message.role or message.type
            raise ParameterError(
                param, f"`{param}` is of the kind `{what[:40]}`; this model knows {', '.join(_ROLES)} messages only."
            )
        content = message.content
        if content is None and role == "assistant":
            content = ""
        if isinstance(content, str):
            return Message(role=role, parts=(TextPart(text=clean(content)),))
        if not isinstance(content, list):
            raise ParameterError(f"{param}.content", f"`{param}.content` has to be a text or a list of parts.")
        parts: list[Part] = []
        for index, part in enumerate(content):
            parts.append(await self._part(part, identity, made, chat=chat, param=f"{param}.content[{index}]"))
        files = [part.file.id for part in parts if isinstance(part, FilePart)]
        await self._uploads.find(tuple(files), identity, chat=str(chat.chat))
        texts = [part.text for part in parts if isinstance(part, TextPart)]
        joined = (TextPart(text="\n\n".join(texts)),) if texts else ()
        return Message(role=role, parts=(*joined, *(part for part in parts if isinstance(part, FilePart))))

    async def _part(
        self, part: Any, identity: Identity, made: list[FileId], *, chat: CallableEndpoint, param: str
    ) -> Part:
        takes_files = chat.config.files is not None
        match part:
            case {"type": "text" | "input_text" | "output_text", "text": str(text)}:
                return TextPart(text=clean(text))
            case {"type": "refusal", "refusal": str(text)}:
                return TextPart(text=clean(text))
            case {"type": "image_url", "image_url": {"url": str(url)}} | {"type": "input_image", "image_url": str(url)}:
                return await self._data(url, identity, made, name=None, param=param, is_taken=takes_files)
            case {"type": "input_audio", "input_audio": {"data": str(data), "format": str(kind)}}:
                url = f"data:audio/{kind};base64,{data}"
                return await self._data(url, identity, made, name=f"audio.{kind}", param=param, is_taken=takes_files)
            case {"type": "file", "file": dict(file)} | ({"type": "input_file"} as file) if file.get("file_data"):
                given = file.get("filename")
                filename = given if isinstance(given, str) else None
                return await self._data(
                    str(file["file_data"]), identity, made, name=filename, param=param, is_taken=takes_files
                )
            case {"type": "file", "file": {"file_id": str(id_)}} | {"file_id": str(id_)}:
                return FilePart(file=await self._data_files.get(FileId(id_), identity))
        what = part.get("type") if isinstance(part, dict) else part
        raise ParameterError(
            param,
            f"`{param}` is no part that is known here (`{str(what)[:40]}`): text, and images, sound and files as data.",
        )

    async def _data(
        self, data: str, identity: Identity, made: list[FileId], *, name: str | None, param: str, is_taken: bool
    ) -> FilePart:
        if not is_taken:
            raise ParameterError(param, f"`{param}` is a file, and this model takes none.")
        try:
            ref = await self._data_files.keep(data, identity, name=name)
        except DataError as error:
            raise ParameterError(param, f"`{param}` {error.message}") from None
        made.append(ref.id)
        return FilePart(file=ref)


def as_request(fields: Mapping[str, Any], shape: type[_T]) -> _T:
    """Return a body as what it asks for.

    Raises:
        ClientError: it is not of that form; the message says where.
    """
    try:
        return msgspec.convert(fields, shape)
    except msgspec.ValidationError as error:
        raise ClientError("request.invalid", f"The request is not what is expected here: {error}") from None


def check_metadata(metadata: Mapping[str, Any] | None) -> None:
    """Refuse metadata that OpenAI's own server refuses: more than 16 pairs, or long ones.

    Raises:
        ParameterError: it is.
    """
    if len(metadata or ()) > _METADATA_PAIRS:
        raise ParameterError("metadata", f"`metadata` has at most {_METADATA_PAIRS} pairs.")
    for name, value in (metadata or {}).items():
        length = len(value) if isinstance(value, str) else len(msgspec.json.encode(value))
        if len(name) > _METADATA_NAME or length > _METADATA_VALUE:
            raise ParameterError(
                "metadata",
                f"A name in `metadata` has at most {_METADATA_NAME} characters, a value at most {_METADATA_VALUE}.",
            )


def check_instructions(instructions: str | None, *, max_length: int) -> None:
    """Refuse instructions that are longer than a message may be.

    Raises:
        TooLargeError: they are.
    """
    if instructions is not None and len(instructions) > max_length:
        raise TooLargeError(
            "message.too-long",
            f"`instructions` has {len(instructions)} characters; at most {max_length} are accepted.",
        )


def inputs_of(chat: CallableEndpoint, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the additional inputs: from further fields of the body, or from its `metadata`.

    Metadata are texts, so a text there may stand for another value, written as JSON.

    Raises:
        ParameterError: one that has to be given is missing.
    """
    metadata = fields.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    values: dict[str, Any] = {}
    for each in chat.parameters:
        if each.input is None:
            continue
        if each.name in fields and each.name not in _RESERVED:
            values[each.name] = fields[each.name]
        elif each.name in metadata:
            values[each.name] = _read(metadata[each.name], each)
        elif not each.has_default:
            raise ParameterError(
                each.name, f"There is no value for `{each.name}`: give it in the body, or in its `metadata`."
            )
    return chat.inputs(values)


def _read(value: Any, parameter: Parameter) -> Any:
    if not isinstance(value, str) or parameter.schema.get("type") == "string":
        return value
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError:
        return value
