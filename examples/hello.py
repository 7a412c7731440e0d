"""The shortest chat: a function that returns its answer."""

import salon as gr


def reply(message, history):
    return f"You said: {message}"


demo = gr.ChatInterface(reply, type="messages")

if __name__ == "__main__":
    demo.launch()
