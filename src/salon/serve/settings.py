"""How an application is served: one value, from arguments and the environment."""

import os
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from salon.errors import AuthorError

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgtKMGT])?(?:i?[bB])?")
_SECRET_BYTES = 32
_TRUE = ("1", "true", "yes", "on")
_FALSE = ("0", "false", "no", "off", "")


def _setting(default: Any, description: str, *, environment: bool = True) -> Any:
    return field(default=default, metadata={"description": description, "environment": environment})


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Everything about serving that may be set; `SALON_` and the name in capitals does it from outside.

    An argument that is given wins over the environment.
    """

    server_name: str = _setting("127.0.0.1", "address to listen at; `0.0.0.0` for all of the machine's")
    server_port: int | None = _setting(None, "port to listen at; by default the first free one from 7860 on")
    root_path: str = _setting("", "path below which a proxy shows the application")
    inbrowser: bool = _setting(False, "open the page in a browser")
    quiet: bool = _setting(False, "print nothing")
    show_error: bool = _setting(False, "show users the text of exceptions")
    favicon_path: str | None = _setting(None, "picture for the browser's tab")
    max_threads: int = _setting(200, "blocking replies written at a time, when the chat sets no `concurrency_limit`")
    max_message_length: int = _setting(100_000, "characters of a message")
    max_output_length: int = _setting(10 * 2**20, "characters of a reply")
    ssl_keyfile: str | None = _setting(None, "private key, to serve HTTPS")
    ssl_certfile: str | None = _setting(None, "certificate, to serve HTTPS")
    ssl_keyfile_password: str | None = _setting(None, "password of the private key")
    allowed_hosts: Sequence[str] | None = _setting(
        None, "host names to answer to; by default loopback ones when listening there, else all"
    )
    embed_origins: Sequence[str] = _setting((), "origins, such as `https://example.com`, that may frame the page")
    allowed_paths: Sequence[str] = _setting((), "files and folders that the page may show as `file=PATH`")
    max_file_size: int | str | None = _setting(
        None, "size of an uploaded file, as bytes or such as `5mb`; a chat that takes no files has none"
    )
    grace_s: float = _setting(10.0, "seconds that running replies get when the server is told to stop")
    secret_key: str | None = _setting(None, "signs what is handed out; made and kept in the data folder by default")
    data_dir: str = _setting(".salon", "folder for what has to outlive a restart")
    reload: bool = _setting(False, "the page loads itself anew when the server was restarted")
    auth: Any = _setting(
        None, "who may sign in: a (name, password) pair, several, or a function of both", environment=False
    )


def read_settings(arguments: Mapping[str, Any], environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings that `arguments` give; what they leave out or give as `None` comes from `environment`.

    Raises:
        AuthorError: a value of the environment is not of the setting's kind.
    """
    values: dict[str, Any] = {}
    for setting in fields(Settings):
        given = arguments.get(setting.name)
        name = f"SALON_{setting.name.upper()}"
        if given is not None:
            values[setting.name] = given
        elif setting.metadata["environment"] and name in environment:
            values[setting.name] = _parsed(name, environment[name], str(setting.type))
    if "max_file_size" in values:
        values["max_file_size"] = size_bytes(values["max_file_size"])
    return Settings(**values)


def size_bytes(size: int | str) -> int:
    """Return a size in bytes: a number, or a text such as `5mb` or `1 GB` (units of 1024).

    Raises:
        AuthorError: it is neither.
    """
    match = _SIZE.fullmatch(str(size))
    if match is None:
        raise AuthorError(
            "settings.size", f"`max_file_size` has to be a number of bytes or such as `5mb`, got `{size}`."
        )
    return int(float(match[1]) * 1024 ** " kmgt".index((match[2] or " ").lower()))


def _parsed(name: str, text: str, kind: str) -> Any:
    readers: dict[str, Callable[[str], Any]] = {"int": int, "float": float, "bool": _boolean}
    if "Sequence" in kind:
        return tuple(item.strip() for item in text.split(",") if item.strip())
    for word, read in readers.items():
        if word in kind:
            try:
                return read(text)
            except ValueError:
                raise AuthorError("settings.value", f"`{name}` has to be of type {word}, got `{text}`.") from None
    return text


def _boolean(text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ValueError(text)


def secret_of(settings: Settings) -> bytes:
    """Return the application's secret, making and keeping one in the data folder when none is set.

    Raises:
        AuthorError: the data folder cannot be written, or what is kept there is too short to be a secret.
    """
    if settings.secret_key:
        return settings.secret_key.encode()
    path = Path(settings.data_dir) / "secret_key"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make_secret(path)
        secret = path.read_bytes()
    except OSError as error:
        raise AuthorError(
            "settings.secret", f"The secret cannot be kept in `{path}`: {error.strerror}. Set `SALON_SECRET_KEY`."
        ) from error
    if len(secret) < _SECRET_BYTES:
        raise AuthorError(
            "settings.secret",
            f"`{path}` is too short for a secret: {len(secret)} bytes, at least {_SECRET_BYTES} are needed. "
            "Delete it, and the next start makes a new one, or set `SALON_SECRET_KEY`.",
        )
    return secret


def _make_secret(path: Path) -> None:
    """Put a secret at `path` in one step; when several processes do so, the first one's stays."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(os.urandom(_SECRET_BYTES).hex().encode())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        Path(temporary).unlink()
