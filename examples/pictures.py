"""Replies with pictures. Needs `pip install pillow`."""

import colorsys

from PIL import Image, ImageDraw

import salon as gr


def stripes(hue, width=320, height=200):
    """Draw stripes from dark to light in one hue (0 to 1)."""
    picture = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(picture)
    for step in range(10):
        color = colorsys.hls_to_rgb(hue, 0.25 + step * 0.06, 0.6)
        left = step * width // 10
        draw.rectangle((left, 0, left + width // 10, height), tuple(round(part * 255) for part in color))
    return picture


def reply(message, history):
    """One picture for a short message, a gallery for a long one: its length decides the colours."""
    hue = len(message) % 12 / 12
    if len(message) < 10:
        return stripes(hue)
    pictures = [(stripes((hue + step / 8) % 1), f"{step * 45}° on") for step in range(8)]
    return ["Eight colours:", gr.Gallery(pictures, columns=4)]


demo = gr.ChatInterface(reply, title="Stripes", examples=["Hi", "Show me many of them"])

if __name__ == "__main__":
    demo.launch()
