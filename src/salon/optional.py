"""The import of optional libraries: those outside of the base install, or too heavy to import early."""

import importlib
from typing import Any

from salon.errors import AuthorError


def require(module: str, *, extra: str) -> Any:
    """Import and return `module`.

    Raises:
        AuthorError: it is not installed; the message names the command that installs it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise AuthorError(
            "optional.missing",
            f"This needs `{module}`, which is not installed. Install it with `pip install 'salon[{extra}]'`.",
        ) from error
