"""Further values for the function, below the text box: it gets them after the history."""

import salon as gr


def reply(message, history, system_prompt, temperature, tools):
    """Say what a model would be asked, and how."""
    return f"**{system_prompt}** (temperature {temperature:g}, tools: {', '.join(tools) or 'none'})\n\n> {message}"


demo = gr.ChatInterface(
    reply,
    title="Settings",
    additional_inputs=[
        gr.Textbox("Be brief.", label="System prompt", lines=2),
        gr.Slider(0, 2, 0.7, step=0.1, label="Temperature", info="Higher is wilder"),
        gr.CheckboxGroup(["search", "code", "pictures"], label="Tools"),
    ],
    additional_inputs_accordion="Settings",
    examples=[["What is new?", "Be brief.", 0.2, ["search"]], ["Tell me a story", "You are a poet.", 1.4]],
)

if __name__ == "__main__":
    demo.launch()
