"""What visitors of a chat with a history say."""

import httpx

import salon
from tests.surfaces.streams import reply_to, turn

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def echo(message, history, request: salon.Request):
    if message == "picture":
        return salon.Image(PNG)
    return f"{message}!"


def kept(**options) -> salon.ChatInterface:
    return salon.ChatInterface(echo, save_history="server", **options)


def talk(client: httpx.Client, text: str, id_: str, **fields) -> str:
    """Say something in a new conversation and return the reply's id."""
    return reply_to(client, turn(text, conversation=id_, **fields)).ids[-1]
