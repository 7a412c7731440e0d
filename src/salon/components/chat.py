"""The area of a conversation."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any, ClassVar, Literal

import msgspec

from salon.components.base import Component, ComponentError, InputError, Packing
from salon.components.events import Event
from salon.components.parameters import component
from salon.components.props import Props
from salon.messages.message import Message

RemoteImages = Literal["ask", "allow", "block"]
Layout = Literal["bubble", "panel"]
ChatButton = Literal["copy", "copy_all"]
Picture = str | Path
_MESSAGES_AT_MOST = 2_000


@component(
    renamed={"resizeable": "resizable"},
    ignored=frozenset(
        (
            "allow_file_downloads",
            "bubble_full_width",
            "likeable",
            "show_share_button",
        )
    ),
)
class Chatbot(Component):
    r"""The area that shows the conversation.

    Args:
        value: messages that every conversation begins with, as functions may return them; the function gets them with
            the history. Of a `ChatInterface`, a function without parameters is called once, when the page is described.
            Among other components of a page, what it shows.
        type: among other components of a page, what functions get of it: `"messages"`, a list of
            `{"role": …, "content": …}`, or `"tuples"`, a list of `[user, assistant]`. It shows either.
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
        render_user_markdown: `True` shows users' messages as Markdown, too.
        line_breaks: `False` takes single line breaks for spaces, as Markdown itself does.
        latex_delimiters: what encloses formulas: `{"left": "$$", "right": "$$", "display": True}` each, in any order.
            By default `$$…$$`, `\[…\]`, `\(…\)`, environments such as `\begin{align}`, fences named `math`, and `$…$`
            where it cannot be money; an empty list for none.
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
        reasoning_tags: pairs of what stands before and after a model's thoughts in its text, such as
            `[("<think>", "</think>")]`; what is between them is shown as a thought.
        like_user_message: the user's messages can be judged, too, where replies can.
        feedback_options: what can be said of a message, when a function is bound to `like`, or the `ChatInterface` has
            no `flagging_options`: `"Like"` and `"Dislike"` are thumbs, all others stand in a menu.
        feedback_value: among other components of a page, what is chosen at first: an option, several, or `None` for
            each turn of the assistant, in order.
    """

    like = Event()
    retry = Event()
    undo = Event()
    edit = Event()
    clear = Event()
    example_select = Event()
    option_select = Event()

    kind: ClassVar[str] = "chatbot"
    value_props: ClassVar[tuple[str, ...]] = ("messages",)

    value: Any = field(default=None, kw_only=False)
    type: Literal["messages", "tuples"] = "messages"
    placeholder: str | None = None
    min_height: int | float | str | None = None
    max_height: int | float | str | None = None
    resizable: bool = False
    autoscroll: bool = True
    editable: Literal["user", "all"] | None = None
    layout: Layout | None = None
    avatar_images: tuple[Picture | None, Picture | None] | None = None
    rtl: bool = False
    render_markdown: bool = True
    render_user_markdown: bool = False
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
    reasoning_tags: Sequence[tuple[str, str]] | None = None
    like_user_message: bool = False
    feedback_options: Sequence[str] | None = ("Like", "Dislike")
    feedback_value: Sequence[str | Sequence[str] | None] | None = None

    def schema(self) -> dict[str, Any]:
        """See `Component.schema`."""
        return {"type": "array", "items": {"type": "object"}}

    def default(self) -> Any:
        """See `Component.default`."""
        return ()

    def accept(self, value: Any) -> Any:
        """Return a client's messages."""
        try:
            messages = msgspec.convert([] if value is None else value, tuple[Message, ...])
        except msgspec.ValidationError as error:
            raise InputError(f"takes a list of messages: {error}") from None
        if len(messages) > _MESSAGES_AT_MOST:
            raise InputError(f"takes at most {_MESSAGES_AT_MOST} messages, got {len(messages)}")
        return messages

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        del packing
        raise ComponentError("shows a conversation, and cannot stand in a message.")
