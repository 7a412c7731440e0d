"""How the page looks: a theme, colours of your own, avatars, a placeholder, labels and a panel."""

import tempfile
from pathlib import Path

import salon as gr

AVATAR = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="16" fill="teal"/><circle cx="16" cy="16" r="6" fill="white"/></svg>"""
avatar = Path(tempfile.mkdtemp()) / "bot.svg"
avatar.write_text(AVATAR, "utf-8")


def reply(message, history):
    """Repeat the message in a box."""
    return f"> {message}"


demo = gr.ChatInterface(
    reply,
    title="Parrot",
    description="Says what you say. **Nicely.**",
    theme=gr.themes.Soft(primary_hue="teal"),
    css=".salon-bubble { letter-spacing: 0.01em }",
    chatbot=gr.Chatbot(
        placeholder="### Polly is listening\nSay something.", layout="panel", avatar_images=(None, avatar)
    ),
    textbox=gr.Textbox(placeholder="Say it here", lines=2, submit_btn="Say"),
    retry_btn="Again",
    undo_btn="Take back",
    clear_btn="New talk",
    editable=True,
)

if __name__ == "__main__":
    demo.launch()
