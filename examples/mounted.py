"""A chat below a path of a FastAPI application: `uvicorn mounted:app`, then open /chat."""

from fastapi import FastAPI

import salon as gr


def reply(message, history):
    return f"You said: {message}"


demo = gr.ChatInterface(reply, type="messages", title="Mounted")
app = gr.mount(FastAPI(), demo, path="/chat")


@app.get("/hello")
def hello():
    return {"hello": "world"}
