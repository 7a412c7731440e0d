"""What functions set beside their reply: from returned values to changes of components, and to events."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from salon.components.base import Files, Skip
from salon.components.chat import Chatbot
from salon.components.parameter_checks import given_to
from salon.components.state import State
from salon.definition.endpoint import Parameter
from salon.engine.chatbots import ReadParts, grown_by, messages_of
from salon.engine.sessions import Session
from salon.events.types import OutputDelta, OutputSet, RunEvent


def read_outputs(
    parameters: Sequence[Parameter], values: Sequence[Any], files: Files, session: Session, parts: ReadParts
) -> tuple[OutputSet, ...]:
    """Return what a function's values change of components, one value each. It may block, to write files.

    Raises:
        ComponentError: one is nothing that its component can show.
    """
    outputs = (
        _read(parameter, value, files, session, parts) for parameter, value in zip(parameters, values, strict=True)
    )
    return tuple(output for output in outputs if output is not None)


def _read(parameter: Parameter, value: Any, files: Files, session: Session, parts: ReadParts) -> OutputSet | None:
    """Return what a function's value changes of a component; `None` for nothing.

    Raises:
        ComponentError: it is nothing that the component can show.
    """
    if isinstance(value, Skip):
        return None
    if isinstance(parameter.component, State):
        session.set(parameter, value)
        return None
    if isinstance(parameter.component, Chatbot):
        return _read_chatbot(parameter, value, parts)
    change = parameter.component.changed_by(value, files)
    return OutputSet(node=parameter.id, props=change.props, text=change.text, files=change.files)


def _read_chatbot(parameter: Parameter, value: Any, parts: ReadParts) -> OutputSet:
    given = given_to(value) if isinstance(value, Chatbot) else value
    props: dict[str, Any] = {}
    if isinstance(given, Mapping):
        if "visible" in given:
            props["hidden"] = not given["visible"]
        if "value" not in given:
            return OutputSet(node=parameter.id, props=props)
        given = given["value"]
    return OutputSet(node=parameter.id, props=props | {"messages": messages_of(given, parts)})


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
        more = grown_by(shown.props.get("messages", ()), output.props.get("messages", ()))
        if more is not None:
            return [OutputDelta(node=output.node, message=more[0], text=more[1])]
        old, new = shown.text, output.text
        if (
            old is not None
            and new is not None
            and new.startswith(old)
            and msgspec.structs.replace(shown, text=new) == output
        ):
            return [OutputDelta(node=output.node, text=new[len(old) :])]
        return [output]
