"""Salon turns one function into a chat application.

```python
import salon as gr

def reply(message, history):
    for i in range(len(message)):
        yield "You typed: " + message[: i + 1]

gr.ChatInterface(reply, type="messages").launch()
```
"""

# Names are loaded when they are first used. Type checkers and editors read `__init__.pyi` instead of this file: it is
# generated from the names below by `make stub`, so they know each name and refuse all others.
import importlib

_HOMES = {
    "Accordion": "components.layout",
    "Append": "messages.chat_message",
    "AsyncClient": "client.asynchronous",
    "Audio": "components.media",
    "AuthorError": "errors",
    "Blocks": "blocks",
    "BrowserState": "components.state",
    "Button": "components.button",
    "Cancelled": "engine.threads",
    "cancelled": "engine.context",
    "Chatbot": "components.chat",
    "ChatInterface": "chat_interface",
    "ChatMessage": "messages.chat_message",
    "Checkbox": "components.choice",
    "CheckboxGroup": "components.choice",
    "ClearButton": "components.button",
    "Client": "client.sync",
    "Code": "components.content",
    "ColorPicker": "components.pickers",
    "Column": "components.layout",
    "ConnectionLost": "client.errors",
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
    "mount": "mounting",
    "MultimodalTextbox": "components.text",
    "Number": "components.number",
    "OIDC": "oidc",
    "on": "blocks",
    "open_store": "stored_conversations",
    "Plot": "components.content",
    "Progress": "engine.context",
    "Radio": "components.choice",
    "ReplyFailed": "client.errors",
    "Request": "request",
    "RetryData": "components.events",
    "Row": "components.layout",
    "SalonError": "errors",
    "SelectData": "components.events",
    "Sidebar": "components.layout",
    "skip": "components.updates",
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
    "update": "components.updates",
    "UploadButton": "components.button",
    "Video": "components.media",
    "Warning": "engine.context",
}
_SUBMODULES = ("testing", "themes")

__version__ = "0.1.0"
__all__ = [*_HOMES, "__version__"]  # noqa: PLE0604 - all of them are texts


def __getattr__(name: str) -> object:
    if name in _SUBMODULES:
        return importlib.import_module(f"salon.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module `salon` has no attribute `{name}`")
    value: object = getattr(importlib.import_module(f"salon.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted((*__all__, *_SUBMODULES))
