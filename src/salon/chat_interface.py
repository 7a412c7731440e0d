"""The class `ChatInterface`: the definition of a chat, and the methods of its page."""

from dataclasses import InitVar, dataclass

from salon.components.base import Component
from salon.components.chat import Chatbot
from salon.components.parameter_checks import takes_parameters
from salon.components.text import MultimodalTextbox, Textbox
from salon.definition.app import AppSpec
from salon.definition.chat import ChatSpec
from salon.definition.checks import label
from salon.definition.compile import compile_app
from salon.engine.context import Progress
from salon.launching import Launchable
from salon.request import Request

_NO_EFFECT = frozenset(("analytics_enabled", "delete_cache", "examples_per_page"))
_RENAMED = {"additional_inputs_accordion_name": "additional_inputs_accordion"}


@takes_parameters(renamed=_RENAMED, ignored=_NO_EFFECT)
@dataclass(kw_only=True, eq=False, repr=False)
class ChatInterface(ChatSpec, Launchable):
    """A chat application for one function.

    ```python
    import salon as gr

    def reply(message, history):
        return "You said: " + message

    gr.ChatInterface(reply).launch()
    ```

    Its arguments are those of `ChatSpec`, and:

    Args:
        render: inside of `Blocks`, `False` does not add the chat to the open container; call `render()` where it
            belongs.

    Raises:
        AuthorError: the definition contradicts itself or refers to something that does not exist, or the function's
            parameters do not match.
    """

    render: InitVar[bool] = True

    def __post_init__(self, render: bool) -> None:
        """Compile the definition to check it, and add the chat to the open container, if there is one."""
        _take_function(self)
        for own in (self.chatbot, self.textbox, self.submit_btn, self.stop_btn, self.retry_btn, self.undo_btn):
            if isinstance(own, Component):
                own.unrender()
        self._compile()
        _complete(self)
        if render:
            self.place()

    @property
    def chatbot_value(self) -> Chatbot:
        """The conversation, as an input or output of functions bound to events of the page.

        As an input, it passes the messages of the page's conversation; as an output, it sets them:

        ```python
        with gr.Blocks() as demo:
            chat = gr.ChatInterface(reply)
            button = gr.Button("Introduce yourself")
            button.click(lambda: [{"role": "assistant", "content": "I am Ann."}], None, chat.chatbot_value)
        ```

        Setting it starts a new conversation with these messages; the previous one is not changed. The messages of the
        chat's `Chatbot(value=…)` still come first. `chat.textbox` is the same for the text box: functions get and set
        its text, and are bound to its `submit`.
        """
        assert self.chatbot is not None
        return self.chatbot

    def _compile(self) -> AppSpec:
        return compile_app(self, request_type=Request, injected_types=(Progress,))


def _take_function(spec: ChatSpec) -> None:
    """Answer with the function of another chat, where a chat was given as the function."""
    if isinstance(spec.fn, ChatInterface):
        spec.fn = spec.fn.fn


def _complete(spec: ChatSpec) -> None:
    """Add the parts that the author left to the chat."""
    if spec.chatbot is None:
        spec.chatbot = Chatbot(type=spec.type, render=False)
    if spec.textbox is None:
        kind = MultimodalTextbox if spec.multimodal else Textbox
        spec.textbox = kind(submit_btn=label(spec.submit_btn), stop_btn=label(spec.stop_btn), render=False)


setattr(ChatInterface, "render", ChatInterface.place)  # noqa: B010 - a parameter and a method, as for components
