"""Feedback: thumbs, options under a flag and comments, in a table and in a function of one's own.

What readers said is then a report (`salon feedback report`), a set to train on, or tests: see docs/feedback.md.
"""

import salon as gr

ANSWERS = ("Yes.", "No.", "It depends on what you mean.")


def reply(message, history):
    """Give a different answer each time, so that there is something to prefer; ask again with Retry."""
    return ANSWERS[len(message + str(history)) % len(ANSWERS)]


def tell(feedback: gr.Feedback):
    """Hear of every opinion, with the conversation that it is about."""
    if feedback.liked is False:
        print(f"Message {feedback.index} was disliked ({feedback.comment or 'no comment'}): {feedback.value}")


demo = gr.ChatInterface(
    reply,
    flagging_mode="manual",
    flagging_options=["Like", "Dislike", "Wrong", "Impolite", "Too short"],
    flagging_comment=True,
    on_feedback=tell,
)

if __name__ == "__main__":
    demo.launch()
