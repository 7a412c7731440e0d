"""The decoder from requests of OpenAI's clients to messages and files."""

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
    """A parameter of a request is invalid."""

    def __init__(self, param: str, message: str) -> None:
        super().__init__("request.invalid", message)
        self.param = param


@dataclass(frozen=True, kw_only=True, slots=True)
class DecodedMessages:
    """The decoded input of a request: the history, the message to answer, and ids of the files stored for it."""

    history: tuple[Message, ...]
    message: Message
    files: tuple[FileId, ...] = field(default=())


class Decoder:
    """Decodes the messages of requests.

    Args:
        uploads: rules for the files that the application accepts.
        data_files: store for the files inside of requests.
    """

    def __init__(self, *, uploads: Uploads, data_files: DataFiles) -> None:
        self._uploads = uploads
        self._data_files = data_files

    async def messages_of(
        self,
        messages: Sequence[InputMessage],
        identity: Identity,
        made: list[FileId],
        *,
        chat: CallableEndpoint,
        param: str,
    ) -> DecodedMessages:
        """Decode a list of messages; the last is the one to answer.

        Args:
            messages: the list.
            identity: the caller.
            made: list to which the ids of the messages' files are appended.
            chat: name of the called chat.
            param: the list's name, for errors.

        Raises:
            ClientError: a message is invalid; the error's message names it.
        """
        if len(messages) > _MESSAGES_AT_MOST:
            raise TooLargeError(
                "request.too-large", f"`{param}` has {len(messages)} items; at most {_MESSAGES_AT_MOST} are accepted."
            )
        if not messages or messages[-1].role != "user":
            raise ParameterError(param, f"`{param}` has to end with a message of the role `user`.")
        decoded = [
            await self._message(message, identity, made, chat=chat, param=f"{param}[{index}]")
            for index, message in enumerate(messages)
        ]
        return DecodedMessages(history=tuple(decoded[:-1]), message=decoded[-1], files=tuple(made))

    async def _message(
        self, message: InputMessage, identity: Identity, made: list[FileId], *, chat: CallableEndpoint, param: str
    ) -> Message:
        role = _ROLES.get(message.role) if message.type == "message" else None
        if role is None:
            what = message.role or message.type
            raise ParameterError(
                param, f"`{param}` has the role `{what[:40]}`; this model accepts the roles {', '.join(_ROLES)}."
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
                name = file.get("filename")
                filename = name if isinstance(name, str) else None
                return await self._data(
                    str(file["file_data"]), identity, made, name=filename, param=param, is_taken=takes_files
                )
            case {"type": "file", "file": {"file_id": str(id_)}} | {"file_id": str(id_)}:
                return FilePart(file=await self._data_files.get(FileId(id_), identity))
        what = part.get("type") if isinstance(part, dict) else part
        raise ParameterError(
            param,
            f"`{param}` has the type `{str(what)[:40]}`; accepted are text, and images, sound and files as data.",
        )

    async def _data(
        self, data: str, identity: Identity, made: list[FileId], *, name: str | None, param: str, is_taken: bool
    ) -> FilePart:
        if not is_taken:
            raise ParameterError(param, f"`{param}` is a file, and this model accepts none.")
        try:
            ref = await self._data_files.keep(data, identity, name=name)
        except DataError as error:
            raise ParameterError(param, f"`{param}` {error.message}") from None
        made.append(ref.id)
        return FilePart(file=ref)


def as_request(fields: Mapping[str, Any], shape: type[_T]) -> _T:
    """Convert a body to the struct of its request.

    Raises:
        ClientError: the body has not the required form; the message says where.
    """
    try:
        return msgspec.convert(fields, shape)
    except msgspec.ValidationError as error:
        raise ClientError("request.invalid", f"The body of the request is invalid: {error}") from None


def check_metadata(metadata: Mapping[str, Any] | None) -> None:
    """Check metadata by the limits of OpenAI's server: 16 pairs, and the length of names and values.

    Raises:
        ParameterError: the metadata exceed a limit.
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
    """Check that instructions are not longer than a message may be.

    Raises:
        TooLargeError: the instructions are too long.
    """
    if instructions is not None and len(instructions) > max_length:
        raise TooLargeError(
            "message.too-long",
            f"`instructions` has {len(instructions)} characters; at most {max_length} are accepted.",
        )


def inputs_of(chat: CallableEndpoint, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the additional inputs, from further fields of the body or from its `metadata`.

    Values of metadata are texts, so a text there may contain another value as JSON.

    Raises:
        ParameterError: a required input is missing.
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
                each.name,
                f"The value of `{each.name}` is missing. Send it as a field of the body, or in its `metadata`.",
            )
    return chat.inputs(values)


def _read(value: Any, parameter: Parameter) -> Any:
    if not isinstance(value, str) or parameter.schema.get("type") == "string":
        return value
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError:
        return value
