"""The settings of cached replies to examples."""

import os
from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

from salon.definition.checks import require_one_of
from salon.errors import AuthorError

CacheMode: TypeAlias = Literal["eager", "lazy"]

_PREFIXES = ("SALON_", "GRADIO_")
_SWITCHES: dict[str, bool | str] = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off", ""), False),
    "lazy": "lazy",
}


def cache_mode(cache_examples: object, mode: object, environment: Mapping[str, str] = os.environ) -> CacheMode | None:
    """Return when cached replies to examples are made: `"eager"`, `"lazy"`, or `None` for no caching.

    Args:
        cache_examples: `True`, `False`, `"lazy"`, or `None` to use the environment.
        mode: `"eager"`, `"lazy"`, or `None` to use the environment.
        environment: environment variables: `SALON_CACHE_EXAMPLES` and `SALON_CACHE_MODE`, or the same with `GRADIO_`.

    Raises:
        AuthorError: a value or variable is invalid.
    """
    if cache_examples is None:
        variable, text = _variable("CACHE_EXAMPLES", environment)
        if text.lower() not in _SWITCHES:
            raise AuthorError("chat.cache_examples", f"`{variable}` has to be `on`, `off` or `lazy`, got `{text}`.")
        cache_examples = _SWITCHES[text.lower()]
    if cache_examples not in (True, False, "lazy"):
        raise AuthorError(
            "chat.cache_examples", f'`cache_examples` has to be `True`, `False` or "lazy"; got `{cache_examples!r}`.'
        )
    if mode is None:
        variable, text = _variable("CACHE_MODE", environment)
        mode = "lazy" if cache_examples == "lazy" else (text or "eager")
    require_one_of("cache_mode", mode, get_args(CacheMode))
    return None if not cache_examples else "lazy" if mode == "lazy" else "eager"


def _variable(name: str, environment: Mapping[str, str]) -> tuple[str, str]:
    """Return the name and the text of the first variable that is set, or Salon's name and an empty text."""
    for prefix in _PREFIXES:
        if prefix + name in environment:
            return prefix + name, environment[prefix + name].strip()
    return _PREFIXES[0] + name, ""
