"""From a description to a frozen application. Every error that an author can make is raised here."""

import difflib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar, get_args

from salon.components.chat import Button, Chatbot, RemoteImages, Textbox
from salon.errors import AuthorError
from salon.spec.app import AppSpec
from salon.spec.chat import ChatSpec
from salon.spec.config import ButtonsConfig, ChatbotConfig, ExampleConfig, PageConfig, TextboxConfig
from salon.spec.endpoint import ChatEndpoint
from salon.spec.signature import Signature, inspect_chat_function, is_async
from salon.themes import THEMES, Default, Theme

_T = TypeVar("_T")

_LENGTH = re.compile(r"[\w\s.%()+*/,-]+\Z")


def compile_chat(spec: ChatSpec, *, request_type: type, injected_types: tuple[type, ...]) -> AppSpec:
    """Return the application that `spec` describes.

    Args:
        spec: the description.
        request_type: parameters of the function annotated so get the request.
        injected_types: parameters of the function whose default is one of these keep it.

    Raises:
        AuthorError: the description contradicts itself or names what does not exist; the
            message lists all problems at once.
    """
    problems: list[AuthorError] = []
    signature = Signature(())
    page = PageConfig()
    theme: Theme = Default()
    with _collecting(problems):
        theme = _theme(spec.theme)
    with _collecting(problems):
        signature = inspect_chat_function(spec.fn, request_type=request_type, injected_types=injected_types)
    with _collecting(problems):
        _require_one_of("type", spec.type, ("messages", "tuples"))
    with _collecting(problems):
        _require_limit(spec.concurrency_limit)
    with _collecting(problems):
        page = _page(spec, type(theme).__name__.lower())
    additions = {"css": spec.css or "", "head": spec.head or ""}
    for name, paths in (("css", spec.css_paths), ("head", spec.head_paths)):
        with _collecting(problems):
            additions[name] = "\n".join([*_texts(f"{name}_paths", paths), additions[name]]).strip()
    if problems:
        raise _together(problems)
    chat = ChatEndpoint(
        function=spec.fn,
        signature=signature,
        runs_on_loop=is_async(spec.fn),
        history=spec.type,
        concurrency_limit=spec.concurrency_limit,
        concurrency_id=spec.concurrency_id,
        examples=tuple(example.text for example in page.examples),
        caches_examples=spec.cache_examples,
    )
    return AppSpec(page=page, chat=chat, theme_css=theme.css(), js=spec.js or "", **additions)


def _page(spec: ChatSpec, theme: str) -> PageConfig:
    problems: list[AuthorError] = []
    chatbot, textbox = Chatbot(), Textbox(submit_btn=_label(spec.submit_btn), stop_btn=_label(spec.stop_btn))
    with _collecting(problems):
        chatbot = _instance("chatbot", spec.chatbot, Chatbot) or chatbot
    with _collecting(problems):
        textbox = _instance("textbox", spec.textbox, Textbox) or textbox
    with _collecting(problems):
        _require_one_of("remote_images", chatbot.remote_images, get_args(RemoteImages))
    for length in (chatbot.height, chatbot.min_height, chatbot.max_height):
        with _collecting(problems):
            _css_length(length)
    with _collecting(problems):
        _require_texts("examples", spec.examples or ())
    for name in ("submit_btn", "stop_btn", "retry_btn", "undo_btn", "clear_btn"):
        with _collecting(problems):
            _require_label(name, getattr(spec, name))
    if problems:
        raise _together(problems)
    return PageConfig(
        title=spec.title,
        description=spec.description,
        lang=spec.lang,
        theme=theme,
        chatbot=ChatbotConfig(
            label=chatbot.label,
            placeholder=chatbot.placeholder,
            height=_css_length(chatbot.height),
            min_height=_css_length(chatbot.min_height),
            max_height=_css_length(chatbot.max_height),
            autoscroll=chatbot.autoscroll and spec.autoscroll,
            remote_images=chatbot.remote_images,
        ),
        textbox=TextboxConfig(
            placeholder=textbox.placeholder,
            label=textbox.label,
            container=textbox.container,
            scale=textbox.scale,
            lines=textbox.lines,
            max_lines=textbox.max_lines,
            max_length=textbox.max_length,
            autofocus=textbox.autofocus and spec.autofocus,
        ),
        buttons=ButtonsConfig(
            submit=_shown(textbox.submit_btn),
            stop=_shown(textbox.stop_btn),
            retry=_shown(_label(spec.retry_btn)),
            undo=_shown(_label(spec.undo_btn)),
            clear=_shown(_label(spec.clear_btn)),
        ),
        examples=tuple(ExampleConfig(text=text) for text in spec.examples or ()),
        run_examples_on_click=spec.run_examples_on_click,
        editable=spec.editable,
    )


def _texts(name: str, paths: str | Path | Sequence[str | Path] | None) -> list[str]:
    """Return what is in the author's files.

    Raises:
        AuthorError: one cannot be read.
    """
    all_paths = [paths] if isinstance(paths, str | Path) else list(paths or ())
    try:
        return [Path(path).read_text("utf-8") for path in all_paths]
    except (OSError, UnicodeDecodeError) as error:
        raise AuthorError(f"chat.{name}", f"`{name}` names a file that cannot be read: {error}.") from None


def _theme(theme: str | Theme | None) -> Theme:
    if isinstance(theme, Theme):
        return theme
    name = theme or "default"
    _require_one_of("theme", name, tuple(THEMES))
    return THEMES[name]()


@contextmanager
def _collecting(problems: list[AuthorError]) -> Iterator[None]:
    try:
        yield
    except AuthorError as error:
        problems.append(error)


def _together(problems: Sequence[AuthorError]) -> AuthorError:
    if len(problems) == 1:
        return problems[0]
    return AuthorError(problems[0].code, "\n".join(f"- {problem.message}" for problem in problems))


def _instance(name: str, value: _T | None, wanted: type[_T]) -> _T | None:
    if value is not None and not isinstance(value, wanted):
        raise AuthorError("chat.component", f"`{name}` has to be a `{wanted.__name__}`, got `{value!r}`.")
    return value


def _require_one_of(name: str, value: object, known: Sequence[str]) -> None:
    if value in known:
        return
    nearest = difflib.get_close_matches(str(value), known, n=1)
    hint = f" Did you mean `{nearest[0]}`?" if nearest else ""
    raise AuthorError(f"chat.{name}", f"`{name}` has to be one of {', '.join(known)}; got `{value!r}`.{hint}")


def _require_limit(limit: object) -> None:
    if limit is None or limit == "default" or (type(limit) is int and limit > 0):
        return
    raise AuthorError(
        "chat.concurrency_limit",
        f'`concurrency_limit` has to be a positive number, `None` or "default"; got `{limit!r}`.',
    )


def _require_texts(name: str, values: Sequence[object]) -> None:
    if isinstance(values, str) or not all(isinstance(value, str) for value in values):
        raise AuthorError(f"chat.{name}", f"`{name}` has to be a list of strings, got `{values!r}`.")


def _require_label(name: str, value: object) -> None:
    if not isinstance(value, str | bool | Button | None):
        raise AuthorError(
            f"chat.{name}", f"`{name}` has to be a label, `True`, `False` or a `Button`; got `{value!r}`."
        )


def _label(button: str | bool | Button | None) -> str | bool | None:
    return button.value if isinstance(button, Button) else button


def _shown(label: str | bool | None) -> str | bool | None:
    """Turn what authors say of a button (`True`: as usual, `None` or `False`: none) into what the page is told."""
    return None if label is True else label or False


def _css_length(length: float | str | None) -> str | None:
    if length is None:
        return None
    if isinstance(length, int | float) and length > 0:
        return f"{length:g}px"
    if isinstance(length, str) and _LENGTH.match(length):
        return length
    raise AuthorError("chat.length", f"A height has to be a number of pixels or a CSS length, got `{length!r}`.")
