"""The components of a chat page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from salon.components.parameters import takes_parameters

RemoteImages = Literal["ask", "allow", "block"]
FileCount = Literal["single", "multiple", "directory"]
FileSource = Literal["upload", "microphone", "camera"]
Layout = Literal["bubble", "panel"]
ChatButton = Literal["copy", "copy_all"]
Picture = str | Path


@takes_parameters(
    renamed={"resizeable": "resizable"},
    ignored=frozenset(
        (
            "type",
            "show_share_button",
            "bubble_full_width",
            "likeable",
            "container",
            "scale",
            "min_width",
            "render",
            "key",
            "every",
        )
    ),
)
@dataclass(frozen=True, kw_only=True, slots=True)
class Chatbot:
    r"""The area that shows the conversation.

    Args:
        value: messages that every conversation begins with, in the form of the history; the function gets them
            with it.
        label: accessible name of the conversation, shown above it; the page's own word for it, not shown, by default.
        show_label: `False` does not show the label.
        placeholder: Markdown or HTML, shown in the middle while nothing has been said.
        height: a number of pixels or a CSS length; fills the window by default.
        min_height: like `height`.
        max_height: like `height`.
        resizable: whether the reader may drag its lower edge; only with a `height`.
        autoscroll: whether the page follows a growing reply while its reader is at the end.
        editable: `"user"` or `"all"`: users may edit what they sent.
        layout: `"bubble"`, or `"panel"` for rows of the full width.
        avatar_images: pictures beside the user's and the assistant's messages: a path or an address each, or `None`.
        rtl: the conversation runs from right to left.
        render_markdown: `False` shows replies as they are.
        line_breaks: `False` takes single line breaks for spaces, as Markdown itself does.
        latex_delimiters: what encloses formulas: `{"left": "$$", "right": "$$", "display": True}` each. By default
            `$$…$$`, `\[…\]`, `\(…\)` and `$…$` where it cannot be money; an empty list for none.
        show_copy_button: `False` shows no button that copies a message.
        show_copy_all_button: `False` takes the copying of the conversation out of the menu.
        buttons: instead of both: which of `"copy"` and `"copy_all"` there are.
        watermark: added to what is copied.
        examples: like those of `ChatInterface`, for programs that put them here.
        sanitize_html: `False` shows HTML in replies with its styles and scripts: block by block, in frames that can
            reach neither the page nor the server. Otherwise what could do harm is left out.
        allow_tags: what happens to tags in replies that are no HTML, such as a model's `<tool>`: `True` shows them as
            the model wrote them, a list only these; the others, with `False` all, are left out, their content stays.
        group_consecutive_messages: messages of one side that follow each other stand together, below one avatar;
            `False` sets them apart.
        remote_images: what happens to images at other hosts that a text in the conversation asks for. Their
            addresses can carry words of the conversation out, so `"ask"` names the host and loads the image at a
            click; `"allow"` loads all, `"block"` none.
        elem_id: `id` of its element, for an author's own styles.
        elem_classes: classes of its element, likewise.
        reasoning_tags: pairs of what stands before and after a model's thoughts in its text, such as
            `[("<think>", "</think>")]`; what is between them is shown as a thought.
    """

    value: Sequence[Mapping[str, Any]] | None = None
    label: str | None = None
    show_label: bool | None = None
    placeholder: str | None = None
    height: int | float | str | None = None
    min_height: int | float | str | None = None
    max_height: int | float | str | None = None
    resizable: bool = False
    autoscroll: bool = True
    editable: Literal["user", "all"] | None = None
    layout: Layout | None = None
    avatar_images: tuple[Picture | None, Picture | None] | None = None
    rtl: bool = False
    render_markdown: bool = True
    line_breaks: bool = True
    latex_delimiters: Sequence[Mapping[str, Any]] | None = None
    show_copy_button: bool = True
    show_copy_all_button: bool = True
    buttons: Sequence[str] | None = None
    watermark: str | None = None
    examples: Sequence[Any] | None = None
    sanitize_html: bool = True
    allow_tags: bool | Sequence[str] = True
    group_consecutive_messages: bool = True
    remote_images: RemoteImages = "ask"
    elem_id: str | None = None
    elem_classes: str | Sequence[str] | None = None
    reasoning_tags: Sequence[tuple[str, str]] | None = None


@takes_parameters(
    ignored=frozenset(
        ("info", "interactive", "visible", "show_copy_button", "min_width", "render", "key", "every", "type")
    )
)
@dataclass(frozen=True, slots=True)
class Textbox:
    """The box to write in.

    Args:
        value: what stands in it when the page opens, unless there is a draft.
        placeholder: shown while it is empty.
        label: accessible name, shown above it; the page's own word for it, not shown, by default.
        show_label: `False` does not show the label.
        lines: height in lines while it is empty.
        max_lines: how many lines it grows to before it scrolls.
        max_length: how many characters one may type.
        container: `False` draws no frame around it.
        scale: its share of the row's width, in relation to what else stands there.
        autofocus: whether it has the focus when the page opens, and after each reply.
        text_align: `"left"` or `"right"`; the side on which the language begins by default.
        rtl: it runs from right to left; by default as what is typed does.
        html_attributes: further attributes of the text area: `autocapitalize`, `autocorrect`, `enterkeyhint`,
            `inputmode`, `lang`, `spellcheck`, `tabindex`, `title`.
        submit_btn: label of the button that sends; `True` for an icon, `False` for no button.
        stop_btn: label of the button that stops a reply; like `submit_btn`.
        elem_id: `id` of its element, for an author's own styles.
        elem_classes: classes of its element, likewise.
    """

    value: str | None = None
    placeholder: str | None = None
    label: str | None = None
    show_label: bool | None = None
    lines: int = 1
    max_lines: int = 20
    max_length: int | None = None
    container: bool = True
    scale: int | None = None
    autofocus: bool = True
    text_align: Literal["left", "right"] | None = None
    rtl: bool | None = None
    html_attributes: Mapping[str, Any] | None = None
    submit_btn: str | bool | None = True
    stop_btn: str | bool | None = True
    elem_id: str | None = None
    elem_classes: str | Sequence[str] | None = None


@takes_parameters(
    ignored=frozenset(("info", "interactive", "visible", "min_width", "render", "key", "every", "type", "buttons"))
)
@dataclass(frozen=True, slots=True, kw_only=True)
class MultimodalTextbox(Textbox):
    """The box to write in and to attach files to. Its other arguments are those of `Textbox`.

    Args:
        file_count: `"single"` for one file a message, `"multiple"` for several, `"directory"` for whole folders.
        file_types: what may be attached: extensions such as `".pdf"`, `"image"`, `"audio"`, `"video"`, `"text"` or
            media types; anything by default. A file is judged by its content.
        sources: where files come from: `"upload"`, `"microphone"`, `"camera"`. Pasting works either way.
        max_plain_text_length: a pasted text that is longer becomes a file.
    """

    file_count: FileCount = "multiple"
    file_types: Sequence[str] | None = None
    sources: Sequence[FileSource] = ("upload",)
    max_plain_text_length: int = 1_000


@takes_parameters(
    ignored=frozenset(
        (
            "variant",
            "size",
            "icon",
            "link",
            "visible",
            "interactive",
            "elem_id",
            "elem_classes",
            "scale",
            "min_width",
            "render",
            "key",
        )
    )
)
@dataclass(frozen=True, slots=True)
class Button:
    """A button, to name one of the chat's own: `retry_btn=salon.Button("Again")`.

    Args:
        value: its label.
    """

    value: str = "Run"
