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
    from salon.blocks import Blocks, on
    from salon.chat_interface import ChatInterface
    from salon.client.asynchronous import AsyncClient
    from salon.client.errors import ConnectionLost, ReplyFailed
    from salon.client.sync import Client
    from salon.components.button import Button, ClearButton, DownloadButton, UploadButton
    from salon.components.chat import Chatbot
    from salon.components.choice import Checkbox, CheckboxGroup, Dropdown, Radio
    from salon.components.content import HTML, JSON, Code, Dataframe, Label, Markdown, Plot
    from salon.components.events import EditData, EventData, LikeData, RetryData, SelectData, UndoData
    from salon.components.layout import Accordion, Column, Group, Row, Sidebar, Tab, TabItem, Tabs
    from salon.components.media import Audio, File, Gallery, Image, Video
    from salon.components.number import Number, Slider
    from salon.components.pickers import ColorPicker, DateTime
    from salon.components.state import BrowserState, State
    from salon.components.text import MultimodalTextbox, TextArea, Textbox
    from salon.components.updates import skip, update
    from salon.conversations.feedback import Feedback
    from salon.engine.context import Info, Progress, Success, Warning, cancelled  # noqa: A004
    from salon.engine.threads import Cancelled
    from salon.errors import AuthorError, Error, SalonError
    from salon.i18n import I18n
    from salon.messages.chat_message import Append, ChatMessage
    from salon.mount import mount
    from salon.request import Request
    from salon.stored_conversations import open_store
    from salon.themes import Theme

_HOMES = {
    "AsyncClient": "client.asynchronous",
    "Client": "client.sync",
    "ConnectionLost": "client.errors",
    "ReplyFailed": "client.errors",
    "Accordion": "components.layout",
    "Append": "messages.chat_message",
    "Audio": "components.media",
    "AuthorError": "errors",
    "Blocks": "blocks",
    "BrowserState": "components.state",
    "Button": "components.button",
    "Cancelled": "engine.threads",
    "ChatInterface": "chat_interface",
    "ChatMessage": "messages.chat_message",
    "Chatbot": "components.chat",
    "Checkbox": "components.choice",
    "CheckboxGroup": "components.choice",
    "ClearButton": "components.button",
    "Code": "components.content",
    "ColorPicker": "components.pickers",
    "Column": "components.layout",
    "Dataframe": "components.content",
    "DateTime": "components.pickers",
    "DownloadButton": "components.button",
    "Dropdown": "components.choice",
    "EditData": "components.events",
    "Error": "errors",
    "EventData": "components.events",
    "Feedback": "conversations.feedback",
    "File": "components.media",
    "Gallery": "components.media",
    "Group": "components.layout",
    "HTML": "components.content",
    "I18n": "i18n",
    "Image": "components.media",
    "Info": "engine.context",
    "JSON": "components.content",
    "Label": "components.content",
    "LikeData": "components.events",
    "Markdown": "components.content",
    "MultimodalTextbox": "components.text",
    "Number": "components.number",
    "Plot": "components.content",
    "Progress": "engine.context",
    "Radio": "components.choice",
    "Request": "request",
    "RetryData": "components.events",
    "Row": "components.layout",
    "SalonError": "errors",
    "SelectData": "components.events",
    "Sidebar": "components.layout",
    "Slider": "components.number",
    "State": "components.state",
    "Success": "engine.context",
    "Tab": "components.layout",
    "TabItem": "components.layout",
    "Tabs": "components.layout",
    "TextArea": "components.text",
    "Textbox": "components.text",
    "Theme": "themes",
    "UndoData": "components.events",
    "UploadButton": "components.button",
    "Video": "components.media",
    "Warning": "engine.context",
    "cancelled": "engine.context",
    "mount": "mount",
    "on": "blocks",
    "open_store": "stored_conversations",
    "skip": "components.updates",
    "update": "components.updates",
}

__version__ = "0.1.0"
__all__ = [
    "HTML",
    "JSON",
    "Accordion",
    "Append",
    "AsyncClient",
    "Audio",
    "AuthorError",
    "Blocks",
    "BrowserState",
    "Button",
    "Cancelled",
    "ChatInterface",
    "ChatMessage",
    "Chatbot",
    "Checkbox",
    "CheckboxGroup",
    "ClearButton",
    "Client",
    "Code",
    "ColorPicker",
    "Column",
    "ConnectionLost",
    "Dataframe",
    "DateTime",
    "DownloadButton",
    "Dropdown",
    "EditData",
    "Error",
    "EventData",
    "Feedback",
    "File",
    "Gallery",
    "Group",
    "I18n",
    "Image",
    "Info",
    "Label",
    "LikeData",
    "Markdown",
    "MultimodalTextbox",
    "Number",
    "Plot",
    "Progress",
    "Radio",
    "ReplyFailed",
    "Request",
    "RetryData",
    "Row",
    "SalonError",
    "SelectData",
    "Sidebar",
    "Slider",
    "State",
    "Success",
    "Tab",
    "TabItem",
    "Tabs",
    "TextArea",
    "Textbox",
    "Theme",
    "UndoData",
    "UploadButton",
    "Video",
    "Warning",
    "__version__",
    "cancelled",
    "mount",
    "on",
    "open_store",
    "skip",
    "update",
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
