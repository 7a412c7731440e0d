"""The chatbot: the component that shows a conversation."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any, ClassVar, Literal

import msgspec

from salon.components.base import Component, ComponentError, InputError, Packing
from salon.components.events import Event
from salon.components.parameter_checks import component
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
    r"""The area of the page that shows the conversation.

    Args:
        value: messages with which every conversation begins, in the forms that functions may return; they are part of
            the history that the function gets. In a `ChatInterface`, a function without parameters is called once, when
            the page is defined. On a page with other components, the messages that it shows.
        type: form in which functions on a page get the conversation: `"messages"`, a list of `{"role": …, "content":
            …}`, or `"tuples"`, a list of `[user, assistant]`. Functions may return either form.
        label: accessible name of the conversation, shown above it; by default a name in the page's language, which is
            not shown.
        show_label: `False` hides the label.
        placeholder: Markdown or HTML, shown in the middle of an empty conversation.
        height: the height, as a number of pixels or a CSS length; by default the conversation fills the window.
        min_height: the smallest height, like `height`.
        max_height: the largest height, like `height`.
        resizable: `True` lets users drag the lower edge; needs a `height`.
        autoscroll: whether the page follows a growing reply while it is scrolled to the end.
        editable: `"user"` or `"all"` lets users edit the messages that they sent.
        layout: `"bubble"`, or `"panel"` for rows of the full width.
        avatar_images: images beside the messages of the user and of the assistant: each a path, an address or `None`.
        rtl: `True` sets the direction to right-to-left.
        render_markdown: `False` shows Markdown as plain text.
        render_user_markdown: `True` shows users' messages as Markdown, too.
        line_breaks: `False` treats single line breaks as spaces, as Markdown itself does.
        latex_delimiters: delimiters of formulas, each `{"left": "$$", "right": "$$", "display": True}`, in any order.
            By default `$$…$$`, `\[…\]`, `\(…\)`, environments such as `\begin{align}`, fences named `math`, and `$…$`
            where it cannot be an amount of money; an empty list turns formulas off.
        show_copy_button: `False` hides the button that copies a message.
        show_copy_all_button: `False` removes the command that copies the conversation from the menu.
        buttons: the buttons that are shown, `"copy"` and `"copy_all"`, as another way to write both of the above.
        watermark: text that is appended to copied messages.
        examples: examples like those of `ChatInterface`, for programs that pass them here.
        sanitize_html: `False` renders HTML in replies with its styles and scripts: block by block, in frames that can
            reach neither the page nor the server. By default, styles and scripts are removed.
        allow_tags: tags in replies that are not HTML, such as a model's `<tool>`: `True` shows all tags as the model
            wrote them, a list the tags that it names, `False` none. The content of a hidden tag is shown.
        group_consecutive_messages: `True` groups consecutive messages of one role below one avatar; `False` separates
            them.
        remote_images: images from other hosts in the conversation's texts. Their addresses can leak the conversation's
            content, so `"ask"` shows the host and loads the image after a click; `"allow"` loads all, `"block"` none.
        reasoning_tags: pairs of the tags around a model's reasoning in its text, such as `[("<think>", "</think>")]`;
            the text between them is shown as a thought.
        like_user_message: `True` lets users rate their own messages as well as replies.
        feedback_options: the options for rating a message, if a function is bound to `like`, or the `ChatInterface` has
            no `flagging_options`: `"Like"` and `"Dislike"` are thumbs, the others are in a menu.
        feedback_value: on a page with other components, the initial ratings: for each turn of the assistant, in order,
            an option, several, or `None`.
    """

    like: ClassVar[Event] = Event()
    retry: ClassVar[Event] = Event()
    undo: ClassVar[Event] = Event()
    edit: ClassVar[Event] = Event()
    clear: ClassVar[Event] = Event()
    example_select: ClassVar[Event] = Event()
    option_select: ClassVar[Event] = Event()

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
        """Validate a client's messages, and return them."""
        try:
            messages = msgspec.convert([] if value is None else value, tuple[Message, ...])
        except msgspec.ValidationError as error:
            raise InputError(f"takes a list of messages: {error}") from None
        if len(messages) > _MESSAGES_AT_MOST:
            raise InputError(f"takes at most {_MESSAGES_AT_MOST} messages, got {len(messages)}")
        return messages

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        del packing
        raise ComponentError(
            "shows a whole conversation, so a message cannot contain it. Return messages or text instead."
        )
