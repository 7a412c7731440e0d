"""The configuration of the page."""

from typing import Any, Literal, TypeAlias

import msgspec

from salon.components.chat import Layout, RemoteImages
from salon.components.text import FileCount, FileSource
from salon.events.types import PROTOCOL
from salon.messages.message import Message
from salon.messages.parts import ComponentPart

ShowProgress = Literal["full", "minimal", "hidden"]
HistoryPlace = Literal["browser", "server"]


class _Config(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    pass


class ExampleFile(_Config, frozen=True, kw_only=True):
    """A file of an example. The server attaches it to the sent example; the page fetches it to fill the text box."""

    name: str
    address: str


class ExampleConfig(_Config, frozen=True, kw_only=True):
    """One example: a click sends `text`. Its card shows `label` instead, and the image at `icon`.

    `values` are the values of additional inputs, by id.
    """

    text: str
    label: str | None = None
    icon: str | None = None
    files: tuple[ExampleFile, ...] = ()
    values: dict[str, Any] = {}


class Delimiters(_Config, frozen=True, kw_only=True):
    """The delimiters of a formula; `display` shows it in a line of its own."""

    left: str
    right: str
    display: bool = False


class FeedbackConfig(_Config, frozen=True, kw_only=True):
    """The options for rating messages.

    `Like` and `Dislike` are thumbs; the other options are in a menu, with the texts of `labels` if there are some.
    `comments` adds a text box; `user_messages` lets users rate their own messages. `presets` are the initial ratings of
    each turn.
    """

    options: tuple[str, ...] = ("Like", "Dislike")
    labels: tuple[str, ...] = ()
    comments: bool = False
    user_messages: bool = False
    presets: tuple[tuple[str, ...], ...] = ()


class ChatbotConfig(_Config, frozen=True, kw_only=True):
    """The area of the conversation.

    Lengths are CSS lengths; `placeholder` is Markdown or HTML, shown while the conversation is empty. `opening` are the
    messages with which every conversation begins. `user_avatar` and `bot_avatar` are addresses of images. `formulas` is
    `None` for the page's default delimiters. `frames_html` shows blocks of HTML in frames; `tags` are the tags outside
    of HTML that are shown as text. `groups_messages` groups consecutive messages of one role. `remote_images` decides
    about images on other hosts: loaded after a click, at once, or never. `feedback` is set if users may rate messages.
    """

    label: str | None = None
    shows_label: bool = False
    placeholder: str | None = None
    opening: tuple[Message, ...] = ()
    height: str | None = None
    min_height: str | None = None
    max_height: str | None = None
    resizable: bool = False
    autoscroll: bool = True
    layout: Layout = "bubble"
    user_avatar: str | None = None
    bot_avatar: str | None = None
    rtl: bool = False
    renders_markdown: bool = True
    renders_user_markdown: bool = False
    line_breaks: bool = True
    formulas: tuple[Delimiters, ...] | None = None
    watermark: str | None = None
    frames_html: bool = False
    tags: bool | tuple[str, ...] = True
    groups_messages: bool = True
    remote_images: RemoteImages = "ask"
    feedback: FeedbackConfig | None = None
    elem_id: str | None = None
    elem_classes: tuple[str, ...] = ()


class TextboxConfig(_Config, frozen=True, kw_only=True):
    """The text box for messages. `container` draws a frame around it; `scale` is its share of the row's width."""

    value: str | None = None
    placeholder: str | None = None
    label: str | None = None
    shows_label: bool = False
    container: bool = True
    scale: int | None = None
    lines: int = 1
    max_lines: int = 20
    max_length: int | None = None
    autofocus: bool = True
    text_align: Literal["left", "right"] | None = None
    rtl: bool | None = None
    attributes: dict[str, str] = {}
    elem_id: str | None = None
    elem_classes: tuple[str, ...] = ()


class FilesConfig(_Config, frozen=True, kw_only=True):
    """The rules for attached files; `size_bytes` is the largest size. A longer pasted text becomes a file."""

    count: FileCount = "multiple"
    types: tuple[str, ...] = ()
    sources: tuple[FileSource, ...] = ("upload",)
    max_plain_text_length: int = 1_000
    size_bytes: int = 100 * 2**20


class ButtonsConfig(_Config, frozen=True, kw_only=True):
    """The labels of the buttons: `None` for the icon and the default label, `False` for no button."""

    submit: str | bool | None = None
    stop: str | bool | None = None
    retry: str | bool | None = None
    undo: str | bool | None = None
    clear: str | bool | None = None
    copy: bool | None = None
    copy_all: bool | None = None


class ComponentNode(_Config, frozen=True, kw_only=True, tag="component", tag_field="type"):
    """A component on the page in its initial state; turns and calls refer to its value by `id`."""

    id: str
    part: ComponentPart


class ChatNode(_Config, frozen=True, kw_only=True, tag="chat", tag_field="type"):
    """A chat on the page, by its name."""

    chat: str


class ContainerNode(_Config, frozen=True, kw_only=True, tag="container", tag_field="type"):
    """A container. The keys of `options` depend on its `kind`."""

    id: str
    kind: Literal["row", "column", "group", "accordion", "sidebar", "tabs", "tab"]
    children: tuple["LayoutNode", ...] = ()
    options: dict[str, Any] = {}


LayoutNode: TypeAlias = ComponentNode | ChatNode | ContainerNode


class InputsConfig(_Config, frozen=True, kw_only=True):
    """The section of additional inputs below the text box, with its heading."""

    children: tuple[LayoutNode, ...]
    label: str | None = None
    open: bool = False


class ChatConfig(_Config, frozen=True, kw_only=True):
    """One chat of the page. `inputs` are the ids of all its additional inputs; `extra` is the section that shows some.

    `chatbot_id` and `textbox_id` identify its conversation and text box in bindings.
    """

    name: str = "chat"
    title: str | None = None
    description: str | None = None
    chatbot: ChatbotConfig = ChatbotConfig()
    chatbot_id: str | None = None
    textbox: TextboxConfig = TextboxConfig()
    textbox_id: str | None = None
    buttons: ButtonsConfig = ButtonsConfig()
    examples: tuple[ExampleConfig, ...] = ()
    examples_label: str | None = None
    run_examples_on_click: bool = True
    editable: bool = False
    files: FilesConfig | None = None
    show_progress: ShowProgress = "minimal"
    inputs: tuple[str, ...] = ()
    extra: InputsConfig | None = None
    history: HistoryPlace | None = None


class BindingConfig(_Config, frozen=True, kw_only=True):
    """A binding: the action of the page at an event, or after another binding's end.

    `triggers` are pairs of a component's id (`None` for the page) and an event. `calls` tells whether the server has a
    function for it, `script` whether the page has one, which is called first. `clears` are components to reset. `mode`
    decides about further events while a call is active: drop them, call at once, or call once afterwards.
    """

    id: str
    triggers: tuple[tuple[str | None, str], ...] = ()
    after: str | None = None
    when: Literal["then", "success", "failure"] = "then"
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    calls: bool = True
    script: bool = False
    clears: tuple[str, ...] = ()
    cancels: tuple[str, ...] = ()
    mode: Literal["once", "multiple", "always_last"] = "once"
    show_progress: ShowProgress = "full"


class PageConfig(_Config, frozen=True, kw_only=True):
    """The whole configuration of the page before the first message.

    Without a `layout`, the page shows its first chat. `values` are components evaluated for this page load.
    """

    protocol: int = PROTOCOL
    title: str | None = None
    lang: str | None = None
    theme: str = "default"
    chats: tuple[ChatConfig, ...] = (ChatConfig(),)
    layout: tuple[LayoutNode, ...] | None = None
    bindings: tuple[BindingConfig, ...] = ()
    values: dict[str, ComponentPart] = {}
    fill_width: bool = False
    max_message_length: int = 100_000
    user: str | None = None
    reload: bool = False
