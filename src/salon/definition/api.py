"""How programs call an endpoint."""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, TypeAlias, get_args

from salon.definition.chat import ChatSpec
from salon.definition.checks import require_one_of
from salon.errors import AuthorError

Visibility: TypeAlias = Literal["public", "undocumented", "private"]

_NAME = re.compile(r"[\w.-]{1,100}\Z")


@dataclass(frozen=True, kw_only=True, slots=True)
class Api:
    """How programs call an endpoint.

    `alias` is a second name, which works and is not offered. `visibility` says who may use it: `undocumented` ones
    are called by those who know of them, `private` ones by nobody.
    """

    name: str = "chat"
    alias: str | None = None
    description: str = ""
    visibility: Visibility = "public"


def compile_api(spec: ChatSpec) -> Api:
    """Return how programs call a chat.

    Raises:
        AuthorError: a name or a visibility is none.
    """
    require_one_of("api_visibility", spec.api_visibility, get_args(Visibility))
    visibility = spec.api_visibility
    if visibility == "public" and not spec.show_api:
        visibility = "undocumented"
    description = spec.api_description
    if description is None:
        description = inspect.getdoc(_inner(spec.fn)) if _is_described(spec.fn) else ""
    if spec.api_name is False:
        return Api(visibility="private")
    name = "chat" if spec.api_name is None else str(spec.api_name).strip("/")
    if not _NAME.match(name):
        raise AuthorError(
            "chat.api_name", f"`api_name` has to be letters, digits, `_`, `-` or `.`; got `{spec.api_name!r}`."
        )
    own = getattr(_inner(spec.fn), "__name__", "").strip("<>")
    alias = own if spec.api_name is None and own != name and _NAME.match(own) else None
    return Api(name=name, alias=alias, description=description or "", visibility=visibility)


def _inner(function: Callable[..., Any]) -> Callable[..., Any]:
    while isinstance(function, partial):
        function = function.func
    return function


def _is_described(function: Callable[..., Any]) -> bool:
    """Tell whether a docstring is about this function, and not about a class of callable objects in general."""
    return inspect.isroutine(_inner(function))
