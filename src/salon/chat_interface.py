"""The author's object: a description of a chat, with verbs."""

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

_NO_MEANING = frozenset(("analytics_enabled", "delete_cache", "examples_per_page"))
_RENAMED = {"additional_inputs_accordion_name": "additional_inputs_accordion"}


@takes_parameters(renamed=_RENAMED, ignored=_NO_MEANING)
@dataclass(kw_only=True, eq=False, repr=False)
class ChatInterface(ChatSpec, Launchable):
    """A chat application around one function.

    ```python
    import salon as gr

    def reply(message, history):
        return "You said: " + message

    gr.ChatInterface(reply).launch()
    ```

    Its arguments are those of `ChatSpec`, and:

    Args:
        render: inside of `Blocks`, `False` leaves its place open: `render()` gives it one.

    Raises:
        AuthorError: the description contradicts itself, names what does not exist, or the
            function cannot take what it would be given.
    """

    render: InitVar[bool] = True

    def __post_init__(self, render: bool) -> None:
        """Check the description, and take a place on the page that is being described, if one is."""
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
        """The conversation, for functions that are bound to events of a page around it.

        As an input it gives the messages of the conversation on the page, as one of the outputs it sets them:

        ```python
        with gr.Blocks() as demo:
            chat = gr.ChatInterface(reply)
            button = gr.Button("Introduce yourself")
            button.click(lambda: [{"role": "assistant", "content": "I am Ann."}], None, chat.chatbot_value)
        ```

        What is set is a new conversation, which goes on from there; the old one is left as it is. What the chat's
        `Chatbot` has as its `value` comes before it all the same. The box to write in is `chat.textbox`: functions take
        and set what stands in it, and are called at its `submit`.
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
