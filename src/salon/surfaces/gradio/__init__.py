"""The protocol of Gradio's clients."""
