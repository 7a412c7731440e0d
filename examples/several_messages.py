"""Several messages in one turn: a list, of which each value replaces the whole."""

import time

import salon as gr

SPEAKERS = ("The optimist", "The pessimist", "The realist")
OPINIONS = ("It will go well.", "It will go wrong.", "It will go on.")


def reply(message, history):
    """Let three people answer, one after the other."""
    said = []
    for speaker, opinion in zip(SPEAKERS, OPINIONS, strict=True):
        said.append(f"**{speaker}:** {opinion}")
        yield said
        time.sleep(0.3)


demo = gr.ChatInterface(reply, title="Three opinions", chatbot=gr.Chatbot(group_consecutive_messages=False))

if __name__ == "__main__":
    demo.launch()
