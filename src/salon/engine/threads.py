"""Drives one blocking function, or the generator it returns, in a thread of its own.

Values cross to the event loop in batches: a thread that produces faster than the loop takes
them causes one wake-up for many, and waits when too many lie ready.
"""

import asyncio
import contextvars
import ctypes
import inspect
import queue
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from functools import partial
from typing import Any

from salon.messages.chat_message import Append

_READY_AT_MOST = 1_000
_READY_LENGTH_AT_MOST = 2**20
_INJECT_AFTER_S = 0.2
_DRAIN_EVERY_S = 0.005
_DRAIN_EACH_S = 0.0002
_DRAIN_AT_LEAST_EVERY_S = 0.04
_IDLE_S = 10.0


class Cancelled(BaseException):
    """Raised inside a blocking chat function that goes on after its run was stopped.

    Derives from `BaseException`, so that `except Exception` does not swallow it.
    """


class Handover:
    """Wakes the event loop once for all the threads that have something ready.

    The more threads had something, the longer it waits before the next time (5 to 40 ms), so
    that each wake-up carries more: with hundreds of threads, most of the work would otherwise
    go into taking turns. A call's first value, its end, and a thread that waits do not have to.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._lock = threading.Lock()
        self._ready: list[Callable[[], None]] = []
        self._next_at = 0.0

    def call(self, function: Callable[[], None], *, is_urgent: bool = False) -> None:
        """Have `function` called on the loop soon, at once if it is urgent; from any thread."""
        with self._lock:
            self._ready.append(function)
            is_asked = len(self._ready) > 1
        if is_asked and not is_urgent:
            return
        try:
            self._loop.call_soon_threadsafe(self._drain if is_urgent else self._drain_soon)
        except RuntimeError:  # the loop is closed: nobody is left to tell
            self._ready.clear()

    def _drain_soon(self) -> None:
        wait_s = self._next_at - self._loop.time()
        if wait_s > 0:
            self._loop.call_later(wait_s, self._drain)
        else:
            self._drain()

    def _drain(self) -> None:
        with self._lock:
            ready, self._ready = self._ready, []
        pause_s = min(max(len(ready) * _DRAIN_EACH_S, _DRAIN_EVERY_S), _DRAIN_AT_LEAST_EVERY_S)
        self._next_at = self._loop.time() + pause_s
        for function in ready:
            function()


class Threads:
    """Threads that run one call after another; one that has had nothing to do for ten seconds ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[queue.SimpleQueue[Callable[[], None]]] = []

    def run(self, call: Callable[[], None]) -> None:
        """Have `call` run now, in a thread that is idle or a new one."""
        with self._lock:
            calls = self._idle.pop() if self._idle else None
        if calls is None:
            threading.Thread(target=self._work, args=(call,), name="salon-function", daemon=True).start()
        else:
            calls.put(call)

    def _work(self, call: Callable[[], None]) -> None:
        calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        while True:
            call()
            with self._lock:
                self._idle.append(calls)
            try:
                call = calls.get(timeout=_IDLE_S)
            except queue.Empty:
                with self._lock:
                    if calls in self._idle:
                        self._idle.remove(calls)
                        return
                call = calls.get()


class Deferred:
    """What a blocking call returned when that has to be awaited, or iterated, on the event loop."""

    def __init__(self, value: Any) -> None:
        self.value = value


class ThreadCall:
    """One call of a blocking function. Iterate `batches`; `stop` ends it early; `ended` says when it really has."""

    def __init__(
        self, function: Callable[[], Any], handover: Handover, threads: Threads, *, read: Callable[[Any], Any]
    ) -> None:
        self._function = function
        self._read = read
        self._handover = handover
        self._threads = threads
        self._lock = threading.Lock()
        self._ready: list[Any] = []
        self._is_announced = False
        self._ready_length = 0
        self._is_silent = True
        self._room = threading.Event()
        self._stopping = threading.Event()
        self._is_inside = False
        self._is_over = False
        self._error: BaseException | None = None
        self._waiter: asyncio.Future[None] | None = None
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._context = contextvars.copy_context()
        self._is_begun = False
        self._thread: int | None = None

    async def batches(self) -> AsyncGenerator[list[Any], None]:
        """Start the call and yield what it produces, as lists of one or more values.

        Raises:
            BaseException: whatever the function raised, after all that it had produced.
        """
        self._is_begun = True
        self._threads.run(partial(self._context.run, self._run))
        while True:
            with self._lock:
                batch, self._ready, self._ready_length = self._ready, [], 0
                is_over = self._is_over
            if batch:
                self._room.set()
                yield batch
            elif is_over:
                break
            else:
                self._waiter = asyncio.get_running_loop().create_future()
                if not self._ready and not self._is_over:
                    await self._waiter
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """Close the generator at its next value; a call that goes on gets `Cancelled` at its next Python step."""
        self._stopping.set()
        self._room.set()
        if not self._is_begun and not self.ended.done():
            self.ended.set_result(None)
        asyncio.get_running_loop().call_later(_INJECT_AFTER_S, self._inject)

    def _inject(self) -> None:
        with self._lock:
            if self._is_inside and self._thread is not None:
                _raise_in(self._thread, Cancelled)

    def _run(self) -> None:
        try:
            self._thread = threading.get_ident()
            self._is_inside = True
            try:
                if not self._stopping.is_set():
                    self._produce()
            finally:
                self._leave()
        except Cancelled:
            pass
        except BaseException as error:  # noqa: BLE001 - whatever the author's code raises belongs to its run
            self._error = error
        with self._lock:
            self._is_over = True
        self._handover.call(self._announce_end, is_urgent=True)

    def _leave(self) -> None:
        """From here on nothing may be raised in this thread: a generator that ends gets to clean up in peace."""
        with self._lock:
            self._is_inside = False
        _raise_in(threading.get_ident(), None)

    def _produce(self) -> None:
        result = self._function()
        if inspect.isawaitable(result) or hasattr(result, "__aiter__"):
            self._push(Deferred(result))
        elif isinstance(result, Iterator):
            try:
                for value in result:
                    self._push(self._read(value))
                    if self._stopping.is_set():
                        return
            finally:
                self._leave()
                close = getattr(result, "close", None)
                if close is not None:
                    close()
        else:
            self._push(self._read(result))

    def _push(self, value: Any) -> None:
        with self._lock:
            self._ready.append(value)
            self._ready_length += _length(value)
            is_full = len(self._ready) >= _READY_AT_MOST or self._ready_length >= _READY_LENGTH_AT_MOST
            if is_full:
                self._room.clear()
            must_announce = not self._is_announced
            self._is_announced = True
            is_first, self._is_silent = self._is_silent, False
        if must_announce or is_full:
            self._handover.call(self._announce, is_urgent=is_first or is_full)
        if is_full and not self._stopping.is_set():
            self._room.wait()

    def _announce(self) -> None:
        with self._lock:
            self._is_announced = False
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _announce_end(self) -> None:
        self._announce()
        if not self.ended.done():
            self.ended.set_result(None)


def _length(value: Any) -> int:
    match value:
        case str():
            return len(value)
        case Append(text=text):
            return len(text)
        case _:
            return 0


def _raise_in(thread: int, exception: type[BaseException] | None) -> None:
    """Have `exception` raised in a running thread at its next Python step; `None` takes a pending one back."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), ctypes.py_object(exception) if exception is not None else None
    )
