"""Asks functions of the author's who a caller is, without making others wait for the answer."""

import contextvars
import inspect
import logging
import secrets
import threading
from asyncio import Future, get_running_loop, timeout
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any
from weakref import WeakValueDictionary

from anyio import Semaphore

from salon.errors import SalonError, UnavailableError
from salon.quotas import address_key

_log = logging.getLogger("salon")
_AT_MOST = 64
_AT_MOST_PER_ADDRESS = 16
_WAIT_S = 10.0
_ANSWER_WITHIN_S = 60.0


class AuthorCallError(SalonError):
    """A function of the author's raised an exception where it had to say who a caller is.

    Attributes:
        incident: names the entry of the log that has the details.
    """

    def __init__(self, incident: str) -> None:
        super().__init__("auth.failed", f"Whether you may come in cannot be told now. Incident: {incident}")
        self.incident = incident


class AuthorCalls:
    """Calls one of the author's functions in threads of its own, so many at a time.

    A function that never returns holds one of these threads, and nothing else of the server. The threads end with the
    process. Async functions run on the event loop.

    Args:
        setting: through which the author has given the function, such as `auth`; for errors and the log.
        at_most: calls at a time.
        at_most_per_address: calls at a time for one network address; further ones wait.
        passes: exceptions of the function's that mean something to whoever asks.
    """

    def __init__(
        self,
        setting: str,
        *,
        at_most: int = _AT_MOST,
        at_most_per_address: int = _AT_MOST_PER_ADDRESS,
        passes: tuple[type[Exception], ...] = (),
    ) -> None:
        self._setting = setting
        self._passes: tuple[type[Exception], ...] = (UnavailableError, *passes)
        self._places = Semaphore(at_most)
        self._per_address = at_most_per_address
        self._addresses: WeakValueDictionary[str, Semaphore] = WeakValueDictionary()

    async def ask(self, function: Callable[..., Any], *arguments: Any, address: str = "") -> Any:
        """Return what `function` says, awaited where it is async.

        Args:
            function: gets `arguments` by position.
            arguments: of the call.
            address: network address of who makes the call necessary; empty where that does not count.

        Raises:
            AuthorCallError: the function raised; the log has the details.
            UnavailableError: there was no thread for it within 10 seconds, or no answer within 60.
        """
        async with self.in_turn(address):
            try:
                async with timeout(_ANSWER_WITHIN_S) as limit:
                    answer = function(*arguments) if _is_async(function) else await self._called(function, arguments)
                    while inspect.isawaitable(answer):
                        answer = await answer
            except Exception as error:
                if limit.expired():
                    _log.error("The function given as `%s` has not answered for %d s", self._setting, _ANSWER_WITHIN_S)
                    raise _busy() from None
                if isinstance(error, self._passes):
                    raise
                raise self.failed(error) from error
        return None if inspect.isgenerator(answer) or inspect.isasyncgen(answer) else answer

    def failed(self, error: Exception) -> AuthorCallError:
        """Log why the function is of no use, and return the error for whoever asked."""
        incident = secrets.token_hex(4)
        _log.error("The function given as `%s` failed; incident %s", self._setting, incident, exc_info=error)
        return AuthorCallError(incident)

    @asynccontextmanager
    async def in_turn(self, address: str) -> AsyncIterator[None]:
        """Wait until few enough calls are made for the same address; inside, one more is.

        Raises:
            UnavailableError: that was not so within 10 seconds.
        """
        if not address:
            yield
            return
        key = address_key(address)
        places = self._addresses.get(key)
        if places is None:
            places = self._addresses[key] = Semaphore(self._per_address)
        await _taken(places)
        try:
            yield
        finally:
            places.release()

    async def _called(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """Call a function in a thread, which keeps its place until it has really ended."""
        await _taken(self._places)
        loop = get_running_loop()
        answer: Future[Any] = loop.create_future()
        context = contextvars.copy_context()

        def settle(value: Any, error: Exception | None) -> None:
            self._places.release()
            if answer.done():
                return
            if error is None:
                answer.set_result(value)
            else:
                answer.set_exception(error)

        def work() -> None:
            value: Any = None
            error: Exception | None = None
            try:
                value = context.run(function, *arguments)
            except BaseException as caught:  # noqa: BLE001 - whatever the author's code raises
                # Those that mean something to the event loop itself, such as `SystemExit`, are only the author's here.
                if isinstance(caught, Exception) and not isinstance(caught, StopIteration):
                    error = caught
                else:
                    error = RuntimeError(repr(caught))
            with suppress(RuntimeError):  # the loop is closed: nobody is left to tell
                loop.call_soon_threadsafe(settle, value, error)

        threading.Thread(target=work, name=f"salon-{self._setting}", daemon=True).start()
        return await answer


async def _taken(places: Semaphore) -> None:
    try:
        async with timeout(_WAIT_S):
            await places.acquire()
    except TimeoutError:
        raise _busy() from None


def _busy() -> UnavailableError:
    return UnavailableError("auth.busy", "Too many are asking to come in at the moment. Try again in a moment.")


def _is_async(function: Callable[..., Any]) -> bool:
    call = getattr(function, "__call__", None)  # noqa: B004 - its kind is asked for, not whether there is one
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(call)
