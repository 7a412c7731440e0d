"""What the server keeps for one visitor's page: the values of `State` components."""

import copy
from collections import OrderedDict
from typing import Any

from salon.definition.endpoint import Parameter

_SESSIONS_AT_MOST = 10_000


class Session:
    """The values of one session's `State` components, by their ids."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}

    def get(self, parameter: Parameter) -> Any:
        """Return a state's value; at first a copy of what its author gave."""
        if parameter.id not in self._values:
            own = parameter.component.value
            self._values[parameter.id] = own() if callable(own) else copy.deepcopy(own)
        return self._values[parameter.id]

    def set(self, parameter: Parameter, value: Any) -> None:
        """Keep a value."""
        self._values[parameter.id] = value


class Sessions:
    """The sessions of one application, by owner and by what their clients call them; the oldest are forgotten."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[tuple[str, str], Session] = OrderedDict()

    def get(self, owner: str, name: str) -> Session:
        """Return a session, a new one if there is none of this name."""
        session = self._sessions.setdefault((owner, name), Session())
        self._sessions.move_to_end((owner, name))
        while len(self._sessions) > _SESSIONS_AT_MOST:
            self._sessions.popitem(last=False)
        return session
