"""Preset replies, as buttons below the last message: choosing one sends it."""

import salon as gr

SIZES = {"small": 4, "medium": 6, "large": 8}


def reply(message, history):
    """Take an order in two questions."""
    size = next((size for size in SIZES if size in message.lower()), None)
    if size is not None:
        return f"One {size} tea, that is {SIZES[size]} euros. Enjoy!"
    options = [{"value": f"A {size} one, please", "label": size.capitalize()} for size in SIZES]
    return gr.ChatMessage("Would you like a cup of tea? Which size?", options=options)


demo = gr.ChatInterface(reply, title="Tea house", examples=["I am thirsty"])

if __name__ == "__main__":
    demo.launch()
