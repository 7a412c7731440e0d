"""What the page is told about the application."""

import msgspec

from salon.components.chat import RemoteImages
from salon.events.types import PROTOCOL


class _Config(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    pass


class ExampleConfig(_Config, frozen=True, kw_only=True):
    """One example: clicking sends `text`."""

    text: str


class ChatbotConfig(_Config, frozen=True, kw_only=True):
    """The conversation's area.

    Lengths are CSS lengths; `placeholder` is Markdown or HTML, shown while it is empty. `remote_images` says what
    happens to images at other hosts: loaded at a click, at once, or not at all.
    """

    label: str | None = None
    placeholder: str | None = None
    height: str | None = None
    min_height: str | None = None
    max_height: str | None = None
    autoscroll: bool = True
    remote_images: RemoteImages = "ask"


class TextboxConfig(_Config, frozen=True, kw_only=True):
    """The box to write in. Without `container` it has no frame of its own; `scale` is its share of the row's width."""

    placeholder: str | None = None
    label: str | None = None
    container: bool = True
    scale: int | None = None
    lines: int = 1
    max_lines: int = 20
    max_length: int | None = None
    autofocus: bool = True


class ButtonsConfig(_Config, frozen=True, kw_only=True):
    """The label of each button: `None` stands for the icon and the page's own words, `False` for no button."""

    submit: str | bool | None = None
    stop: str | bool | None = None
    retry: str | bool | None = None
    undo: str | bool | None = None
    clear: str | bool | None = None


class PageConfig(_Config, frozen=True, kw_only=True):
    """All that the page needs to know before the first message."""

    protocol: int = PROTOCOL
    title: str | None = None
    description: str | None = None
    lang: str | None = None
    theme: str = "default"
    chatbot: ChatbotConfig = ChatbotConfig()
    textbox: TextboxConfig = TextboxConfig()
    buttons: ButtonsConfig = ButtonsConfig()
    examples: tuple[ExampleConfig, ...] = ()
    run_examples_on_click: bool = True
    editable: bool = False
    max_message_length: int = 100_000
    user: str | None = None
    reload: bool = False
