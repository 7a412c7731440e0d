"""The name, the description and the visibility of an endpoint for programs."""

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
    """The name, the description and the visibility of an endpoint for programs.

    `alias` is a second name that is accepted but not listed. `undocumented` endpoints can be called but are not listed;
    `private` ones cannot be called.
    """

    name: str = "chat"
    alias: str | None = None
    description: str = ""
    visibility: Visibility = "public"


def compile_api(spec: ChatSpec) -> Api:
    """Return the API of a chat.

    Raises:
        AuthorError: a name or a visibility is invalid.
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
            "chat.api_name", f"`api_name` has to consist of letters, digits, `_`, `-` or `.`; got `{spec.api_name!r}`."
        )
    own = getattr(_inner(spec.fn), "__name__", "").strip("<>")
    alias = own if spec.api_name is None and own != name and _NAME.match(own) else None
    return Api(name=name, alias=alias, description=description or "", visibility=visibility)


def _inner(function: Callable[..., Any]) -> Callable[..., Any]:
    while isinstance(function, partial):
        function = function.func
    return function


def _is_described(function: Callable[..., Any]) -> bool:
    """Tell whether a docstring describes this function rather than the class of a callable object."""
    return inspect.isroutine(_inner(function))
