"""The bodies of Gradio's requests; their other fields are ignored."""

from typing import Any

import msgspec


class JoinRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Body of `queue/join`: `data` has one value for each input of the endpoint `fn_index`."""

    data: list[Any]
    fn_index: int
    session_hash: str | None = None


class CallRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Body of `call/{name}` and `run/{name}`."""

    data: list[Any]
    session_hash: str | None = None


class CancelRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Body of `cancel`."""

    event_id: str
    session_hash: str | None = None


class ResetRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Body of `reset`, which clients send after they have cancelled a job."""

    event_id: str | None = None
