"""A page of one's own: components, functions bound to their events, and two chats in tabs."""

import salon as gr


def greet(name, loud, visits):
    """Greet letter by letter; the count belongs to this visitor's page."""
    text = f"Hello {name or 'you'}!"
    for end in range(1, len(text) + 1):
        yield (text[:end].upper() if loud else text[:end]), visits + 1, f"{visits + 1} so far"


with gr.Blocks(title="Reception") as demo:
    with gr.Sidebar("Guest"):
        name = gr.Textbox(label="Name", max_lines=1)
        loud = gr.Checkbox(label="Loud")
    visits = gr.State(0)
    with gr.Tab("Greeting"):
        greeting = gr.Textbox(label="Greeting")
        count = gr.Label(label="Greetings")
        with gr.Row():
            button = gr.Button("Greet", variant="primary")
            gr.ClearButton([name, greeting])
        gr.on([button.click, name.submit], greet, [name, loud, visits], [greeting, visits, count])
    with gr.Tab("Echo"):
        gr.ChatInterface(lambda message: message, title="Echo")
    with gr.Tab("Mirror"):
        gr.ChatInterface(lambda message: message[::-1], title="Mirror")

if __name__ == "__main__":
    demo.launch()
