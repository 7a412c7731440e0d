"""Answers to the examples are made once, when the server starts, and shown at a click from then on.

They are made anew when this function or an example changes; `cache_mode="lazy"` makes each at its first click."""

import time

import salon as gr

CAPITALS = {"France": "Paris", "Japan": "Tokyo", "Peru": "Lima"}


def reply(message, history):
    """Think for a moment, then name the capital of the country in the message."""
    time.sleep(0.5)
    for country, capital in CAPITALS.items():
        if country in message:
            return f"The capital of {country} is **{capital}**."
    return "I know these countries: " + ", ".join(CAPITALS)


demo = gr.ChatInterface(
    reply,
    title="Capitals",
    examples=[f"What is the capital of {country}?" for country in CAPITALS],
    cache_examples=True,
)

if __name__ == "__main__":
    demo.launch()
