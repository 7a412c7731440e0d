"""A model behind an API that is compatible with OpenAI's. Needs `pip install openai`.

`OPENAI_BASE_URL` and `OPENAI_API_KEY` say where it is, `MODEL` which one; local servers take any key and name."""

import os

from openai import OpenAI

import salon as gr

client = OpenAI(api_key=os.environ.get("OPENAI_API_KEY", "none"))
model = os.environ.get("MODEL", "gpt-4o-mini")


def reply(message, history):
    """Stream the answer; `history` is in the form that the API takes."""
    messages = [*history, {"role": "user", "content": message}]
    with client.chat.completions.create(model=model, messages=messages, stream=True) as stream:
        for chunk in stream:
            if chunk.choices and chunk.choices[0].delta.content:
                yield gr.Append(chunk.choices[0].delta.content)


demo = gr.ChatInterface(
    reply,
    title="API",
    examples=["What is the capital of France?", "Name three colours."],
    chatbot=gr.Chatbot(reasoning_tags=[("<think>", "</think>")]),
)

if __name__ == "__main__":
    demo.launch()
