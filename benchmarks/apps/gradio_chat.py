"""Serve one chat function with Gradio: `python gradio_chat.py FUNCTION PORT [MESSAGES OF HISTORY]`."""

import sys

import gradio as gr
import replies

name, port, *preloaded = sys.argv[1:]
messages = [replies.PAST.format(number) for number in range(int(preloaded[0]) // 2 if preloaded else 0)]
history = [
    {"role": role, "content": content}
    for message in messages
    for role, content in (("user", message), ("assistant", replies.answer(message)))
]
chatbot = gr.Chatbot(value=history) if history else None
look = replies.SHOWN if name == "show" else {}
gr.ChatInterface(getattr(replies, name), chatbot=chatbot, concurrency_limit=None, **look).launch(
    server_name="127.0.0.1", server_port=int(port), quiet=True
)
