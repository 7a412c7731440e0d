"""Events to chat completions: whole ones, and chunks."""

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
    """Return about how many tokens a text has; only its model would know."""
    return -(-len(text.encode("utf-8", "replace")) // _BYTES_PER_TOKEN)


def tokens_said(messages: Sequence[Message]) -> int:
    """Return about how many tokens some messages have."""
    return sum(tokens_in(message.text) for message in messages)


class CompletionEncoder:
    """Writes one completion.

    Args:
        id_: of the completion.
        model: as the caller calls it.
        created: seconds since 1970.
        prompt_tokens: about how many tokens the caller's messages have.
        address: gives where a client finds a file.
        include_usage: whether the last chunk is followed by one with the number of tokens.
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
        """Return the chunks for entries that go out together; text that grew in several is one chunk."""
        found: list[bytes] = []
        texts: list[str] = []
        if not self._has_begun:
            self._has_begun = True
            found.append(self._chunk({"role": "assistant", "content": ""}))
        for _, event in batch:
            thoughts, text = self._growing.add(event)
            if thoughts:
                found += self._text_chunk(texts)
                found.append(self._chunk({"reasoning_content": thoughts}))
            if text:
                texts.append(text)
            if isinstance(event, RunEnd):
                self.end = event
                if rest := self._growing.rest():
                    texts.append(rest)
        found += self._text_chunk(texts)
        if self.end is not None:
            found.append(self._final(self.end))
        return b"".join(found)

    def whole(self) -> dict[str, Any]:
        """Return the completion, once `end` is there."""
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
