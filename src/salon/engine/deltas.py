"""From each yielded value to the events that make it visible. The only place where two values are compared."""

from collections.abc import Callable
from typing import Any

import msgspec

from salon.engine.replies import Draft, drafts
from salon.events.types import MessageStart, PartDelta, PartReplace, PartStart, Reset, RunEvent
from salon.ids import MessageId
from salon.messages.chat_message import Append
from salon.messages.message import Message
from salon.messages.parts import Part, TextPart, with_text


def clean(text: str) -> str:
    """Return `text` with what no encoding or screen can carry (NUL, lone surrogates) as U+FFFD."""
    text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


class Deltas:
    """What has been shown of one reply; `take` returns what a further value changes.

    Values are compared with what was shown, never by identity, so a list that its author
    keeps changing and yields again works.
    """

    def __init__(self, mint: Callable[[], MessageId]) -> None:
        self._mint = mint
        self._ids: list[MessageId] = []
        self._shown: tuple[Draft, ...] = ()
        self._text = ""
        self._appended: list[str] = []
        self._is_plain = True

    def take(self, value: Any) -> list[RunEvent]:
        """Return the events by which `value` differs from what is shown; none when it does not.

        Raises:
            ReplyError: `value` is nothing that a chat can show; nothing changed.
        """
        if self._is_plain:
            if type(value) is Append:
                self._appended.append(value.text)
                return self._grown(value.text)
            if isinstance(value, str):
                shown = self._plain_text()
                if value.startswith(shown):
                    self._text = value
                    return self._grown(value[len(shown) :])
                self._text = value
                return [PartReplace(value=TextPart(text=clean(value)))]
        self._leave_plain()
        if type(value) is Append:
            return self._take_drafts(self._appended_to_last(value.text))
        return self._take_drafts(drafts(value))

    def _plain_text(self) -> str:
        if self._appended:
            self._text += "".join(self._appended)
            self._appended.clear()
        return self._text

    def _grown(self, tail: str) -> list[RunEvent]:
        if self._ids:
            return [PartDelta(text=clean(tail))] if tail else []
        self._ids.append(self._mint())
        return [MessageStart(id=self._ids[0]), PartStart(value=TextPart(text=clean(tail)))]

    def _leave_plain(self) -> None:
        """Stop treating the reply as a single text, for good."""
        if self._is_plain:
            self._is_plain = False
            if self._ids:
                self._shown = ((TextPart(text=clean(self._plain_text())),),)

    def _appended_to_last(self, text: str) -> tuple[Draft, ...]:
        *before, last = self._shown or ((),)
        if last and isinstance(last[-1], TextPart):
            return (*before, (*last[:-1], TextPart(text=last[-1].text + text)))
        return (*before, (*last, TextPart(text=text)))

    def _take_drafts(self, wanted: tuple[Draft, ...]) -> list[RunEvent]:
        wanted = tuple(tuple(with_text(part, clean(part.text)) for part in draft) for draft in wanted)
        shown, self._shown = self._shown, wanted
        if len(wanted) < len(shown) or any(len(new) < len(old) for new, old in zip(wanted, shown, strict=False)):
            del self._ids[len(wanted) :]
            messages = tuple(Message(role="assistant", parts=draft) for draft in wanted)
            return [Reset(ids=tuple(self._ids), messages=messages)]
        events: list[RunEvent] = []
        for message, draft in enumerate(wanted):
            old = shown[message] if message < len(shown) else ()
            if message >= len(shown):
                self._ids.append(self._mint())
                events.append(MessageStart(id=self._ids[-1], message=message))
            for part, value in enumerate(draft):
                if part >= len(old):
                    events.append(PartStart(value=value, message=message, part=part))
                elif value != old[part]:
                    events.append(_change(old[part], value, message, part))
        return events


def _change(old: Part, new: Part, message: int, part: int) -> RunEvent:
    if new.text.startswith(old.text) and msgspec.structs.replace(old, text=new.text) == new:
        return PartDelta(text=new.text[len(old.text) :], message=message, part=part)
    return PartReplace(value=new, message=message, part=part)
