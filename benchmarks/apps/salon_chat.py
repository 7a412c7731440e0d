"""Serve one chat function with Salon: `python salon_chat.py FUNCTION PORT`."""

import itertools
import sys

import replies

import salon

name, port = sys.argv[1:]


async def stream_append(message, history):
    """`replies.stream`, said in the form that Gradio does not have."""
    for token in itertools.islice(itertools.cycle(replies.TOKENS), int(message)):
        yield salon.Append(token)


function = stream_append if name == "stream_append" else getattr(replies, name)
look = replies.SHOWN if name == "show" else {}
salon.ChatInterface(function, **look).launch(server_name="127.0.0.1", server_port=int(port), quiet=True)
