"""The functions that a program may call, and the names of their inputs."""

from collections.abc import Sequence

import msgspec

from salon.errors import ClientError, NotFoundError


class _Parameter(msgspec.Struct, frozen=True):
    name: str
    input: str | None = None


class _Endpoint(msgspec.Struct, frozen=True):
    name: str
    chat: str | None = None
    event: str | None = None
    outputs: tuple[str, ...] = ()
    parameters: tuple[_Parameter, ...] = ()


class _Endpoints(msgspec.Struct, frozen=True):
    endpoints: tuple[_Endpoint, ...] = ()


class Endpoints:
    """What a program may call: chats, and functions that are bound to events of the page.

    Args:
        body: the server's answer to `GET api/endpoints`.
    """

    def __init__(self, body: bytes) -> None:
        self._all = msgspec.json.decode(body, type=_Endpoints).endpoints

    def inputs_of(self, chat: str) -> "InputNames":
        """Return what the additional inputs of a chat are called."""
        return InputNames(next((each.parameters for each in self._all if each.chat == chat), None))

    def function(self, name: str) -> tuple[str, tuple[str, ...], "InputNames"]:
        """Return what calls name a function by, the components that it sets, and what its inputs are called.

        Raises:
            NotFoundError: there is none of this name.
            ClientError: it is a chat.
        """
        found = next((each for each in self._all if each.name == name.removeprefix("/")), None)
        if found is None:
            names = ", ".join(each.name for each in self._all if each.event is not None) or "none"
            raise NotFoundError("endpoint.unknown", f"There is no function `{name}` here; there are {names}.")
        if found.event is None:
            raise ClientError("endpoint.chat", f"`{name}` is a chat: use `ask`.")
        return found.event, found.outputs, InputNames(found.parameters)


class InputNames:
    """What inputs are called by their function, and what requests call them.

    Args:
        parameters: of the function; `None` where the server does not list it.
    """

    def __init__(self, parameters: Sequence[_Parameter] | None) -> None:
        self._is_listed = parameters is not None
        self._ids = {each.name: each.input for each in parameters or () if each.input is not None}

    def id_of(self, name: str) -> str:
        """Return the id of an input by its name, or by that id.

        Raises:
            ClientError: there is none.
        """
        if self._is_listed and name not in self._ids and name not in self._ids.values():
            names = ", ".join(self._ids) or "none"
            raise ClientError("input.unknown", f"There is no input `{name}` here; there are {names}.")
        return self._ids.get(name, name)
