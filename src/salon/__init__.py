"""Salon turns one function into a chat application.

```python
import salon as gr

def reply(message, history):
    for i in range(len(message)):
        yield "You typed: " + message[: i + 1]

gr.ChatInterface(reply, type="messages").launch()
```
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from salon.chat_interface import ChatInterface
    from salon.components.chat import Button, Chatbot, MultimodalTextbox, Textbox
    from salon.components.content import HTML, JSON, Code, Dataframe, Label, Markdown, Plot
    from salon.components.media import Audio, File, Gallery, Image, Video
    from salon.engine.context import Info, Progress, Request, Success, Warning, cancelled  # noqa: A004
    from salon.engine.threads import Cancelled
    from salon.errors import AuthorError, Error, SalonError
    from salon.i18n import I18n
    from salon.messages.chat_message import Append, ChatMessage
    from salon.mount import mount
    from salon.themes import Theme

_HOMES = {
    "Append": "messages.chat_message",
    "Audio": "components.media",
    "AuthorError": "errors",
    "Button": "components.chat",
    "Cancelled": "engine.threads",
    "ChatInterface": "chat_interface",
    "ChatMessage": "messages.chat_message",
    "Chatbot": "components.chat",
    "Code": "components.content",
    "Dataframe": "components.content",
    "Error": "errors",
    "File": "components.media",
    "Gallery": "components.media",
    "HTML": "components.content",
    "I18n": "i18n",
    "Image": "components.media",
    "Info": "engine.context",
    "JSON": "components.content",
    "Label": "components.content",
    "Markdown": "components.content",
    "MultimodalTextbox": "components.chat",
    "Plot": "components.content",
    "Progress": "engine.context",
    "Request": "engine.context",
    "SalonError": "errors",
    "Success": "engine.context",
    "Textbox": "components.chat",
    "Theme": "themes",
    "Video": "components.media",
    "Warning": "engine.context",
    "cancelled": "engine.context",
    "mount": "mount",
}

__version__ = "0.1.0"
__all__ = [
    "HTML",
    "JSON",
    "Append",
    "Audio",
    "AuthorError",
    "Button",
    "Cancelled",
    "ChatInterface",
    "ChatMessage",
    "Chatbot",
    "Code",
    "Dataframe",
    "Error",
    "File",
    "Gallery",
    "I18n",
    "Image",
    "Info",
    "Label",
    "Markdown",
    "MultimodalTextbox",
    "Plot",
    "Progress",
    "Request",
    "SalonError",
    "Success",
    "Textbox",
    "Theme",
    "Video",
    "Warning",
    "__version__",
    "cancelled",
    "mount",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used, so that importing Salon costs next to nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module `salon` has no attribute `{name}`")
    value = getattr(importlib.import_module(f"salon.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
