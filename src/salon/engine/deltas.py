"""From each yielded value to the events that make it visible. The only place where two values are compared."""

from collections.abc import Callable

import msgspec

from salon.components.drafts import Draft
from salon.conversations.reading import Drafts
from salon.conversations.reasoning import Tags, parts_of
from salon.events.types import MessageStart, PartDelta, PartReplace, PartStart, ReplyForm, Reset, RunEvent
from salon.ids import MessageId
from salon.messages.chat_message import Append
from salon.messages.message import Message
from salon.messages.parts import Part, TextPart, with_text
from salon.text import clean


class Deltas:
    """What has been shown of one reply; `take` returns what a further value changes.

    Values are compared with what was shown, never by identity, so a list that its author
    keeps changing and yields again works.

    Args:
        mint: makes ids for messages.
        tags: what stands around thoughts in a text.
    """

    def __init__(self, mint: Callable[[], MessageId], *, tags: Tags = ()) -> None:
        self._mint = mint
        self._ids: list[MessageId] = []
        self._shown: tuple[Draft, ...] = ()
        self._form: ReplyForm = "value"
        self._text = ""
        self._appended: list[str] = []
        self._is_plain = not tags
        self._tags = tags
        self._tagged = ""

    def take(self, value: str | Append | Drafts) -> list[RunEvent]:
        """Return the events by which `value` differs from what is shown; none when it does not."""
        if isinstance(value, Append):
            return self._append(value.text)
        if self._tags and isinstance(value, str):
            return self._take_tagged(value, is_whole=False)
        if self._is_plain and isinstance(value, str):
            shown = self._plain_text()
            self._text = value
            if value.startswith(shown):
                return self._grown(value[len(shown) :])
            return [PartReplace(value=TextPart(text=clean(value)))]
        self._leave_plain()
        self._tagged = ""
        if isinstance(value, str):
            return self._take_drafts(((TextPart(text=value),),), "value")
        return self._take_drafts(value.messages, value.form)

    def finish(self) -> list[RunEvent]:
        """Return what shows the rest of a text whose end was held back, as it might have become a tag."""
        return self._take_tagged(self._tagged, is_whole=True) if self._tagged else []

    def _take_tagged(self, text: str, *, is_whole: bool) -> list[RunEvent]:
        self._tagged = text
        return self._take_drafts((parts_of(text, self._tags, is_whole=is_whole),), "value")

    def _append(self, text: str) -> list[RunEvent]:
        if self._is_plain:
            self._appended.append(text)
            return self._grown(text)
        if self._tags and (self._tagged or not self._shown):
            return self._take_tagged(self._tagged + text, is_whole=False)
        *before, last = self._shown or ((),)
        if not (last and isinstance(last[-1], TextPart)):
            self._settle()
            return self._take_drafts((*before, (*last, TextPart(text=text))), self._form)
        self._appended.append(text)
        return [PartDelta(text=clean(text), message=len(before), part=len(last) - 1)] if text else []

    def _settle(self) -> None:
        """Count what was appended to the last part of several as shown."""
        if self._appended:
            *before, last = self._shown
            text = clean(last[-1].text + "".join(self._appended))
            self._shown = (*before, (*last[:-1], TextPart(text=text)))
            self._appended.clear()

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
        """Stop treating the reply as a single text, for good, and bring what is shown up to date."""
        if self._is_plain:
            self._is_plain = False
            if self._ids:
                self._shown = ((TextPart(text=clean(self._plain_text())),),)
        self._settle()

    def _take_drafts(self, wanted: tuple[Draft, ...], form: ReplyForm) -> list[RunEvent]:
        wanted = tuple(tuple(with_text(part, clean(part.text)) for part in draft) for draft in wanted)
        shown, self._shown = self._shown, wanted
        self._form = form
        if len(wanted) < len(shown) or any(len(new) < len(old) for new, old in zip(wanted, shown, strict=False)):
            del self._ids[len(wanted) :]
            self._ids += [self._mint() for _ in range(len(wanted) - len(self._ids))]
            messages = tuple(Message(role="assistant", parts=draft) for draft in wanted)
            return [Reset(ids=tuple(self._ids), messages=messages, form=form)]
        events: list[RunEvent] = []
        for message, draft in enumerate(wanted):
            old = shown[message] if message < len(shown) else ()
            if message >= len(shown):
                self._ids.append(self._mint())
                events.append(MessageStart(id=self._ids[-1], message=message, form=form))
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
