"""The compilation of a chat's definition into the page's configuration of it."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import msgspec

from salon.components.base import InputError, classes_of
from salon.components.chat import Chatbot, ChatButton, Layout, RemoteImages
from salon.components.layout import Accordion
from salon.components.parameter_checks import given_to
from salon.components.text import FileCount, FileSource, MultimodalTextbox, Textbox
from salon.definition.chat import ChatSpec
from salon.definition.checks import (
    collecting,
    instance,
    label,
    label_setting,
    length_of,
    require_label,
    require_one_of,
    together,
)
from salon.definition.config import (
    ButtonsConfig,
    ChatbotConfig,
    ChatConfig,
    Delimiters,
    ExampleConfig,
    ExampleFile,
    FilesConfig,
    HistoryPlace,
    InputsConfig,
    ShowProgress,
    TextboxConfig,
)
from salon.definition.endpoint import Parameter
from salon.definition.history import compile_history
from salon.definition.opening_messages import compile_opening_messages
from salon.definition.page_components import PageComponents
from salon.definition.published_files import PublishedFiles
from salon.errors import AuthorError
from salon.messages.message import Message
from salon.text import unindented

_HEIGHT = "400px"
_TAG = re.compile(r"[A-Za-z][\w:-]*")
_FAMILIES = ("file", "image", "audio", "video", "text")
_ATTRIBUTES = (
    "autocapitalize",
    "autocorrect",
    "dir",
    "enterkeyhint",
    "inputmode",
    "lang",
    "spellcheck",
    "tabindex",
    "title",
)


def compile_chat_config(
    spec: ChatSpec, *, name: str, parts: PageComponents, inputs: tuple[Parameter, ...]
) -> ChatConfig:
    """Return the page's configuration of the chat that `spec` defines.

    Args:
        spec: definition of the chat.
        name: name of the chat in turns.
        parts: the components of the page, with their ids.
        inputs: the additional inputs.

    Raises:
        AuthorError: the definition contradicts itself, or refers to something that does not exist; the message lists
            all problems at once.
    """
    problems: list[AuthorError] = []
    published = parts.published
    area = Chatbot(render=False)
    textbox = Textbox(submit_btn=label(spec.submit_btn), stop_btn=label(spec.stop_btn), render=False)
    extra: InputsConfig | None = None
    chatbot, box, buttons = ChatbotConfig(), TextboxConfig(), ButtonsConfig()
    examples: tuple[ExampleConfig, ...] = ()
    files: FilesConfig | None = None
    place: HistoryPlace | None = None
    with collecting(problems):
        area = instance("chatbot", spec.chatbot, Chatbot) or area
        chatbot = compile_chatbot(area, published, autoscroll=spec.autoscroll)
        if not spec.fill_height and chatbot.height is None:
            chatbot = msgspec.structs.replace(chatbot, height=_HEIGHT)
    with collecting(problems):
        textbox = instance("textbox", spec.textbox, Textbox) or textbox
        box = _textbox(textbox, spec)
    with collecting(problems):
        files = _files(textbox, spec)
    with collecting(problems):
        place, _ = compile_history(spec.save_history)
    with collecting(problems):
        buttons = _buttons(spec, area, textbox)
    with collecting(problems):
        examples = _examples(spec, area, published, inputs)
    with collecting(problems):
        extra = _extra(spec, parts, inputs)
    with collecting(problems):
        require_one_of("show_progress", spec.show_progress, get_args(ShowProgress))
    if problems:
        raise together(problems)
    return ChatConfig(
        name=name,
        title=spec.title,
        description=spec.description and unindented(spec.description),
        chatbot=chatbot,
        textbox=box,
        buttons=buttons,
        examples=examples,
        examples_label=spec.examples_label,
        run_examples_on_click=spec.run_examples_on_click,
        editable=spec.editable or area.editable is not None,
        files=files,
        show_progress=spec.show_progress,
        inputs=tuple(parameter.id for parameter in inputs),
        extra=extra,
        history=place,
    )


def _extra(spec: ChatSpec, parts: PageComponents, inputs: tuple[Parameter, ...]) -> InputsConfig | None:
    """Return the section below the text box: the additional inputs that are in no other container."""
    accordion = spec.additional_inputs_accordion
    if accordion is not None and not isinstance(accordion, str | Accordion):
        raise AuthorError(
            "chat.additional_inputs_accordion",
            f"`additional_inputs_accordion` has to be a label or an `Accordion`; got `{accordion!r}`.",
        )
    children = parts.nodes([parameter.component for parameter in inputs if not parameter.component.is_placed])
    if not children:
        return None
    if isinstance(accordion, Accordion):
        return InputsConfig(children=children, label=accordion.label, open=accordion.open)
    return InputsConfig(children=children, label=accordion, open=accordion is not None)


def compile_chatbot(chatbot: Chatbot, published: PublishedFiles, *, autoscroll: bool = True) -> ChatbotConfig:
    """Return the page's configuration of a conversation's area.

    Args:
        chatbot: definition of the area.
        published: the author's files, to which the area's images are added.
        autoscroll: whether the page follows a growing reply, unless the area turns this off.

    Raises:
        AuthorError: the definition contradicts itself; the message lists all problems at once.
    """
    problems: list[AuthorError] = []
    heights: dict[str, str | None] = {}
    avatars: list[str | None] = [None, None]
    opening: tuple[Message, ...] = ()
    formulas: tuple[Delimiters, ...] | None = None
    tags: bool | tuple[str, ...] = True
    with collecting(problems):
        require_one_of("remote_images", chatbot.remote_images, get_args(RemoteImages))
    with collecting(problems):
        require_one_of("layout", chatbot.layout or "bubble", get_args(Layout))
    for name in ("height", "min_height", "max_height"):
        with collecting(problems):
            heights[name] = length_of(getattr(chatbot, name))
    with collecting(problems):
        avatars = _avatars(chatbot, published)
    with collecting(problems):
        opening = compile_opening_messages(chatbot.value, published)
    with collecting(problems):
        tags = _tags(chatbot.allow_tags)
    with collecting(problems):
        formulas = _formulas(chatbot.latex_delimiters)
    if problems:
        raise together(problems)
    return ChatbotConfig(
        label=chatbot.label,
        shows_label=chatbot.label is not None and chatbot.show_label is not False,
        placeholder=chatbot.placeholder and unindented(chatbot.placeholder),
        opening=opening,
        height=heights["height"],
        min_height=heights["min_height"],
        max_height=heights["max_height"],
        resizable=chatbot.resizable,
        autoscroll=chatbot.autoscroll and autoscroll,
        layout=chatbot.layout or "bubble",
        user_avatar=avatars[0],
        bot_avatar=avatars[1],
        rtl=chatbot.rtl,
        renders_markdown=chatbot.render_markdown,
        renders_user_markdown=chatbot.render_user_markdown,
        line_breaks=chatbot.line_breaks,
        formulas=formulas,
        watermark=chatbot.watermark,
        frames_html=not chatbot.sanitize_html,
        tags=tags,
        groups_messages=chatbot.group_consecutive_messages,
        remote_images=chatbot.remote_images,
        elem_id=chatbot.elem_id,
        elem_classes=classes_of(chatbot.elem_classes),
    )


def _avatars(chatbot: Chatbot, published: PublishedFiles) -> list[str | None]:
    pictures = chatbot.avatar_images or (None, None)
    if isinstance(pictures, str) or len(pictures) != 2:
        raise AuthorError(
            "chat.avatar_images",
            f"`avatar_images` has to be a pair of images, the user's and the assistant's; got `{pictures!r}`.",
        )
    return [published.address("avatar_images", picture) for picture in pictures]


def _tags(tags: bool | Sequence[str]) -> bool | tuple[str, ...]:
    if isinstance(tags, bool):
        return tags
    names = [tags] if isinstance(tags, str) else list(tags)
    if not all(isinstance(name, str) and _TAG.fullmatch(name) for name in names):
        raise AuthorError(
            "chat.allow_tags",
            f'`allow_tags` has to be `True`, `False` or a list of names such as ["tool"]; got `{tags!r}`.',
        )
    return tuple(name.lower() for name in names)


def _formulas(delimiters: Sequence[Mapping[str, Any]] | None) -> tuple[Delimiters, ...] | None:
    if delimiters is None:
        return None
    try:
        pairs = [(each["left"], each["right"], bool(each.get("display", False))) for each in delimiters]
    except (KeyError, TypeError, AttributeError):
        pairs = [("", "", False)]
    if not all(isinstance(text, str) and text for left, right, _ in pairs for text in (left, right)):
        raise AuthorError(
            "chat.latex_delimiters",
            '`latex_delimiters` has to be a list such as [{"left": "$$", "right": "$$", "display": True}]; '
            f"got `{delimiters!r}`.",
        )
    return tuple(Delimiters(left=left, right=right, display=display) for left, right, display in pairs)


def _textbox(textbox: Textbox, spec: ChatSpec) -> TextboxConfig:
    attributes = {str(name).lower(): str(value) for name, value in (textbox.html_attributes or {}).items()}
    for name in attributes:
        require_one_of("html_attributes", name, _ATTRIBUTES)
    if textbox.text_align is not None:
        require_one_of("text_align", textbox.text_align, ("left", "right"))
    return TextboxConfig(
        value=textbox.value,
        placeholder=textbox.placeholder,
        label=textbox.label,
        shows_label=textbox.label is not None and textbox.show_label is not False,
        container=textbox.container,
        scale=textbox.scale,
        lines=textbox.lines,
        max_lines=textbox.max_lines,
        max_length=textbox.max_length,
        autofocus=textbox.autofocus and spec.autofocus,
        text_align=textbox.text_align,
        rtl=textbox.rtl,
        attributes=attributes,
        elem_id=textbox.elem_id,
        elem_classes=classes_of(textbox.elem_classes),
    )


def _buttons(spec: ChatSpec, chatbot: Chatbot, textbox: Textbox) -> ButtonsConfig:
    problems: list[AuthorError] = []
    for name in ("submit_btn", "stop_btn", "retry_btn", "undo_btn", "clear_btn"):
        with collecting(problems):
            require_label(name, getattr(spec, name))
    buttons = {"copy": chatbot.show_copy_button, "copy_all": chatbot.show_copy_all_button}
    if chatbot.buttons is not None:
        for button in chatbot.buttons:
            with collecting(problems):
                require_one_of("buttons", button, (*get_args(ChatButton), "share"))
        buttons = {name: name in chatbot.buttons for name in buttons}
    if problems:
        raise together(problems)
    arguments = given_to(textbox)
    return ButtonsConfig(
        submit=label_setting(label(textbox.submit_btn if "submit_btn" in arguments else spec.submit_btn)),
        stop=label_setting(label(textbox.stop_btn if "stop_btn" in arguments else spec.stop_btn)),
        retry=label_setting(label(spec.retry_btn)),
        undo=label_setting(label(spec.undo_btn)),
        clear=label_setting(label(spec.clear_btn)),
        copy=None if buttons["copy"] else False,
        copy_all=None if buttons["copy_all"] else False,
    )


def _files(textbox: Textbox, spec: ChatSpec) -> FilesConfig | None:
    if not spec.multimodal:
        if isinstance(textbox, MultimodalTextbox):
            raise AuthorError("chat.multimodal", "A `MultimodalTextbox` needs `multimodal=True`.")
        return None
    box = textbox if isinstance(textbox, MultimodalTextbox) else MultimodalTextbox(render=False)
    problems: list[AuthorError] = []
    with collecting(problems):
        require_one_of("file_count", box.file_count, get_args(FileCount))
    sources: tuple[Any, ...] = (box.sources,) if isinstance(box.sources, str) else tuple(box.sources or ())
    for source in sources:
        with collecting(problems):
            require_one_of("sources", source, get_args(FileSource))
    types = (box.file_types,) if isinstance(box.file_types, str) else tuple(box.file_types or ())
    for file_type in types:
        with collecting(problems):
            _require_file_type(file_type)
    if problems:
        raise together(problems)
    return FilesConfig(
        count=box.file_count,
        types=tuple(file_type.lower() for file_type in types),
        sources=sources,
        max_plain_text_length=box.max_plain_text_length,
    )


def _require_file_type(file_type: object) -> None:
    if isinstance(file_type, str) and (file_type.startswith(".") or "/" in file_type or file_type in _FAMILIES):
        return
    raise AuthorError(
        "chat.file_types",
        f"`file_types` has to contain extensions such as `.pdf`, {', '.join(_FAMILIES)} or media types; got "
        f"`{file_type!r}`.",
    )


def _examples(
    spec: ChatSpec, chatbot: Chatbot, published: PublishedFiles, inputs: tuple[Parameter, ...]
) -> tuple[ExampleConfig, ...]:
    examples = spec.examples if spec.examples is not None else (chatbot.examples or ())
    if isinstance(examples, str):
        raise AuthorError("chat.examples", f"`examples` has to be a list, got `{examples!r}`.")
    labels, icons = spec.example_labels or (), spec.example_icons or ()
    for name, values in (("example_labels", labels), ("example_icons", icons)):
        if values and len(values) != len(examples):
            raise AuthorError(
                f"chat.{name}", f"`{name}` needs one item for each of the {len(examples)} examples, got {len(values)}."
            )
    return tuple(
        _example(example, labels[index] if labels else None, icons[index] if icons else None, published, spec, inputs)
        for index, example in enumerate(examples)
    )


def _example(  # noqa: PLR0917 - what an example consists of, and what it is looked up in
    example: Any,
    name: str | None,
    icon: Any,
    published: PublishedFiles,
    spec: ChatSpec,
    inputs: tuple[Parameter, ...],
) -> ExampleConfig:
    values: dict[str, Any] = {}
    if isinstance(example, Sequence) and not isinstance(example, str):
        if not 1 <= len(example) <= 1 + len(inputs):
            raise AuthorError(
                "chat.examples",
                f"A list in `examples` needs a message and the values of the {len(inputs)} additional inputs; got "
                f"`{example!r}`.",
            )
        values = _example_values(example[1:], inputs)
        example = example[0]
    text = example
    files: tuple[ExampleFile, ...] = ()
    if isinstance(example, Mapping):
        text, name = example.get("text"), name or example.get("display_text")
        icon = icon or example.get("icon")
        text = text or ("" if example.get("files") else text)
        if example.get("files") and spec.multimodal:
            files = tuple(_example_file(file, published) for file in example["files"])
        elif example.get("files"):
            raise AuthorError(
                "chat.examples",
                f"This chat accepts no files, so its examples cannot have any; got `{example!r}`. Set "
                "`multimodal=True`.",
            )
    if not isinstance(text, str):
        raise AuthorError("chat.examples", f"`examples` has to be a list of strings, got `{example!r}` in it.")
    address = published.address("example_icons", icon)
    return ExampleConfig(text=text, label=name, icon=address, files=files, values=values)


def _example_values(items: Sequence[Any], inputs: tuple[Parameter, ...]) -> dict[str, Any]:
    """Return an example's values of additional inputs, without those that it leaves to the defaults."""
    values: dict[str, Any] = {}
    for parameter, value in zip(inputs, items, strict=False):
        if value is None:
            continue
        try:
            values[parameter.id] = parameter.component.accept(value)
        except InputError as error:
            raise AuthorError(
                "chat.examples", f"`examples` has an invalid value for `{parameter.component.name}`, which {error}."
            ) from None
    return values


def _example_file(file: Any, published: PublishedFiles) -> ExampleFile:
    path = str(file.get("path") if isinstance(file, Mapping) else file)
    address = published.address("examples", path)
    if address is None or "://" in address:
        raise AuthorError("chat.examples", f"The files of `examples` have to be paths, got `{file!r}`.")
    return ExampleFile(name=Path(path).name, address=address)
