"""HTML in replies: as a component, and inside of a text. Both run in frames that cannot reach the page."""

import salon as gr

CLOCK = """<p>Your time: <b id="time"></b></p>
<script>
  const show = () => { document.querySelector('#time').textContent = new Date().toLocaleTimeString() }
  show()
  setInterval(show, 1000)
</script>"""

COLOURS = """These are two colours:

<p style="color: seagreen">Sea green</p>

<p style="color: chocolate">Chocolate</p>

The rest is *Markdown*, as always."""


def reply(message, history):
    """Show a clock when it is asked for, else colours."""
    return gr.HTML(CLOCK, label="Clock") if "time" in message else COLOURS


demo = gr.ChatInterface(
    reply,
    title="HTML",
    chatbot=gr.Chatbot(sanitize_html=False),
    examples=["What time is it?", "Show me colours"],
)

if __name__ == "__main__":
    demo.launch()
