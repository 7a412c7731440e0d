"""The place where a chat's conversations are persisted."""

import inspect
from typing import Any, cast

from salon.definition.config import HistoryPlace
from salon.errors import AuthorError
from salon.stores.kept import KeptConversations

_METHODS = tuple(
    name for name in dir(KeptConversations) if not name.startswith("_") and callable(getattr(KeptConversations, name))
)


def compile_history(save_history: object) -> tuple[HistoryPlace | None, KeptConversations | None]:
    """Return the place that `save_history` means, and the author's own store if it is one.

    Raises:
        AuthorError: the value is neither a place nor a store.
    """
    if save_history is None or save_history is False:
        return None, None
    if save_history is True or save_history == "browser":
        return "browser", None
    if save_history == "server":
        return "server", None
    store: Any = getattr(save_history, "conversations", save_history)
    missing = [name for name in _METHODS if not inspect.iscoroutinefunction(getattr(store, name, None))]
    if missing:
        hint = (
            ""
            if len(missing) == len(_METHODS)
            else f" The store lacks the methods {', '.join(f'`{name}`' for name in missing)}."
        )
        raise AuthorError(
            "chat.save_history",
            f'`save_history` has to be `True`, `False`, "browser", "server" or a store; got `{save_history!r}`.{hint}',
        )
    return "server", cast("KeptConversations", store)
