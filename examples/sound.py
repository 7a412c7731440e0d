"""A reply with sound, as bytes of a WAV file."""

import io
import math
import struct
import wave

import salon as gr

RATE = 16_000


def tone(frequency, seconds=0.25):
    """Return one note as samples that swell and fade."""
    count = int(RATE * seconds)
    for number in range(count):
        loudness = 8_000 * math.sin(math.pi * number / count)
        yield round(loudness * math.sin(2 * math.pi * frequency * number / RATE))


def reply(message, history):
    """Play the message: each letter is a note."""
    notes = [ord(letter) % 24 for letter in message.lower() if letter.isalpha()][:24]
    samples = [sample for note in notes for sample in tone(220 * 2 ** (note / 12))]
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return gr.Audio(buffer.getvalue(), label=f"{len(notes)} notes")


demo = gr.ChatInterface(reply, title="Music box", textbox=gr.Textbox(placeholder="Write a melody"))

if __name__ == "__main__":
    demo.launch()
