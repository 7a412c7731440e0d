"""What the page is told about the application."""

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
    """A file of an example. When the example is sent, the server attaches it; to fill the box, the page fetches it."""

    name: str
    address: str


class ExampleConfig(_Config, frozen=True, kw_only=True):
    """One example: clicking sends `text`. The card shows `label` instead, and the picture at `icon`.

    `values` are those of additional inputs, by their ids.
    """

    text: str
    label: str | None = None
    icon: str | None = None
    files: tuple[ExampleFile, ...] = ()
    values: dict[str, Any] = {}


class Delimiters(_Config, frozen=True, kw_only=True):
    """What encloses a formula; `display` gives it a line of its own."""

    left: str
    right: str
    display: bool = False


class FeedbackConfig(_Config, frozen=True, kw_only=True):
    """What readers may say of messages.

    `Like` and `Dislike` are thumbs, all other options stand in a menu, by their `labels` where there are some; with
    `comments` there is a box for words. With `user_messages`, the user's messages can be judged, too. `presets` are
    options for each side's turn at first.
    """

    options: tuple[str, ...] = ("Like", "Dislike")
    labels: tuple[str, ...] = ()
    comments: bool = False
    user_messages: bool = False
    presets: tuple[tuple[str, ...], ...] = ()


class ChatbotConfig(_Config, frozen=True, kw_only=True):
    """The conversation's area.

    Lengths are CSS lengths; `placeholder` is Markdown or HTML, shown while it is empty. `opening` is what every
    conversation begins with. `user_avatar` and `bot_avatar` are addresses of pictures. `formulas` is `None` for the
    page's own rules. With `frames_html`, blocks of replies that hold HTML are shown in frames; `tags` says which tags
    that are no HTML are shown as text. With `groups_messages`, messages of one side that follow each other stand
    together. `remote_images` says what happens to images at other hosts: loaded at a click, at once, or not
    at all. `feedback` is there when readers may say what they think of messages.
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
    """The box to write in. Without `container` it has no frame of its own; `scale` is its share of the row's width."""

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
    """What users may attach; `size_bytes` is what one file may have. A longer pasted text becomes a file."""

    count: FileCount = "multiple"
    types: tuple[str, ...] = ()
    sources: tuple[FileSource, ...] = ("upload",)
    max_plain_text_length: int = 1_000
    size_bytes: int = 100 * 2**20


class ButtonsConfig(_Config, frozen=True, kw_only=True):
    """The label of each button: `None` stands for the icon and the page's own words, `False` for no button."""

    submit: str | bool | None = None
    stop: str | bool | None = None
    retry: str | bool | None = None
    undo: str | bool | None = None
    clear: str | bool | None = None
    copy: bool | None = None
    copy_all: bool | None = None


class ComponentNode(_Config, frozen=True, kw_only=True, tag="component", tag_field="type"):
    """A component on the page, as it is at first; `id` is what turns and calls name its value by."""

    id: str
    part: ComponentPart


class ChatNode(_Config, frozen=True, kw_only=True, tag="chat", tag_field="type"):
    """A chat on the page, by its name."""

    chat: str


class ContainerNode(_Config, frozen=True, kw_only=True, tag="container", tag_field="type"):
    """Something that other things stand in. What `options` holds depends on its `kind`."""

    id: str
    kind: Literal["row", "column", "group", "accordion", "sidebar", "tabs", "tab"]
    children: tuple["LayoutNode", ...] = ()
    options: dict[str, Any] = {}


LayoutNode: TypeAlias = ComponentNode | ChatNode | ContainerNode


class InputsConfig(_Config, frozen=True, kw_only=True):
    """Additional inputs that stand below the text box, and what is above them."""

    children: tuple[LayoutNode, ...]
    label: str | None = None
    open: bool = False


class ChatConfig(_Config, frozen=True, kw_only=True):
    """One chat of the page. `inputs` are the ids of its additional inputs, wherever they stand; `extra` shows some.

    `chatbot_id` and `textbox_id` name its conversation and its box in bindings that hear of these, take or set them.
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
    """What is to happen on the page at an event, or after another binding has ended.

    `triggers` are pairs of a component's id (`None` for the page) and an event. `calls` tells whether the server has a
    function for it, `script` whether the page has one, which comes first. `clears` are components to be emptied.
    `mode` says what a further event means while it runs: nothing, another call, or one more call afterwards.
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
    """All that the page needs to know before the first message.

    Without a `layout`, the page is its first chat. `values` are components as they are for this very page.
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
