"""What a chat works on, beside the chat: `additional_outputs` change while the answer streams."""

import time

import salon as gr

PAGE = "<h1>{title}</h1>\n<p>Made for you.</p>\n<style>h1 {{ color: teal; font-family: sans-serif }}</style>\n"


def reply(message, history):
    """Write a page, line by line, and show it when it is done."""
    page = PAGE.format(title=message)
    for end in range(0, len(page) + 1, 6):
        time.sleep(0.02)
        yield f"Writing a page about {message} …", page[:end], gr.skip()
    yield f"Here is your page about {message}.", page, page


with gr.Blocks(title="Page maker", fill_width=True) as demo:
    with gr.Row():
        code = gr.Code(language="html", label="Source", render=False)
        preview = gr.HTML(label="Preview", render=False)
        gr.ChatInterface(reply, additional_outputs=[code, preview])
        with gr.Column():
            with gr.Tab("Preview"):
                preview.render()
            with gr.Tab("Source"):
                code.render()

if __name__ == "__main__":
    demo.launch()
