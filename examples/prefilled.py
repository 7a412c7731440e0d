"""Buttons beside a chat that set its conversation, and one that hears when it changes."""

import salon as gr

SITUATIONS = {
    "At the bakery": [
        {"role": "assistant", "content": "Good morning! What can I get you?"},
        {"role": "user", "content": "What is fresh today?"},
        {"role": "assistant", "content": "The rye bread has just come out of the oven."},
    ],
    "At the doctor's": [{"role": "assistant", "content": "Please sit down. What brings you here?"}],
}


def reply(message, history):
    """Answer with what has been said so far."""
    return f"You said “{message}”, after {len(history)} other messages."


with gr.Blocks(title="Role play") as demo:
    situation = gr.Radio(list(SITUATIONS), label="Situation")
    chat = gr.ChatInterface(reply)
    so_far = gr.Label("Nobody has said anything.", label="So far")
    situation.change(SITUATIONS.get, situation, chat.chatbot_value)
    chat.chatbot_value.change(lambda messages: f"{len(messages)} messages", chat.chatbot_value, so_far)

if __name__ == "__main__":
    demo.launch()
