"""The bodies of OpenAI's requests. Parameters of models that have no meaning for functions are ignored."""

from typing import Any

import msgspec


class StreamOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of a stream of completions."""

    include_usage: bool | None = None


class InputMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message of the caller; `content` is a text or a list of parts. Items of other types have no role."""

    role: str = ""
    type: str = "message"
    content: Any = None


class CompletionRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Body of `chat/completions`."""

    messages: list[InputMessage]
    model: str = ""
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = None
    metadata: dict[str, Any] | None = None


class ResponseRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Body of `responses`."""

    input: str | list[InputMessage]
    model: str = ""
    instructions: str | None = None
    stream: bool | None = None
    background: bool | None = None
    store: bool | None = None
    previous_response_id: str | None = None
    metadata: dict[str, Any] | None = None
