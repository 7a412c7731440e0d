"""A long blocking function that notices when its reader stops it, and cleans up."""

import time

import salon as gr


def reply(message, history, progress=gr.Progress()):
    for step in range(100):
        if gr.cancelled():
            return "Stopped."
        progress((step, 100), desc="Thinking")
        time.sleep(0.05)
    return "Done."


demo = gr.ChatInterface(reply, type="messages", title="Stopping", concurrency_limit=4)

if __name__ == "__main__":
    demo.launch()
