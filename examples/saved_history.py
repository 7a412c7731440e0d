"""Conversations that stay: listed at the side, kept in the visitor's own browser."""

import salon as gr


def reply(message, history, request: gr.Request):
    """Remember what was said, and know whether it can be trusted."""
    trust = "as I said it" if request.history_verified else "as you say I said it"
    return f"That is message {len(history) // 2 + 1} of this conversation, {trust}: {message}"


demo = gr.ChatInterface(reply, title="Memory", save_history=True)

if __name__ == "__main__":
    demo.launch()
