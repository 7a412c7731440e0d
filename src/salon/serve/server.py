"""Listens: finds a port, runs uvicorn in a thread, and ends it in order."""

import asyncio
import errno
import gc
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn

from salon.errors import AuthorError
from salon.serve.assemble import Application
from salon.serve.protocol import bounded_protocol, connection_quota

_FIRST_PORT = 7860
_PORTS = 100
_INTERRUPT_GRACE_S = 1.0
_END_WITHIN_S = 10.0
_LEAVE_TASKS_AFTER_S = 1.0

EXIT_TO_RESTART = 75
"""The exit code of a process that has to be started again: `EX_TEMPFAIL` of sysexits.h."""

_log = logging.getLogger("salon")


def listening_socket(host: str, port: int | None) -> socket.socket:
    """Return a socket that listens at `host`, at `port` or else at the first free one from 7860 on.

    Raises:
        AuthorError: the port, or every port tried, is in use, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(_FIRST_PORT, _FIRST_PORT + _PORTS) if port is None else (port,):
        # asyncio turns Nagle's algorithm off only for sockets that say they are TCP; with it, turns take 40 ms more.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            listener.listen(1024)
        except OSError as error:
            listener.close()
            if port is not None or error.errno != errno.EADDRINUSE:
                way_out = {
                    errno.EADDRINUSE: " Leave `server_port` out to take the next free port.",
                    errno.EADDRNOTAVAIL: ' `server_name` has to be an address of this machine; "0.0.0.0" is all.',
                }.get(error.errno or 0, "")
                raise AuthorError(
                    "server.port", f"Cannot listen at {host}:{candidate}: {error.strerror}.{way_out}"
                ) from error
        else:
            return listener
    raise AuthorError("server.port", f"No port from {_FIRST_PORT} to {_FIRST_PORT + _PORTS - 1} is free at {host}.")


class Server:
    """One application, listening. It runs in a thread of its own from `start` to `close`."""

    def __init__(self, application: Application) -> None:
        settings = application.settings
        self._application = application
        self._grace_s = settings.grace_s
        self._socket = listening_socket(settings.server_name, settings.server_port)
        config = uvicorn.Config(
            application,
            http=bounded_protocol(connection_quota(application.limits.connections)),
            ws="none",
            lifespan="on",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=2,
            proxy_headers=False,
            ssl_keyfile=settings.ssl_keyfile,
            ssl_certfile=settings.ssl_certfile,
            ssl_keyfile_password=settings.ssl_keyfile_password,
        )
        self._uvicorn = uvicorn.Server(config)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_ready = threading.Event()
        self._error: BaseException | None = None
        self._ends_at: float | None = None
        self._thread = threading.Thread(target=self._serve, name="salon-server", daemon=True)
        scheme = "https" if settings.ssl_certfile else "http"
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.server_name, settings.server_name)  # noqa: S104
        host = f"[{host}]" if ":" in host else host
        self.url = f"{scheme}://{host}:{self._socket.getsockname()[1]}"

    def start(self) -> None:
        """Begin to serve; return when connections are accepted.

        Raises:
            AuthorError: the server cannot start, for example because the certificate cannot be read.
        """
        self._thread.start()
        self._is_ready.wait()
        if not self._uvicorn.started:
            self._thread.join()
            self._socket.close()
            raise AuthorError("server.start", f"The server cannot start: {self._error}") from self._error

    def close(self, *, grace_s: float | None = None) -> None:
        """Stop in order, giving running replies `grace_s` seconds, then free the port. Harmless when repeated."""
        self._begin_stop(grace_s)
        self._thread.join()

    @contextmanager
    def heeding_signals(self) -> Iterator[None]:
        """Inside, SIGTERM ends the server, and Ctrl-C at once; a second of either ends the process.

        In other threads than the main one there are no signals, so `close` ends it.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        previous = {number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        if self._ends_at is not None:
            os._exit(128 + number)
        grace_s = _INTERRUPT_GRACE_S if number == signal.SIGINT else self._grace_s
        self._ends_at = time.monotonic() + grace_s + _END_WITHIN_S
        self._begin_stop(grace_s)

    def wait(self) -> None:
        """Block until the server has ended. In the main thread it owns the process; see `heeding_signals`."""
        if threading.current_thread() is not threading.main_thread():
            self._thread.join()
            return
        # A server makes many short-lived objects and hardly any cycles: looking for these less often makes it quicker.
        gc.set_threshold(10_000, 20, 50)
        engine, has_to_restart = self._application.engine, False
        while self._thread.is_alive():
            self._thread.join(timeout=0.5)
            if engine.needs_restart and engine.is_idle and self._ends_at is None:
                _log.error("Functions that will not end hold their threads; the process ends, to be started again")
                has_to_restart = True
                self._ends_at = time.monotonic() + _END_WITHIN_S
                self._begin_stop(0)
            if self._ends_at is not None and time.monotonic() > self._ends_at:
                _log.error("Something keeps the event loop from ending, so the process is ended without it")
                os._exit(EXIT_TO_RESTART if has_to_restart else 1)
        if has_to_restart:
            os._exit(EXIT_TO_RESTART)  # the threads would keep the interpreter from ending

    def _serve(self) -> None:
        loop = (self._uvicorn.config.get_loop_factory() or asyncio.new_event_loop)()
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(self._serve_until_exit())
        except BaseException as error:  # noqa: BLE001 - `start` tells it
            self._error = error
        finally:
            _end_tasks(loop)
            loop.close()
            self._is_ready.set()

    async def _serve_until_exit(self) -> None:
        self._loop = asyncio.get_running_loop()
        serving = asyncio.create_task(self._uvicorn.serve(sockets=[self._socket]))
        while not self._uvicorn.started and not serving.done():  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.002)
        self._is_ready.set()
        await serving

    def _begin_stop(self, grace_s: float | None) -> None:
        if self._loop is None or not self._thread.is_alive():
            return
        asyncio.run_coroutine_threadsafe(self._stop(grace_s), self._loop)

    async def _stop(self, grace_s: float | None) -> None:
        await self._application.stop(grace_s=grace_s)
        self._uvicorn.should_exit = True


def _end_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel what still runs on a loop that ends; what does not care is left behind after a moment."""
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.wait(tasks, timeout=_LEAVE_TASKS_AFTER_S))
