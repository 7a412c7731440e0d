"""The encoder from events to chat completions: whole ones, and chunks of a stream."""

from collections.abc import Sequence
from typing import Any

import msgspec

from salon.events.types import Entry, RunEnd
from salon.messages.message import Message
from salon.surfaces.openai.errors import error_body
from salon.surfaces.texts import Address, GrowingText, text_of, thoughts_of

_encode = msgspec.json.encode
_BYTES_PER_TOKEN = 4


def tokens_in(text: str) -> int:
    """Return an estimate of the number of tokens of a text; the exact number depends on the model."""
    return -(-len(text.encode("utf-8", "replace")) // _BYTES_PER_TOKEN)


def tokens_of(messages: Sequence[Message]) -> int:
    """Return an estimate of the number of tokens of messages."""
    return sum(tokens_in(message.text) for message in messages)


class CompletionEncoder:
    """Encodes one completion.

    Args:
        id_: id of the completion.
        model: the caller's name of the model.
        created: seconds since 1970.
        prompt_tokens: estimated number of tokens of the caller's messages.
        address: function that returns the address of a file for clients.
        include_usage: whether a chunk with the number of tokens follows the last one.
    """

    def __init__(
        self, id_: str, *, model: str, created: int, prompt_tokens: int, address: Address, include_usage: bool = False
    ) -> None:
        self._head = {"id": id_, "created": created, "model": model, "system_fingerprint": None}
        head = _encode(self._head | {"object": "chat.completion.chunk"})[:-1]
        usage = b',"usage":null' if include_usage else b""
        self._before = b"data: " + head + usage + b',"choices":[{"index":0,"delta":{"content":'
        self._prompt_tokens = prompt_tokens
        self._address = address
        self._include_usage = include_usage
        self._growing = GrowingText(address)
        self._has_begun = False
        self.end: RunEnd | None = None

    def frames(self, batch: Sequence[Entry]) -> bytes:
        """Return the chunks of a batch of entries; text deltas of one batch are merged into one chunk."""
        chunks: list[bytes] = []
        texts: list[str] = []
        if not self._has_begun:
            self._has_begun = True
            chunks.append(self._chunk({"role": "assistant", "content": ""}))
        for _, event in batch:
            thoughts, text = self._growing.add(event)
            if thoughts:
                chunks += self._text_chunk(texts)
                chunks.append(self._chunk({"reasoning_content": thoughts}))
            if text:
                texts.append(text)
            if isinstance(event, RunEnd):
                self.end = event
                if rest := self._growing.rest():
                    texts.append(rest)
        chunks += self._text_chunk(texts)
        if self.end is not None:
            chunks.append(self._final(self.end))
        return b"".join(chunks)

    def whole(self) -> dict[str, Any]:
        """Return the completion, after `end` is set."""
        reply = self._growing.reply
        message = {"role": "assistant", "content": text_of(reply, self._address), "refusal": None}
        if thoughts := thoughts_of(reply):
            message["reasoning_content"] = thoughts
        return self._head | {
            "object": "chat.completion",
            "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
            "usage": self._usage(),
        }

    def _text_chunk(self, texts: list[str]) -> list[bytes]:
        if not texts:
            return []
        text = "".join(texts)
        texts.clear()
        return [self._before + _encode(text) + b'},"logprobs":null,"finish_reason":null}]}\n\n']

    def _final(self, end: RunEnd) -> bytes:
        if end.status not in ("complete", "cancelled"):
            return b"data: %b\n\n" % _encode(error_body(end.failure))
        frames = self._chunk({}, finish_reason="stop")
        if self._include_usage:
            last = self._head | {"object": "chat.completion.chunk", "choices": [], "usage": self._usage()}
            frames += b"data: %b\n\n" % _encode(last)
        return frames + b"data: [DONE]\n\n"

    def _chunk(self, delta: dict[str, Any], *, finish_reason: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        usage = {"usage": None} if self._include_usage else {}
        return b"data: %b\n\n" % _encode(self._head | usage | {"object": "chat.completion.chunk", "choices": [choice]})

    def _usage(self) -> dict[str, int]:
        reply = self._growing.reply
        tokens = tokens_in(text_of(reply, self._address)) + tokens_in(thoughts_of(reply))
        return {
            "prompt_tokens": self._prompt_tokens,
            "completion_tokens": tokens,
            "total_tokens": self._prompt_tokens + tokens,
        }
