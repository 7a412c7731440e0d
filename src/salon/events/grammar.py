"""The grammar of a run: validates a stream of events, one by one.

run = run-start { message-start | part-… | message-end | reset | output-… | aside } run-end. A part starts inside of an
open message and changes only while it is open; all messages and parts are closed before run-end.
"""

from typing import assert_never

from salon.events.types import (
    MessageEnd,
    MessageStart,
    Notice,
    OutputDelta,
    OutputSet,
    PartDelta,
    PartEnd,
    PartReplace,
    PartStart,
    PartTruncate,
    Progress,
    QueuePosition,
    Reset,
    RunEnd,
    RunEvent,
    RunStart,
)


class GrammarError(Exception):
    """An event that the grammar does not allow at this point of a run."""


class Grammar:
    """The validation state of one run; `accept` needs every event, in order."""

    def __init__(self) -> None:
        self.started: bool = False
        self.ended: bool = False
        self._open: list[list[bool]] = []
        self._open_messages: list[bool] = []
        self._outputs: set[str] = set()

    def accept(self, event: RunEvent) -> None:
        """Validate the next event.

        Raises:
            GrammarError: the event is not allowed at this point; the state is unchanged.
        """
        if self.ended:
            raise GrammarError(f"{event!r} after run-end")
        if self.started == isinstance(event, RunStart):
            raise GrammarError(f"{event!r}: run-start has to be the first event, exactly once")
        if isinstance(event, OutputSet | OutputDelta):
            self._accept_output(event)
            return
        match event:
            case PartDelta(message=message, part=part):
                self._require_open(event, message, part)
            case RunStart():
                self.started = True
            case MessageStart(message=message):
                if message != len(self._open):
                    raise GrammarError(f"{event!r}: the index of the next message is {len(self._open)}")
                self._open.append([])
                self._open_messages.append(True)
            case PartStart(message=message, part=part):
                if not self._is_open(message) or part != len(self._open[message]):
                    raise GrammarError(f"{event!r}: not the next part of an open message")
                self._open[message].append(True)
            case PartReplace(message=message, part=part) | PartTruncate(message=message, part=part):
                self._require_open(event, message, part)
            case PartEnd(message=message, part=part):
                self._require_open(event, message, part)
                self._open[message][part] = False
            case MessageEnd(message=message):
                if not self._is_open(message) or any(self._open[message]):
                    raise GrammarError(f"{event!r}: the message is not open, or one of its parts is still open")
                self._open_messages[message] = False
            case Reset(messages=messages, outputs=outputs):
                self._outputs |= {output.node for output in outputs}
                self._open = [[True] * len(message.parts) for message in messages]
                self._open_messages = [True] * len(messages)
            case RunEnd():
                if any(self._open_messages):
                    raise GrammarError(f"{event!r}: a message is still open")
                self.ended = True
            case QueuePosition() | Progress() | Notice():
                pass
            case _:
                assert_never(event)

    def closing(self) -> list[RunEvent]:
        """Return the events that close all open parts and messages, so that run-end may follow."""
        events: list[RunEvent] = []
        for message, is_open in enumerate(self._open_messages):
            if is_open:
                parts = self._open[message]
                events += [PartEnd(message=message, part=part) for part, is_open in enumerate(parts) if is_open]
                events.append(MessageEnd(message=message))
        return events

    def _accept_output(self, event: OutputSet | OutputDelta) -> None:
        if isinstance(event, OutputSet):
            self._outputs.add(event.node)
        elif event.node not in self._outputs:
            raise GrammarError(f"{event!r}: the component has to be set by an output-set of this run first")

    def _is_open(self, message: int) -> bool:
        return 0 <= message < len(self._open_messages) and self._open_messages[message]

    def _require_open(self, event: RunEvent, message: int, part: int) -> None:
        if not (self._is_open(message) and 0 <= part < len(self._open[message]) and self._open[message][part]):
            raise GrammarError(f"{event!r}: there is no such open part")
