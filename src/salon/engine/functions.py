"""Calls any callable and gives what it produces as one stream, whatever kind of function it is."""

import asyncio
import inspect
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

from salon.conversations.reading import is_light
from salon.engine.threads import Deferred, Handover, ThreadCall, Threads


class Invocation:
    """One call of an author's function.

    Async functions run on the event loop, all others in a thread of their own. What decides
    between a stream and a single value is the result, not the signature, so wrapped and
    callable objects work: iterators and async iterators stream, awaitables are awaited.

    `read` is given every value before the function goes on, so that what it changes later does not
    matter; it may block, and is called in a thread unless the value is a light one.
    """

    def __init__(
        self,
        function: Callable[[], Any],
        *,
        on_loop: bool,
        handover: Handover,
        threads: Threads,
        read: Callable[[Any], Any],
    ) -> None:
        self._function = function
        self._read = read
        self._thread = None if on_loop else ThreadCall(function, handover, threads, read=read)
        self._loop_ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def batches(self) -> AsyncGenerator[list[Any], None]:
        """Yield lists of one or more values, in the order in which the function produced them.

        Raises:
            BaseException: whatever the function raised.
        """
        try:
            if self._thread is None:
                async with aclosing(_drive(self._function())) as driven:
                    async for value in driven:
                        yield [await self._reading(value)]
                return
            async with aclosing(self._thread.batches()) as batches:
                async for batch in batches:
                    if isinstance(batch[0], Deferred):
                        async with aclosing(_drive(batch[0].value)) as driven:
                            async for value in driven:
                                yield [await self._reading(value)]
                    else:
                        yield batch
        finally:
            if not self._loop_ended.done():
                self._loop_ended.set_result(None)

    async def _reading(self, value: Any) -> Any:
        return self._read(value) if is_light(value) else await asyncio.to_thread(self._read, value)

    @property
    def has_ended(self) -> bool:
        """Whether no code of the function runs any more."""
        return self._loop_ended.done() and (self._thread is None or self._thread.ended.done())

    def stop(self) -> None:
        """Ask the function to end: see `ThreadCall.stop`. What runs on the loop ends by its task's cancellation."""
        if self._thread is not None:
            self._thread.stop()

    async def wait_ended(self) -> None:
        """Wait until no code of the function runs any more."""
        await asyncio.shield(self._loop_ended)
        if self._thread is not None:
            await asyncio.shield(self._thread.ended)


async def _drive(result: Any) -> AsyncGenerator[Any, None]:
    if inspect.isawaitable(result):
        result = await result
    if not hasattr(result, "__aiter__"):
        yield result
        return
    iterator = aiter(result)
    try:
        async for value in iterator:
            yield value
    finally:
        close = getattr(iterator, "aclose", None)
        if close is not None:
            await close()
