"""The rules of feedback: the options for rating messages, and the receivers of ratings."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from salon.components.chat import Chatbot
from salon.definition.chat import ChatSpec
from salon.definition.checks import require_one_of
from salon.definition.config import FeedbackConfig
from salon.errors import AuthorError
from salon.i18n import in_all_languages

MODES = ("never", "manual")
_VARIABLES = ("SALON_CHAT_FLAGGING_MODE", "GRADIO_CHAT_FLAGGING_MODE")


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedbackRules:
    """The rules of feedback for one chat.

    `labels` are the texts of `options` in several languages, if there are some. `folder` is the folder of the table of
    ratings, or `None` for no table; `hook` is the author's function that is called with each rating.
    """

    options: tuple[str, ...]
    labels: tuple[str, ...] = ()
    takes_comments: bool = False
    takes_user_messages: bool = False
    folder: Path | None = None
    hook: Callable[..., Any] | None = None


def feedback_rules(
    spec: ChatSpec, environment: Mapping[str, str] = os.environ, *, is_heard: bool = False
) -> FeedbackRules | None:
    """Return the rules of feedback of a chat; `None` if feedback is off.

    Args:
        spec: definition of the chat.
        environment: environment variables: `SALON_CHAT_FLAGGING_MODE`, or the same with `GRADIO_`.
        is_heard: whether a function is bound to the event `like` of its `Chatbot`.

    Raises:
        AuthorError: the mode, an option or the hook is invalid.
    """
    chatbot = spec.chatbot if isinstance(spec.chatbot, Chatbot) else None
    if spec.on_feedback is not None and not callable(spec.on_feedback):
        raise AuthorError("chat.on_feedback", f"`on_feedback` has to be a function; got `{spec.on_feedback!r}`.")
    is_manual = _mode(spec, environment) == "manual"
    if not is_manual and not is_heard:
        return None
    authored = spec.flagging_options
    if authored is None:
        authored = chatbot.feedback_options if chatbot is not None else ("Like", "Dislike")
    folder = Path(spec.flagging_dir).expanduser()
    options = options_of("flagging_options", authored)
    return FeedbackRules(
        options=tuple(in_all_languages(option)[0] for option in options),
        labels=options if any(len(in_all_languages(option)) > 1 for option in options) else (),
        takes_comments=spec.flagging_comment,
        takes_user_messages=chatbot is not None and chatbot.like_user_message,
        folder=folder if is_manual else None,
        hook=spec.on_feedback,
    )


def _mode(spec: ChatSpec, environment: Mapping[str, str]) -> str:
    if spec.flagging_mode is not None:
        require_one_of("flagging_mode", spec.flagging_mode, MODES)
        return spec.flagging_mode
    variable = next((name for name in _VARIABLES if environment.get(name, "").strip()), None)
    if variable is None:
        return "never" if spec.on_feedback is None else "manual"
    mode = environment[variable].strip()
    require_one_of(variable, mode, MODES)
    return mode


def options_of(name: str, values: Sequence[str] | None) -> tuple[str, ...]:
    """Return the options without duplicates.

    Raises:
        AuthorError: the value is no list of texts.
    """
    options = (values,) if isinstance(values, str) else tuple(values or ())
    if not options or not all(isinstance(option, str) and option.strip() for option in options):
        raise AuthorError(f"chat.{name}", f"`{name}` has to be a list of texts; got `{values!r}`.")
    return tuple(dict.fromkeys(options))


def feedback_config(rules: FeedbackRules, chatbot: Chatbot | None) -> FeedbackConfig:
    """Return the page's configuration of the rules.

    Raises:
        AuthorError: `feedback_value` of the chatbot is not a list of options.
    """
    presets = chatbot.feedback_value if chatbot is not None and chatbot.feedback_value is not None else ()
    return FeedbackConfig(
        options=rules.options,
        labels=rules.labels,
        comments=rules.takes_comments,
        user_messages=rules.takes_user_messages,
        presets=tuple(_preset(value) for value in presets),
    )


def _preset(value: object) -> tuple[str, ...]:
    values = () if value is None else (value,) if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(each, str) for each in values):
        raise AuthorError(
            "chat.feedback_value",
            f"`feedback_value` has to contain an option, a list of options, or `None`; got `{value!r}` in it.",
        )
    return tuple(values)
