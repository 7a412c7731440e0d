"""How an application is served: one value, from arguments and the environment."""

import math
import os
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from salon.errors import AuthorError
from salon.private_folders import make_private_folder
from salon.secrets import Secrets

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgtKMGT])?(?:i?[bB])?")
_SECRET_BYTES = 32
_TRUE = ("1", "true", "yes", "on")
_FALSE = ("0", "false", "no", "off", "")
_SIZES = ("max_file_size", "max_files_size", "max_address_size", "max_storage_size", "min_free_disk")


def _setting(
    default: Any, description: str, *, environment: bool = True, least: float | None = None, most: float | None = None
) -> Any:
    return field(
        default=default,
        metadata={"description": description, "environment": environment, "least": least, "most": most},
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Everything about serving that may be set; `SALON_` and the name in capitals does it from outside.

    An argument that is given wins over the environment.
    """

    server_name: str = _setting("127.0.0.1", "address to listen at; `0.0.0.0` for all of the machine's")
    server_port: int | None = _setting(
        None, "port to listen at; by default the first free one from 7860 on", least=0, most=65_535
    )
    root_path: str = _setting("", "path below which a proxy shows the application, or its whole address there")
    inbrowser: bool = _setting(False, "open the page in a browser")
    quiet: bool = _setting(False, "print nothing")
    show_error: bool = _setting(False, "show users the text of exceptions")
    favicon_path: str | None = _setting(None, "picture for the browser's tab")
    max_threads: int = _setting(
        200, "blocking replies written at a time, when the chat sets no `concurrency_limit`", least=1
    )
    max_message_length: int = _setting(100_000, "characters of a message", least=1)
    max_output_length: int = _setting(10 * 2**20, "characters of a reply", least=1)
    max_run_s: float | None = _setting(1_800.0, "seconds that one reply may take", least=0)
    disconnect_policy: str | None = _setting(
        None,
        "what happens to a reply whose readers have all gone: `keep`, `grace` or `cancel`; by default kept "
        "conversations go on, and the others are given a grace",
    )
    disconnect_grace_s: float = _setting(60.0, "seconds of that grace", least=0)
    limits: Mapping[str, Any] | str | None = _setting(
        None,
        "how much one owner, one network address and all callers may take, such as `turns=60/600/6000, uploads=10`",
    )
    ssl_keyfile: str | None = _setting(None, "private key, to serve HTTPS")
    ssl_certfile: str | None = _setting(None, "certificate, to serve HTTPS")
    ssl_keyfile_password: str | None = _setting(None, "password of the private key")
    allowed_hosts: Sequence[str] | None = _setting(
        None, "host names to answer to; by default loopback ones when listening there, else all"
    )
    embed_origins: Sequence[str] = _setting((), "origins, such as `https://example.com`, that may frame the page")
    allowed_paths: Sequence[str] = _setting(
        (), "files and folders that the page may show as `file=PATH`, and functions return files from"
    )
    blocked_paths: Sequence[str] = _setting(
        (), "files and folders that are neither shown nor returned from, wherever they lie"
    )
    max_file_size: int | str | None = _setting(
        None, "size of an uploaded file, as bytes or such as `5mb`; by default 100 MiB"
    )
    max_files_size: int | str = _setting(500 * 2**20, "size of all files of one user, as bytes or such as `500mb`")
    max_address_size: int | str = _setting(
        5 * 2**30, "size of all files that came from one network address, as bytes or such as `5gb`"
    )
    max_storage_size: int | str = _setting(20 * 2**30, "size of all files of all users, as bytes or such as `20gb`")
    min_free_disk: int | str = _setting(
        2**30, "room on the disk that files leave free for everything else, as bytes or such as `1gb`"
    )
    file_retention_days: float = _setting(30.0, "days for which a file is kept after its last use", least=0)
    store: str | None = _setting(
        None,
        "database of kept conversations, `sqlite:///PATH` or `postgresql://…`; a file in the data folder by default",
    )
    conversation_retention_days: float | None = _setting(
        None, "days for which a kept conversation stays after its last message; by default for ever", least=0
    )
    max_conversations: int = _setting(
        10_000, "kept conversations of one user; who has as many deletes some before beginning another", least=1
    )
    trusted_proxies: Sequence[str] = _setting(
        (), "addresses of proxies whose `X-Forwarded-For`, `X-Forwarded-Proto` and `X-Forwarded-Host` are believed"
    )
    grace_s: float = _setting(10.0, "seconds that running replies get when the server is told to stop", least=0)
    secret_key: Sequence[str] | str | None = _setting(
        None,
        "signs what is handed out; of several, the first signs and all are accepted; at least 32 characters each; "
        "made and kept in the data folder by default",
    )
    data_dir: str = _setting(".salon", "folder for what has to outlive a restart")
    gradio_api: bool = _setting(True, "let the clients of Gradio call the chat")
    openai_api: bool = _setting(True, "let the clients of OpenAI call the chat, at `v1`")
    ag_ui_api: bool = _setting(True, "let front ends that speak AG-UI call the chat, at `ag-ui`")
    mcp_server: bool = _setting(False, "serve the chat as a tool for models, at `mcp`")
    api_keys: Sequence[str] | Callable[[str], Any] | None = _setting(
        None, "keys that programs have to send, or a function of a key; by default who may open the page may call it"
    )
    reload: bool = _setting(False, "the page loads itself anew when the server was restarted")
    auth_message: str | None = _setting(None, "what is written where users sign in")
    auth: Any = _setting(
        None, "who may sign in: a (name, password) pair, several, or a function of both", environment=False
    )
    auth_dependency: Callable[[Any], Any] | None = _setting(
        None, "tells of each request the name of the user who has sent it", environment=False
    )
    trusted_header: str | None = _setting(
        None, "header in which a trusted proxy that signs users in puts their name, such as `X-Forwarded-User`"
    )


def read_settings(arguments: Mapping[str, Any], environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings that `arguments` give; what they leave out or give as `None` comes from `environment`.

    Raises:
        AuthorError: values are not of their settings' kind or out of range; the message names them all.
    """
    values: dict[str, Any] = {}
    problems: list[str] = []
    for setting in fields(Settings):
        name, value = setting.name, arguments.get(setting.name)
        variable = f"SALON_{name.upper()}"
        try:
            if value is None and setting.metadata["environment"] and variable in environment:
                name, value = variable, environment[variable]
                value = _parsed(value, str(setting.type))
            if value is not None:
                _check(value, str(setting.type), setting.metadata)
                values[setting.name] = size_bytes(value, setting.name) if setting.name in _SIZES else value
        except ValueError as error:
            shown = f"`{value}`" if isinstance(value, int | float | str) else f"a value of type {type(value).__name__}"
            problems.append(f"`{name}` has to be {error}, got {shown}.")
        except AuthorError as error:
            problems.append(error.message)
    if problems:
        raise AuthorError("settings.value", " ".join(problems))
    return Settings(**values)


def size_bytes(size: int | str, name: str = "max_file_size") -> int:
    """Return a size in bytes: a number, or a text such as `5mb` or `1 GB` (units of 1024).

    Raises:
        AuthorError: it is neither.
    """
    match = _SIZE.fullmatch(str(size))
    if match is None:
        raise AuthorError("settings.size", f"`{name}` has to be a number of bytes or such as `5mb`, got `{size}`.")
    return int(float(match[1]) * 1024 ** " kmgt".index((match[2] or " ").lower()))


def public_url(settings: Settings) -> str | None:
    """Return the address under which a proxy shows the application, without a slash at the end, if it is set."""
    return settings.root_path.rstrip("/") if "://" in settings.root_path else None


def root_path(settings: Settings) -> str:
    """Return the path below which a proxy shows the application, without a slash at the end; empty for none."""
    path = urlsplit(settings.root_path).path.strip("/")
    return f"/{path}" if path else ""


def _parsed(text: str, kind: str) -> Any:
    """Return the value of a kind that a variable's text stands for.

    Raises:
        ValueError: it stands for none; the error says for what it could.
    """
    readers: dict[str, tuple[Callable[[str], Any], str]] = {
        "Sequence": (_items, ""),
        "str": (str, ""),
        "int": (int, "a whole number"),
        "float": (float, "a number"),
        "bool": (_boolean, "`on` or `off`"),
    }
    read, expected = next(reader for word, reader in readers.items() if word in kind)
    try:
        return read(text)
    except ValueError:
        raise ValueError(expected) from None


def _check(value: object, kind: str, limits: Mapping[str, Any]) -> None:
    """Look whether a value is of a setting's kind and within its limits.

    Raises:
        ValueError: it is not; the error says what it has to be.
    """
    least, most = limits["least"], limits["most"]
    within = f" of at least {least}" if most is None else f" from {least} to {most}"
    within = "" if least is None else within
    if kind.endswith("Any") or "Mapping" in kind or ("Callable" in kind and callable(value)):
        return
    if "Sequence" in kind:
        is_right = isinstance(value, Sequence) and not isinstance(value, str | bytes)
        if not is_right or not all(isinstance(item, str | os.PathLike) for item in value):  # type: ignore[attr-defined]
            raise ValueError("a list of texts")
    elif "str" in kind:
        if not isinstance(value, str | os.PathLike) and not ("int" in kind and isinstance(value, int)):
            raise ValueError("a text")
    elif "bool" in kind:
        if not isinstance(value, bool):
            raise ValueError("`True` or `False`")
    else:
        numbers = (int, float) if "float" in kind else (int,)
        is_number = isinstance(value, numbers) and not isinstance(value, bool)
        if not is_number or (least is not None and not least <= value <= (math.inf if most is None else most)):  # type: ignore[operator]
            raise ValueError(f"a {'' if 'float' in kind else 'whole '}number{within}")


def _items(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(",") if item.strip())


def _boolean(text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ValueError(text)


def secrets_of(settings: Settings) -> Secrets:
    """Return the application's secrets, making and keeping one in the data folder when none is set.

    Raises:
        AuthorError: a secret is too short, or the data folder cannot be written.
    """
    given = settings.secret_key
    keys = [given] if isinstance(given, str) else list(given or ())
    if keys:
        short = next((key for key in keys if len(key.encode()) < _SECRET_BYTES), None)
        if short is not None:
            raise AuthorError(
                "settings.secret",
                f"A secret in `SALON_SECRET_KEY` has {len(short)} characters; at least {_SECRET_BYTES} are needed. "
                'Make one with `python -c "import secrets; print(secrets.token_urlsafe(32))"`.',
            )
        return Secrets(key.encode() for key in keys)
    path = Path(settings.data_dir) / "secret_key"
    try:
        make_private_folder(path.parent, narrows=True)
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
    return Secrets([secret])


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
