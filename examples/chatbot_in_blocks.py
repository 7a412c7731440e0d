"""A conversation that functions of your own fill: every step is yours."""

import time

import salon as gr


def ask(message, history):
    """Show the question at once, and empty the box."""
    return "", [*history, {"role": "user", "content": message}]


def answer(history):
    """Answer the last question, growing."""
    history.append({"role": "assistant", "content": ""})
    for letter in f"You asked: {history[-2]['content']}":
        history[-1]["content"] += letter
        time.sleep(0.01)
        yield history


def undo(history, event: gr.UndoData):
    """Put the last question back into the box."""
    return history[: event.index], event.value


with gr.Blocks(title="Step by step") as demo:
    chatbot = gr.Chatbot(label="Conversation", placeholder="Ask something")
    box = gr.Textbox(placeholder="Your question", label="Question", max_lines=1, submit_btn=True)
    gr.ClearButton([chatbot, box])
    box.submit(ask, [box, chatbot], [box, chatbot]).then(answer, chatbot, chatbot)
    chatbot.undo(undo, chatbot, [chatbot, box])

if __name__ == "__main__":
    demo.launch()
