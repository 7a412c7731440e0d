"""From a turn's place in its conversation to the arguments of the author's function."""

import asyncio
import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from salon.components.base import FindPath, InputError
from salon.components.chat import Chatbot
from salon.components.state import State
from salon.conversations.history import as_messages, as_pairs, without_failed_turns
from salon.definition.endpoint import ChatEndpoint, Endpoint, Parameter
from salon.definition.signature import ArgumentSource
from salon.engine.chatbots import read_chatbot
from salon.engine.sessions import Session
from salon.engine.turn import Call
from salon.errors import ClientError, Error
from salon.messages.message import Message, StoredMessage
from salon.messages.parts import FilePart
from salon.request import Request


def _asked(message: Message, find: FindPath) -> dict[str, Any]:
    """Return a user's message with the paths of its files; what is not kept any more is left out."""
    paths = (find(part.file) for part in message.parts if isinstance(part, FilePart))
    return {"text": message.text, "files": [str(path) for path in paths if path is not None]}


def accept_inputs(parameters: Sequence[Parameter], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that a client sent for `parameters`, checked; those left out are not there.

    Raises:
        ClientError: one is of nothing that is there, or not what its component takes; the message lists all.
    """
    components = {parameter.id: parameter.component for parameter in parameters}
    accepted: dict[str, Any] = {}
    problems = []
    for id_, value in given.items():
        if id_ not in components:
            problems.append(f"There is no input `{id_[:40]}` here; there are {', '.join(components) or 'none'}.")
            continue
        try:
            accepted[id_] = components[id_].accept(value)
        except InputError as error:
            problems.append(f"“{components[id_].name}” {error}.")
    if problems:
        raise ClientError("input.invalid", "\n".join(problems))
    return accepted


def read_inputs(
    parameters: Sequence[Parameter], accepted: Mapping[str, Any], find: FindPath, session: Session
) -> list[Any]:
    """Return what functions get for accepted values, in the order of `parameters`. It may block, to read files.

    Raises:
        Error: the content of a file is not what it has to be; the message is for its sender.
    """
    values = []
    for parameter in parameters:
        component = parameter.component
        if isinstance(component, State):
            values.append(session.get(parameter))
            continue
        if isinstance(component, Chatbot):
            values.append(read_chatbot(component, accepted.get(parameter.id, ()), find))
            continue
        try:
            value = accepted[parameter.id] if parameter.id in accepted else component.own()
            values.append(component.read(value, find))
        except InputError as error:
            raise Error(f"“{component.name}” {error}.") from error
    return values


def bind(  # noqa: PLR0917 - all that a function may get
    chat: ChatEndpoint,
    path: Sequence[StoredMessage],
    request: Callable[[], Request],
    find: FindPath,
    inputs: Mapping[str, Any],
    session: Session,
) -> Callable[[], Any]:
    """Return the author's function with its arguments filled in; `path` ends with the message to answer."""
    before = without_failed_turns((*chat.opening, *(stored.message for stored in path[:-1])))
    values: dict[ArgumentSource, Callable[[], Any]] = {
        "message": lambda: _asked(path[-1].message, find) if chat.multimodal else path[-1].message.text,
        "history": lambda: (as_messages if chat.history == "messages" else as_pairs)(before, find),
        "request": request,
    }
    positional, named = chat.signature.positional, chat.signature.named
    known = {source: values[source]() for source in (*positional, *named.values()) if not isinstance(source, int)}

    def call(read: list[Any]) -> Any:
        found = known | dict(enumerate(read))
        return chat.function(
            *(found[source] for source in positional), **{name: found[source] for name, source in named.items()}
        )

    return calling(
        call, lambda: read_inputs(chat.inputs, inputs, find, session), chat.inputs, runs_on_loop=chat.runs_on_loop
    )


def bind_event(
    endpoint: Endpoint, call: Call, inputs: Mapping[str, Any], find: FindPath, session: Session
) -> Callable[[], Any]:
    """Return the function that a call asks for, with its arguments filled in."""
    signature = endpoint.signature

    def run(read: list[Any]) -> Any:
        found: dict[ArgumentSource, Any] = dict(enumerate(read))
        sources = (*signature.positional, *signature.named.values())
        if "request" in sources:
            found["request"] = call.request()
        if endpoint.event_type is not None:
            found["event"] = endpoint.event_type(endpoint.target, dict(call.event))
        return endpoint.function(
            *(found[source] for source in signature.positional),
            **{name: found[source] for name, source in signature.named.items()},
        )

    read = partial(read_inputs, endpoint.inputs, inputs, find, session)
    return calling(run, read, endpoint.inputs, runs_on_loop=endpoint.runs_on_loop)


def calling(
    call: Callable[[list[Any]], Any],
    read: Callable[[], list[Any]],
    parameters: Sequence[Parameter],
    *,
    runs_on_loop: bool,
) -> Callable[[], Any]:
    """Return a function that calls `call` with what `read` returns, reading off the event loop where that may block."""
    if not runs_on_loop or not any(parameter.component.blocks for parameter in parameters):
        return lambda: call(read())

    async def read_first() -> Any:
        result = call(await asyncio.to_thread(read))
        return await result if inspect.isawaitable(result) else result

    return read_first
