"""Keyword parameters with types are inputs in the page and parameters of every API, without being written twice."""

from typing import Annotated, Literal

import salon as gr


def reply(
    message: str,
    history: list,
    *,
    tone: Literal["kind", "strict"] = "kind",
    words: Annotated[int, range(1, 101), "How long the answer may be"] = 20,
    shout: bool = False,
):
    """Answer in a tone.

    Args:
        message: what is asked.
        tone: how to answer.
    """
    answer = f"A {tone} answer to “{message}” in at most {words} words."
    return answer.upper() if shout else answer


demo = gr.ChatInterface(reply, title="One signature")

if __name__ == "__main__":
    demo.launch()
