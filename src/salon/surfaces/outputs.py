"""The current state of the components that a function sets besides its reply."""

from collections.abc import Sequence

import msgspec

from salon.definition.endpoint import Parameter
from salon.events.types import OutputDelta, OutputSet, RunEvent
from salon.messages.parts import ComponentPart


class Outputs:
    """Folds the events of a run into the state of its outputs.

    Args:
        outputs: components that the function sets.
    """

    def __init__(self, outputs: Sequence[Parameter]) -> None:
        self._parts = {item.id: ComponentPart(kind=item.component.kind) for item in outputs}
        self._set: set[str] = set()

    def add(self, event: RunEvent) -> None:
        """Add the next event."""
        match event:
            case OutputSet(node=node, props=props, text=text, files=files) if node in self._parts:
                part = self._parts[node]
                self._set.add(node)
                self._parts[node] = ComponentPart(
                    kind=part.kind,
                    text=part.text if text is None else text,
                    props=part.props | props,
                    files=part.files if files is None else files,
                )
            case OutputDelta(node=node, text=text) if node in self._parts:
                part = self._parts[node]
                self._parts[node] = msgspec.structs.replace(part, text=part.text + text)
            case _:
                pass

    def parts(self) -> list[ComponentPart | None]:
        """Return the components in their order; `None` for components that were not set."""
        return [part if node in self._set else None for node, part in self._parts.items()]
