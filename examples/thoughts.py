"""The steps on the way to an answer, folded away: one message grows, with thoughts inside each other."""

import asyncio

import salon as gr


def step(title, content="", **metadata):
    return gr.ChatMessage(content, metadata={"title": title, **metadata})


async def reply(message, history):
    """Add up the lengths of the words, and show how."""
    words = message.split()
    total = 0
    steps = [step("Add up the words", status="pending", id="sum")]
    for word in words:
        yield [*steps, step(f"Measure {word!r}", status="pending", parent_id="sum")]
        await asyncio.sleep(0.2)
        total += len(word)
        measured = step(f"Measure {word!r}", f"It has {len(word)}.", status="done", parent_id="sum", duration=0.2)
        steps.append(measured)
    steps[0] = step("Add up the words", status="done", id="sum", log=f"{len(words)} words")
    yield [*steps, f"Your words have **{total}** characters."]


demo = gr.ChatInterface(reply, title="Thoughts", examples=["How long is a piece of string?"])

if __name__ == "__main__":
    demo.launch()
