"""Text inputs."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, ClassVar, Literal

from salon.components.base import Component, ComponentError, FindPath, InputError, Packing
from salon.components.events import Event
from salon.components.parameter_checks import component, given_to
from salon.components.props import MultimodalTextboxProps, Props, TextboxProps
from salon.media_types import is_accepted
from salon.messages.parts import FileRef
from salon.text import clean

FileCount = Literal["single", "multiple", "directory"]
FileSource = Literal["upload", "microphone", "camera"]
_TYPES = ("text", "password", "email")
_LENGTH = 1_000_000
_FILES_AT_MOST = 20


@component(ignored=frozenset(("autoscroll", "show_share_button")))
class Textbox(Component):
    """A text box: the chat's own, an additional input, or a component of a page.

    Args:
        value: initial text; in the chat's own box, a stored draft takes precedence.
        placeholder: text shown while the box is empty.
        lines: height of the empty box, in lines.
        max_lines: number of lines up to which the box grows before it scrolls.
        max_length: largest number of characters that can be entered.
        type: kind of text: `"text"`, `"password"` or `"email"`.
        autofocus: whether the box gets the focus when the page opens, and, in a chat, after each reply.
        text_align: `"left"` or `"right"`; by default the side at which the text's language begins.
        rtl: `True` sets the direction to right-to-left, `False` to left-to-right; by default it follows the text.
        html_attributes: further attributes of the `<textarea>`: `autocapitalize`, `autocorrect`, `enterkeyhint`,
            `inputmode`, `lang`, `spellcheck`, `tabindex`, `title`.
        submit_btn: label of the button that submits; `True` for an icon, `False` for no button.
        stop_btn: label of the button that stops a reply; like `submit_btn`.
        show_copy_button: `True` adds a button that copies the text.
        buttons: `["copy"]`, as another way to write `show_copy_button=True`.
    """

    submit: ClassVar[Event] = Event()
    focus: ClassVar[Event] = Event()
    blur: ClassVar[Event] = Event()

    kind: ClassVar[str] = "textbox"
    value_props: ClassVar[tuple[str, ...]] = ()

    value: Any = field(default=None, kw_only=False)
    placeholder: str | None = None
    lines: int = 1
    max_lines: int = 20
    max_length: int | None = None
    type: str = "text"
    autofocus: bool = True
    text_align: Literal["left", "right"] | None = None
    rtl: bool | None = None
    html_attributes: Mapping[str, Any] | None = None
    submit_btn: str | bool | None = True
    stop_btn: str | bool | None = True
    show_copy_button: bool = False
    buttons: Sequence[Any] | None = None

    def schema(self) -> dict[str, Any]:
        """See `Component.schema`."""
        bounds = {} if self.max_length is None else {"maxLength": self.max_length}
        return {"type": "string", **bounds}

    def accept(self, value: Any) -> Any:
        """See `Component.accept`."""
        return accept_text(value, limit=self.max_length)

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        del packing
        if self.type not in _TYPES:
            raise ComponentError(f"has no type {self.type!r}. Use one of {', '.join(_TYPES)}.")
        return text_of(self.value), self._props(
            TextboxProps,
            placeholder=self.placeholder,
            lines=self.lines,
            max_lines=max(self.max_lines, self.lines),
            max_length=self.max_length,
            type=self.type,
            text_align=self.text_align,
            rtl=self.rtl,
            submit=given_to(self).get("submit_btn") or None,
            copyable=self.show_copy_button or "copy" in (self.buttons or ()),
        )


@component(ignored=frozenset(("autoscroll", "show_share_button")))
class TextArea(Textbox):
    """A text box for longer texts: a `Textbox` of seven lines, whose arguments it has.

    Args:
        lines: height of the empty box, in lines.
    """

    lines: int = 7


@component(ignored=frozenset(("autoscroll",)))
class MultimodalTextbox(Textbox):
    """A text box to which files can be attached. Its other arguments are those of `Textbox`.

    Args:
        file_count: files that can be attached: `"single"` for one, `"multiple"` for several, `"directory"` for folders.
        file_types: accepted types: extensions such as `".pdf"`, `"image"`, `"audio"`, `"video"`, `"text"` or media
            types; all by default. The type is detected from a file's content.
        sources: ways to attach files: `"upload"`, `"microphone"`, `"camera"`. Files can always be pasted.
        max_plain_text_length: number of characters above which a pasted text becomes a file.
    """

    kind: ClassVar[str] = "multimodaltextbox"
    value_props: ClassVar[tuple[str, ...]] = ("sources",)
    blocks: ClassVar[bool] = True

    file_count: FileCount = "multiple"
    file_types: Sequence[str] | None = None
    sources: Sequence[FileSource] = ("upload",)
    max_plain_text_length: int = 1_000

    def schema(self) -> dict[str, Any]:
        """See `Component.schema`."""
        files = {"type": "array", "items": {"type": "object", "title": "File"}}
        return {"type": "object", "properties": {"text": {"type": "string"}, "files": files}}

    def accept(self, value: Any) -> Any:
        """See `Component.accept`."""
        if value is None or isinstance(value, str):
            return {"text": accept_text(value, limit=self.max_length), "files": []}
        files = value.get("files") or [] if isinstance(value, Mapping) else None
        if not isinstance(files, list) or len(files) > _FILES_AT_MOST:
            raise InputError(f'takes {{"text": "…", "files": […]}} with at most {_FILES_AT_MOST} files')
        types = (self.file_types,) if isinstance(self.file_types, str) else tuple(self.file_types or ())
        for file in files:
            if not isinstance(file, FileRef):
                raise InputError("takes ids of uploaded files; upload the file first")
            if not is_accepted(file.name, file.media_type, types):
                raise InputError(f"takes files of type {', '.join(types)}; `{file.name}` is {file.media_type}")
        return {"text": accept_text(value.get("text"), limit=self.max_length), "files": files}

    def read(self, value: Any, files: FindPath) -> Any:
        """See `Component.read`."""
        paths = [files(file) for file in value["files"]]
        return {"text": value["text"], "files": [str(path) for path in paths if path is not None]}

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        given = self.value if isinstance(self.value, Mapping) else {"text": self.value}
        types = (self.file_types,) if isinstance(self.file_types, str) else tuple(self.file_types or ())
        return text_of(given.get("text")), self._props(
            MultimodalTextboxProps,
            placeholder=self.placeholder,
            lines=self.lines,
            max_lines=max(self.max_lines, self.lines),
            max_length=self.max_length,
            sources=tuple(packing.source(file, "file") for file in given.get("files") or ()),
            count=self.file_count,
            types=types,
            taken_by=_devices(self.sources),
            submit=given_to(self).get("submit_btn", True) or None,
        )


def _devices(sources: Sequence[str] | str) -> tuple[str, ...]:
    named = {"camera": "webcam", "microphone": "microphone"}
    names = (sources,) if isinstance(sources, str) else sources
    return tuple(named[source] for source in names if source in named)


def accept_text(value: Any, *, limit: int | None = None) -> str:
    """Return a client's text; the empty text for `None`.

    Raises:
        InputError: the value is no text, or longer than `limit` characters.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(f"takes text, got {value!r:.80}")
    limit = _LENGTH if limit is None else limit
    if len(value) > limit:
        raise InputError(f"takes at most {limit} characters, got {len(value)}")
    return clean(value)


def text_of(value: Any) -> str:
    """Return an author's text; the empty text for `None`.

    Raises:
        ComponentError: the value is no text.
    """
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ComponentError(f"shows text, got a value of type `{type(value).__name__}`. Convert it with `str()`.")
    return str(value)
