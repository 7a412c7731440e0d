"""A reply may be a figure of matplotlib, Plotly, Altair or Bokeh. Needs `pip install matplotlib`."""

import string

from matplotlib.figure import Figure

import salon as gr


def reply(message, history):
    """Count the letters of the message."""
    letters = [letter for letter in string.ascii_lowercase if letter in message.lower()]
    figure = Figure(figsize=(6, 2.5), layout="constrained")
    axes = figure.add_subplot()
    axes.bar(letters, [message.lower().count(letter) for letter in letters])
    axes.set_ylabel("times")
    return gr.Plot(figure, label="Letters of the message")


demo = gr.ChatInterface(reply, title="Letters", examples=["The quick brown fox jumps over the lazy dog"])

if __name__ == "__main__":
    demo.launch()
