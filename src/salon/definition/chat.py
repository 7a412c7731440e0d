"""The definition of `ChatInterface`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from salon.components.base import Component
from salon.components.button import Button
from salon.components.chat import Chatbot, Picture
from salon.components.layout import Accordion, Layout
from salon.components.text import Textbox
from salon.definition.example_caching import CacheMode
from salon.stores.kept import KeptConversations
from salon.themes import Theme


@dataclass(kw_only=True, eq=False)
class ChatSpec:
    """The arguments of `ChatInterface`.

    Args:
        fn: function that answers a message. It is called with the message and, if it takes a second parameter, the
            history before it; it returns the reply, or yields it as it grows, each value replacing the one before
            (`yield salon.Append(…)` appends instead). Functions, coroutine functions, generators, async generators and
            callable objects are accepted; blocking functions run in threads. For another `ChatInterface`, its function
            is used.
        type: form of the history: `"messages"`, a list of `{"role": …, "content": …}`, or `"tuples"`, a list of `[user,
            assistant]`.
        multimodal: `True` lets users attach files; the function gets `{"text": …, "files": [path, …]}` as the message.
            A `MultimodalTextbox` limits the types and the number of files.
        title: name of the application, shown above the conversation and in the browser's tab; it may contain HTML.
        description: Markdown or HTML below the title.
        theme: the theme: `"default"`, `"soft"`, `"ocean"`, `"citrus"`, `"monochrome"`, `"glass"`, or a `Theme`, such as
            `salon.themes.Soft(primary_hue="teal")`.
        css: CSS of the page.
        css_paths: CSS files, included before `css`.
        js: JavaScript that runs when the page opens: a function, or statements.
        head: HTML for the page's head.
        head_paths: files with HTML for the page's head, before `head`.
        chatbot: the area that shows the conversation.
        textbox: the text box for messages.
        additional_inputs: further inputs, whose values the function gets after the history: a component or a list of
            components; `"slider"` is short for `Slider()`. Inputs that are not in a container of the page are shown
            below the text box. Without this argument, keyword-only parameters of `fn` become inputs by their types:
            `bool`, `int`, `float`, `str`, `Literal[…]`, and lists of these; `Annotated` adds bounds, a help text or a
            component.
        additional_inputs_accordion: heading of the additional inputs: a label, or an `Accordion`. By default the
            section is collapsed, with a heading in the page's language.
        additional_outputs: components and containers of the same page that the function sets: it returns or yields a
            tuple of the reply and a value for each of them.
        examples: example messages, shown in the empty chat; with additional inputs, lists of a message and the inputs'
            values.
        examples_label: heading of the examples.
        example_labels: labels of the examples' cards; by default the messages.
        example_icons: images on the examples' cards: each a path, an address or `None`.
        cache_examples: `True` caches the replies to examples in the data folder, until the function's code or the
            example changes, and shows them after a click; `None` uses `SALON_CACHE_EXAMPLES`. Cached replies are made
            without a request, as all users see them.
        cache_mode: `"eager"` makes cached replies when the server starts, `"lazy"` after the first click on an example;
            `None` uses `SALON_CACHE_MODE`, or else `"eager"`.
        run_examples_on_click: `False` puts a clicked example into the text box instead of sending it; no effect on
            cached examples.
        show_progress: indication of a pending reply: `"minimal"`, `"full"` (with the elapsed time), or `"hidden"`.
        fill_height: `False` sets the conversation's height to 400 pixels, unless its `Chatbot` has a `height`; by
            default the conversation fills the window.
        fill_width: `True` lets the conversation take the whole width of the window.
        editable: `True` lets users edit the messages that they sent; every edit is kept as a version.
        autofocus: whether the text box gets the focus when the page opens, and after each reply.
        autoscroll: whether the page follows a growing reply while it is scrolled to the end.
        submit_btn: label of the button that sends; `True` for an icon, `False` or `None` for no button. The same
            argument of `textbox` takes precedence.
        stop_btn: label of the button that stops a reply; like `submit_btn`.
        retry_btn: label of the button that requests another reply; like `submit_btn`.
        undo_btn: label of the button that undoes the last exchange; like `submit_btn`.
        clear_btn: label of the button that starts a new conversation; like `submit_btn`.
        concurrency_limit: largest number of replies at a time; further turns wait in a queue. `None` for no limit;
            `"default"` for no limit of async functions, and 200 of blocking ones.
        concurrency_id: name of a limit that several chats of one server share.
        flagging_mode: `"manual"` lets users rate replies, `"never"` does not; `None` uses `SALON_CHAT_FLAGGING_MODE`,
            or else `"manual"` if there is an `on_feedback`.
        flagging_options: the options for rating a reply, of which users select one or several: `"Like"` and `"Dislike"`
            are thumbs, the others are in a menu; by default these two.
        flagging_dir: folder of the table `log.csv`, to which every new or withdrawn rating adds a row.
        flagging_comment: `True` lets users add a comment, which is stored in a further column.
        on_feedback: function that is called with a `Feedback` after each rating; may be async. Its exceptions are
            logged.
        save_history: persists conversations and lists them at the side of the page: `True` or `"browser"` in the
            visitor's browser, `"server"` in a database, by signed-in user, or else by browser; the database is a file
            in the data folder unless `SALON_STORE` names another. An object with the methods of
            `salon.stores.kept.KeptConversations` is used as the store.
        lang: language of the page, such as `"zh-CN"` or `"en"`; the browser's by default.
        api_name: name of the chat's endpoint for programs; by default `"chat"`, and the function's name besides.
            `False` makes the endpoint private.
        api_description: description of the endpoint for programs and for models that use it as a tool; by default the
            function's docstring; `False` for none.
        api_visibility: `"public"`; `"undocumented"`: can be called, but is not listed; or `"private"`: cannot be
            called.
        show_api: `False` is short for `api_visibility="undocumented"`.
    """

    fn: Callable[..., Any] = field(kw_only=False)
    type: Literal["messages", "tuples"] = "messages"
    multimodal: bool = False
    title: str | None = None
    description: str | None = None
    theme: str | Theme | None = None
    css: str | None = None
    css_paths: str | Path | Sequence[str | Path] | None = None
    js: str | None = None
    head: str | None = None
    head_paths: str | Path | Sequence[str | Path] | None = None
    chatbot: Chatbot | None = None
    textbox: Textbox | None = None
    additional_inputs: str | Component | Sequence[str | Component] | None = None
    additional_inputs_accordion: str | Accordion | None = None
    additional_outputs: Component | Layout | Sequence[Component | Layout] | None = None
    examples: Sequence[Any] | None = None
    examples_label: str | None = None
    example_labels: Sequence[str] | None = None
    example_icons: Sequence[Picture | None] | None = None
    cache_examples: bool | Literal["lazy"] | None = None
    cache_mode: CacheMode | None = None
    run_examples_on_click: bool = True
    editable: bool = False
    fill_height: bool = True
    fill_width: bool = False
    show_progress: Literal["full", "minimal", "hidden"] = "minimal"
    autofocus: bool = True
    autoscroll: bool = True
    submit_btn: str | bool | Button | None = True
    stop_btn: str | bool | Button | None = True
    retry_btn: str | bool | Button | None = True
    undo_btn: str | bool | Button | None = True
    clear_btn: str | bool | Button | None = True
    concurrency_limit: int | Literal["default"] | None = "default"
    concurrency_id: str | None = None
    flagging_mode: Literal["never", "manual"] | None = None
    flagging_options: Sequence[str] | None = None
    flagging_dir: str | Path = ".gradio/flagged"
    flagging_comment: bool = False
    on_feedback: Callable[..., Any] | None = None
    save_history: bool | Literal["browser", "server"] | KeptConversations = False
    lang: str | None = None
    api_name: str | Literal[False] | None = None
    api_description: str | Literal[False] | None = None
    api_visibility: Literal["public", "undocumented", "private"] = "public"
    show_api: bool = True
