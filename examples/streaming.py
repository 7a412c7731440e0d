"""An async function that streams: each value replaces the one before, or adds to it with `Append`."""

import asyncio

import salon as gr


async def reply(message, history):
    for word in f"You said: {message}".split(" "):
        yield gr.Append(word + " ")
        await asyncio.sleep(0.05)


demo = gr.ChatInterface(reply, type="messages", title="Streaming")

if __name__ == "__main__":
    demo.launch()
