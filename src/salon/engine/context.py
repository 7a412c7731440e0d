"""What a chat function may ask for while it runs: who asks, progress, notices, whether it was stopped."""

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from salon.events.types import Notice, RunEvent
from salon.events.types import Progress as ProgressEvent
from salon.jsontypes import clean
from salon.optional import require

_T = TypeVar("_T")


class Headers(Mapping[str, str]):
    """The headers of a request, by name in any case."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values = {name.lower(): value for name, value in pairs}

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True, slots=True)
class Client:
    """The network address of the one who asks, as the server sees it."""

    host: str
    port: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The request that a chat function answers; declare a parameter of this type to get it.

    Attributes:
        headers: of the HTTP request, by name in any case.
        query_params: of the page's or the call's address.
        cookies: as the client sent them.
        client: network address.
        url: full address that was asked for.
        username: who is signed in; `None` without `auth`.
        session_hash: the conversation's id.
        history_verified: `False` when the history comes from the client's own copy, which
            this server could not check.
    """

    headers: Headers = field(default_factory=lambda: Headers(()))
    query_params: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    client: Client = Client(host="")
    url: str = ""
    username: str | None = None
    session_hash: str | None = None
    history_verified: bool = True


class RunContext:
    """The run that the present code belongs to; `emit` works from every thread."""

    def __init__(self, emit: Callable[[RunEvent], None]) -> None:
        self._emit = emit
        self._loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()
        self.stopped = threading.Event()

    def emit(self, event: RunEvent) -> None:
        """Have `event` written to the run's log soon; without effect once the run was stopped."""
        if self.stopped.is_set():
            return
        if threading.get_ident() == self._loop_thread:
            self._emit(event)
        else:
            self._loop.call_soon_threadsafe(self._emit, event)


current_run: ContextVar[RunContext | None] = ContextVar("salon_current_run", default=None)


def cancelled() -> bool:
    """Tell whether the reply that is being written was stopped; long blocking functions ask now and then.

    `False` outside of a chat function.
    """
    context = current_run.get()
    return context is not None and context.stopped.is_set()


def _notify(
    level: Literal["info", "success", "warning"], message: str, duration: float | None, title: str | None
) -> None:
    context = current_run.get()
    if context is not None:
        context.emit(Notice(level=level, text=clean(str(message)), title=title, duration_s=duration))


def Info(message: str, duration: float | None = 10, *, title: str | None = None) -> None:  # noqa: N802
    """Show the user a passing message beside the reply.

    Args:
        message: text.
        duration: seconds until it goes away; `None` keeps it until closed.
        title: heading.

    Outside of a chat function it does nothing.
    """
    _notify("info", message, duration, title)


def Success(message: str, duration: float | None = 10, *, title: str | None = None) -> None:  # noqa: N802
    """Show the user a passing message that something went well; the arguments are those of `Info`."""
    _notify("success", message, duration, title)


def Warning(message: str, duration: float | None = 10, *, title: str | None = None) -> None:  # noqa: A001, N802
    """Show the user a passing warning; the arguments are those of `Info`."""
    _notify("warning", message, duration, title)


def _show_progress(context: RunContext, fraction: float | None, text: str) -> None:
    if fraction is not None:
        fraction = min(max(fraction, 0.0), 1.0)
    context.emit(ProgressEvent(fraction=fraction, text=clean(text)))


def _track_tqdm(bars: Any) -> None:
    """Have every bar of the class `bars` that draws itself in a chat function show on the page, too."""
    draw = bars.display
    if getattr(draw, "shows_on_page", False):
        return

    def draw_and_show(bar: Any, *arguments: Any, **options: Any) -> Any:
        context = current_run.get()
        if context is not None:
            of_all = f"{bar.n}/{bar.total} {bar.unit}" if bar.total else f"{bar.n} {bar.unit}"
            _show_progress(context, bar.n / bar.total if bar.total else None, f"{bar.desc or ''} {of_all}".strip())
        return draw(bar, *arguments, **options)

    draw_and_show.shows_on_page = True  # type: ignore[attr-defined]  # a mark of our own
    bars.display = draw_and_show


class Progress:
    """Shows how far a long step is. Declare a parameter with `progress=salon.Progress()` and call it.

    `progress(0.5)`, `progress((3, 10), desc="Reading")`, `for item in progress.tqdm(items): …`.
    Outside of a chat function it does nothing.

    Args:
        track_tqdm: also show the bars that `tqdm` draws in chat functions; needs `tqdm`, and
            holds for the whole process from then on.

    Raises:
        AuthorError: `track_tqdm` is set and `tqdm` is not installed.
    """

    def __init__(self, *, track_tqdm: bool = False) -> None:
        if track_tqdm:
            _track_tqdm(require("tqdm.std", extra="progress").tqdm)

    def __call__(
        self,
        progress: float | tuple[float, float | None] | None,
        desc: str | None = None,
        total: float | None = None,
        unit: str = "steps",
    ) -> None:
        """Show `progress`.

        Args:
            progress: a fraction from 0 to 1; or steps done, when `total` is given; or a pair of
                steps done and of all steps; `None` shows that something goes on.
            desc: what is being done.
            total: the number of all steps.
            unit: what the steps are.
        """
        context = current_run.get()
        if context is None:
            return
        if isinstance(progress, tuple):
            progress, total = progress
        text = desc or ""
        if progress is None:
            fraction = None
        elif total:
            fraction = progress / total
            text = f"{text} {progress:g}/{total:g} {unit}".strip()
        else:
            fraction = float(progress)
        _show_progress(context, fraction, text)

    def tqdm(
        self, iterable: Iterable[_T], desc: str | None = None, total: float | None = None, unit: str = "steps"
    ) -> Iterator[_T]:
        """Yield the items of `iterable`, showing how many have been taken.

        Args:
            iterable: anything that can be iterated.
            desc: what is being done.
            total: how many items there are, when `iterable` has no length.
            unit: what the items are.
        """
        if total is None and isinstance(iterable, Sized):
            total = len(iterable)
        for done, item in enumerate(iterable):
            self((done, total) if total else None, desc, unit=unit)
            yield item
        if total:
            self((total, total), desc, unit=unit)
