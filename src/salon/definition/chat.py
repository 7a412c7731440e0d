"""The declarative half of `ChatInterface`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from salon.components.base import Component
from salon.components.button import Button
from salon.components.chat import Chatbot, Picture
from salon.components.layout import Accordion, Layout
from salon.components.text import Textbox
from salon.definition.caching import CacheMode
from salon.stores.kept import KeptConversations
from salon.themes import Theme


@dataclass(kw_only=True, eq=False)
class ChatSpec:
    """What an author says about a chat application.

    Args:
        fn: answers a message. Called with the message and, if it takes a second parameter, the
            history up to then; it returns the reply, or yields it growing, each value replacing the
            one before (`yield salon.Append(…)` adds instead). Functions, coroutine functions,
            generators, async generators and callable objects all do; blocking ones run in threads. Of another
            `ChatInterface`, it is the function of that one.
        type: form of the history: `"messages"`, a list of `{"role": …, "content": …}`, or
            `"tuples"`, a list of `[user, assistant]`.
        multimodal: users may attach files; the function gets `{"text": …, "files": [path, …]}` as the message.
            A `MultimodalTextbox` says which files, and how many.
        title: name of the application, above the conversation and in the browser's tab; it may hold HTML.
        description: Markdown or HTML below the title.
        theme: the look: `"default"`, `"soft"`, `"ocean"`, `"citrus"`, `"monochrome"`, `"glass"`, or a `Theme`, such as
            `salon.themes.Soft(primary_hue="teal")`.
        css: style rules for the page.
        css_paths: files with style rules, before `css`.
        js: JavaScript that runs when the page opens: a function, or statements.
        head: HTML for the page's head.
        head_paths: files with HTML for the page's head, before `head`.
        chatbot: the conversation's area.
        textbox: the box to write in.
        additional_inputs: further values for the function, which it gets after the history: a component or a list of
            these; `"slider"` is short for `Slider()`. What has no place of its own stands below the text box.
            Without it, keyword-only parameters of `fn` are such inputs by their types: `bool`, `int`, `float`, `str`,
            `Literal[…]`, lists of these; `Annotated` adds bounds, a remark or a component.
        additional_inputs_accordion: what is above these: a label, or an `Accordion`. By default it is closed, and the
            page's own words.
        additional_outputs: components and containers of the same page that the function sets: it returns or yields a
            tuple of the reply and a value for each.
        examples: messages to click on in the empty chat; with additional inputs, lists of a message and their values.
        examples_label: heading of the examples.
        example_labels: what the examples' cards say, instead of the whole message.
        example_icons: pictures on the cards: a path or an address each.
        cache_examples: keep the answers to the examples in the data folder and show them at a click, until the
            function's code or the example changes; `None` leaves it to `SALON_CACHE_EXAMPLES`. An answer that is kept
            is made without a request, as it is shown to everybody.
        cache_mode: `"eager"` answers the examples when the server starts, `"lazy"` when one is clicked first; `None`
            leaves it to `SALON_CACHE_MODE`, and is `"eager"` otherwise.
        run_examples_on_click: `False` puts a clicked example into the box instead of sending it; without effect
            when answers are kept.
        show_progress: how waiting is shown: `"minimal"`, `"full"`, which says how long it has taken, or `"hidden"`.
        fill_height: `False` leaves the conversation 400 pixels high, unless its `Chatbot` has a `height`; by default it
            fills the window.
        fill_width: the conversation takes the whole width of the window.
        editable: users may edit what they sent; every edit is a version of its own.
        autofocus: whether the box has the focus when the page opens, and after each reply.
        autoscroll: whether the page follows a growing reply while its reader is at the end.
        submit_btn: label of the button that sends; `True` for an icon, `False` or `None` for no button. What a
            `textbox` says of it counts more.
        stop_btn: of the button that stops a reply; like `submit_btn`.
        retry_btn: of the button that asks for another answer; like `submit_btn`.
        undo_btn: of the button that takes the last exchange back; like `submit_btn`.
        clear_btn: of the button that begins a new conversation; like `submit_btn`.
        concurrency_limit: how many replies are written at a time; the others wait in a queue.
            `None`: no limit. `"default"`: no limit for async functions, 200 for blocking ones.
        concurrency_id: chats of one server with the same name share one limit.
        flagging_mode: `"manual"` lets readers say what they think of a reply, `"never"` does not; `None` leaves it to
            `SALON_CHAT_FLAGGING_MODE`, and is `"manual"` otherwise when there is an `on_feedback`.
        flagging_options: what can be said of a reply, one or several: `"Like"` and `"Dislike"` are thumbs, all others
            stand in a menu; by default these two.
        flagging_dir: folder of the table `log.csv`, which gets a row for every opinion that is given or taken back.
        flagging_comment: readers may add their own words; the table has a further column for them.
        on_feedback: called with a `Feedback` after each opinion; may be async. What it raises goes to the log.
        save_history: keeps conversations and lists them at the side: `True` or `"browser"` in the visitor's browser,
            `"server"` in a database, for the signed-in user, or else the browser that comes again; by default in a
            file in the data folder, elsewhere with `SALON_STORE`. A store of one's own has the
            methods of `salon.stores.kept.KeptConversations`.
        lang: language of the page, such as `"zh-CN"` or `"en"`; the browser's by default.
        api_name: what programs call the chat by; by default `"chat"`, and the function's name beside it. `False`: they
            cannot call it.
        api_description: what programs, and models that use it as a tool, are told about it; by default the function's
            docstring, `False` for nothing.
        api_visibility: `"public"`; `"undocumented"`, which can be called and is not listed; or `"private"`, which
            cannot be called.
        show_api: `False` stands for `api_visibility="undocumented"`.
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
