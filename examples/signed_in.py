"""Only people with a password get in, and the function knows who asks. Run it and sign in as ann or bob."""

import os

import salon as gr

PEOPLE = [("ann", os.environ.get("ANN_PASSWORD", "green tea")), ("bob", os.environ.get("BOB_PASSWORD", "black tea"))]


def reply(message, history, request: gr.Request):
    """Answer by name."""
    return f"{request.username or 'Stranger'}, you said: {message}"


demo = gr.ChatInterface(reply, title="By name")

if __name__ == "__main__":
    demo.launch(auth=PEOPLE)
