"""What functions set beside their reply: from returned values to changes of components, and to events."""

from collections.abc import Sequence
from typing import Any

import msgspec

from salon.components.base import Files, Skip
from salon.components.state import State
from salon.engine.sessions import Session
from salon.events.types import OutputDelta, OutputSet, RunEvent
from salon.spec.endpoint import Parameter


def read_outputs(
    parameters: Sequence[Parameter], values: Sequence[Any], files: Files, session: Session
) -> tuple[OutputSet, ...]:
    """Return what a function's values change of components, one value each. It may block, to write files.

    Raises:
        ComponentError: one is nothing that its component can show.
    """
    outputs = (_read(parameter, value, files, session) for parameter, value in zip(parameters, values, strict=True))
    return tuple(output for output in outputs if output is not None)


def _read(parameter: Parameter, value: Any, files: Files, session: Session) -> OutputSet | None:
    """Return what a function's value changes of a component; `None` for nothing.

    Raises:
        ComponentError: it is nothing that the component can show.
    """
    if isinstance(value, Skip):
        return None
    if isinstance(parameter.component, State):
        session.set(parameter, value)
        return None
    change = parameter.component.changed_by(value, files)
    return OutputSet(node=parameter.id, props=change.props, text=change.text, files=change.files)


class OutputDeltas:
    """What one run has set so far; `take` returns what a further value changes."""

    def __init__(self) -> None:
        self._shown: dict[str, OutputSet] = {}

    def take(self, output: OutputSet) -> list[RunEvent]:
        """Return the events by which `output` differs from what is shown; none when it does not."""
        shown = self._shown.get(output.node)
        self._shown[output.node] = output
        if shown is None:
            return [output]
        if shown == output:
            return []
        old, new = shown.text, output.text
        if (
            old is not None
            and new is not None
            and new.startswith(old)
            and msgspec.structs.replace(shown, text=new) == output
        ):
            return [OutputDelta(node=output.node, text=new[len(old) :])]
        return [output]
