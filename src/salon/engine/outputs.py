"""What functions set beside their reply: from returned values to changes of components, and to events."""

from typing import Any

import msgspec

from salon.components.base import Files, Skip
from salon.events.types import OutputDelta, OutputSet, RunEvent
from salon.spec.endpoint import Parameter


def read_output(parameter: Parameter, value: Any, files: Files) -> OutputSet | None:
    """Return what a function's value changes of a component; `None` for nothing. It may block, to write files.

    Raises:
        ComponentError: it is nothing that the component can show.
    """
    if isinstance(value, Skip):
        return None
    change = parameter.component.change(value, files)
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
