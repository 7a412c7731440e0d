"""What a user sees when something goes wrong, or is worth knowing."""

import salon as gr


def reply(message, history, request: gr.Request):
    gr.Info(f"Your address is {request.client.host}.")
    if not message.endswith("?"):
        gr.Warning("Questions end with a question mark.")
    if "secret" in message:
        raise gr.Error("I keep secrets to myself.", title="No")
    return "Yes."


demo = gr.ChatInterface(reply, type="messages", title="Errors and notices")

if __name__ == "__main__":
    demo.launch()
