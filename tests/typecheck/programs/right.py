"""A program that uses much of what authors use, in Gradio's old and new ways, and that type checkers find right."""

import salon as gr
from salon.testing import ChatClient


def reply(message: str, history: list[dict[str, str]], request: gr.Request) -> str:
    return f"{len(history)} {message} {request.session_hash}"


with gr.Blocks(theme=gr.themes.Soft(primary_hue="teal"), analytics_enabled=False) as demo:
    box = gr.Textbox("Be brief.", label="Prompt", show_share_button=False, visible="hidden")
    with gr.Row(equal_height=True, show_progress=False) as row, gr.Column(2):
        button = gr.Button("Go", variant="primary", link_target="_blank", every=3)
        slider = gr.Slider(0, 10, value=3, step=1, key="slider")
    asked = button.click(len, inputs=box, outputs=[box, row], api_name="length", queue=False, scroll_to_output=True)
    asked.then(list, None, box, show_progress="hidden").success(None, js="() => 1").failure(print, {box, slider})

    @button.click(inputs=[box], outputs=box)
    def louder(text: str) -> str:
        return text.upper()

    louder("text").lower()
    button.click(None, None, None, cancels=[asked])
    button.click(js="() => 3").then(list)
    gr.on([button.click, box.submit], fn=list, outputs=box)
    gr.on(box.change, louder, box, box)

    @gr.on(slider.release, inputs=slider)
    def slid(value: float) -> None:
        print(value)

    demo.load(list, None, [box])
    chat = gr.ChatInterface(
        reply,
        type="messages",
        analytics_enabled=True,
        chatbot=gr.Chatbot(resizeable=True, height="30rem", buttons=["copy"], bubble_full_width=False),
        textbox=gr.MultimodalTextbox(file_types=["image"]),
        additional_inputs=[slider, box],
        additional_inputs_accordion_name="More",
    )
    button.click(list, None, chat.chatbot_value)
    gr.ClearButton([box]).add(slider)
    gr.TabItem("Leaf", render_children=True).select(print)
    box.unrender().render()

demo.queue(max_size=3, api_open=True, concurrency_count=2).launch(ssr_mode=False, server_port=0, file_directories=["."])
gr.ChatInterface(reply).launch(share=True, strict_cors=True)
ChatClient(gr.ChatInterface(reply)).close()
