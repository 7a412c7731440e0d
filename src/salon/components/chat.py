"""The components of a chat page."""

from dataclasses import dataclass
from typing import Literal

RemoteImages = Literal["ask", "allow", "block"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Chatbot:
    """The area that shows the conversation.

    Args:
        label: accessible name of the conversation; the page's own word for it by default.
        placeholder: Markdown or HTML, shown in the middle while nothing has been said.
        height: a number of pixels or a CSS length; fills the window by default.
        min_height: like `height`.
        max_height: like `height`.
        autoscroll: whether the page follows a growing reply while its reader is at the end.
        remote_images: what happens to images at other hosts that a text in the conversation asks for. Their
            addresses can carry words of the conversation out, so `"ask"` names the host and loads the image at a
            click; `"allow"` loads all, `"block"` none.
    """

    label: str | None = None
    placeholder: str | None = None
    height: int | float | str | None = None
    min_height: int | float | str | None = None
    max_height: int | float | str | None = None
    autoscroll: bool = True
    remote_images: RemoteImages = "ask"


@dataclass(frozen=True, kw_only=True, slots=True)
class Textbox:
    """The box to write in.

    Args:
        placeholder: shown while it is empty.
        label: accessible name; the page's own word for it by default.
        lines: height in lines while it is empty.
        max_lines: how many lines it grows to before it scrolls.
        max_length: how many characters one may type.
        container: `False` draws no frame around it.
        scale: its share of the row's width, in relation to what else stands there.
        autofocus: whether it has the focus when the page opens, and after each reply.
        submit_btn: label of the button that sends; `True` for an icon, `False` for no button.
        stop_btn: label of the button that stops a reply; like `submit_btn`.
    """

    placeholder: str | None = None
    label: str | None = None
    lines: int = 1
    max_lines: int = 20
    max_length: int | None = None
    container: bool = True
    scale: int | None = None
    autofocus: bool = True
    submit_btn: str | bool | None = True
    stop_btn: str | bool | None = True


@dataclass(frozen=True, slots=True)
class Button:
    """A button, to name one of the chat's own: `retry_btn=salon.Button("Again")`.

    Args:
        value: its label.
    """

    value: str = "Run"
