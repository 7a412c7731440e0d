"""Models that write their reasoning between tags: it is folded away while it streams."""

import asyncio

import salon as gr

ANSWER = """<think>The question is whether it is even.
Even numbers end with 0, 2, 4, 6 or 8.</think>
{number} is **{parity}**."""


async def reply(message, history):
    """Write like a reasoning model does; only the number in the message is thought about."""
    number = int("".join(letter for letter in message if letter.isdecimal()) or "7")
    text = ANSWER.format(number=number, parity="odd" if number % 2 else "even")
    for word in text.split(" "):
        yield gr.Append(word + " ")
        await asyncio.sleep(0.05)


demo = gr.ChatInterface(
    reply,
    title="Reasoning",
    chatbot=gr.Chatbot(reasoning_tags=[("<think>", "</think>")], allow_tags=False),
    examples=["Is 42 even?"],
)

if __name__ == "__main__":
    demo.launch()
