"""The text of a reply, as it is and as it grows."""

from salon.events.fold import Folding, Reply
from salon.events.types import PartDelta, PartReplace, PartStart, PartTruncate, Reset, RunEvent
from salon.messages.parts import TextPart


def text_of(reply: Reply) -> str:
    """Return the text of a reply, without thoughts and files."""
    return "\n\n".join(message.text for message in reply.messages if message.text)


class TextPieces:
    """Tells what each event adds to a reply's text, so that the pieces together are the text."""

    def __init__(self) -> None:
        self._folding = Folding()
        self._given: list[str] = []
        self._growing: tuple[int, int] | None = None
        self._silent: set[tuple[int, int]] = set()

    def add(self, event: RunEvent) -> str:
        """Return what the next event adds; nothing where it changes what was said before."""
        self._folding.add(event)
        if isinstance(event, PartDelta):
            place = (event.message, event.part)
            # Nearly all events are these two; looking at the whole reply for each would cost more and more.
            if place in self._silent:
                return ""
            if place == self._growing:
                self._given.append(event.text)
                return event.text
        elif not isinstance(event, PartStart | PartReplace | PartTruncate | Reset):
            return ""
        return self._look()

    def _look(self) -> str:
        reply = self._folding.reply()
        text, given = text_of(reply), "".join(self._given)
        self._given = [text]
        self._growing, self._silent = None, set()
        for message, said in enumerate(reply.messages):
            for part, value in enumerate(said.parts):
                if not isinstance(value, TextPart):
                    self._silent.add((message, part))
                elif said.text:
                    self._growing = (message, part)
        return text[len(given) :] if text.startswith(given) else ""
