"""Users attach files: from their disk, by dropping and pasting, with the microphone and the camera."""

from pathlib import Path

import salon as gr

NOTES = Path(__file__).with_name("hello.py")


def reply(message, history):
    """Say what arrived, and give each file back; `message` is {"text": …, "files": [path, …]}."""
    paths = [Path(path) for path in message["files"]]
    if not paths:
        return "Attach something: the paper clip, the microphone, the camera, or drop it here."
    lines = [f"- **{path.name}**, {path.stat().st_size} bytes" for path in paths]
    return ["\n".join(["You sent:", *lines]), {"files": paths}]


demo = gr.ChatInterface(
    reply,
    title="Files",
    multimodal=True,
    textbox=gr.MultimodalTextbox(
        file_count="multiple",
        sources=["upload", "microphone", "camera"],
        placeholder="Write something, or attach files",
    ),
    examples=[{"text": "How long is this program?", "files": [str(NOTES)]}],
    editable=True,
)

if __name__ == "__main__":
    demo.launch()
