"""What a chat function may ask for while it runs: progress, notices, whether it was stopped."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sized
from contextvars import ContextVar
from typing import Any, Literal, TypeVar

from salon.events.types import Notice, RunEvent
from salon.events.types import Progress as ProgressEvent
from salon.optional import require
from salon.text import clean

_T = TypeVar("_T")

_EMIT_EVERY_S = 0.05
_NOTICES_AT_ONCE = 100
_NOTICE_LENGTH = 4_096


class RunContext:
    """The run that the present code belongs to; `emit` works from every thread, however often it is called.

    Notices and progress go out at most every 50 ms: of progress only the newest, of notices a
    hundred at a time at most.

    Args:
        write: takes events to be written; called on the event loop.
    """

    def __init__(self, write: Callable[[list[RunEvent]], None]) -> None:
        self._write = write
        import asyncio  # noqa: PLC0415 - `import salon` loads no event loop

        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._notices: list[RunEvent] = []
        self._progress: RunEvent | None = None
        self._is_asked = False
        self._next_at = 0.0
        self.stopped = threading.Event()

    def emit(self, event: Notice | ProgressEvent) -> None:
        """Have `event` written to the run's log soon; without effect once the run was stopped."""
        if self.stopped.is_set():
            return
        with self._lock:
            if isinstance(event, ProgressEvent):
                self._progress = event
            elif len(self._notices) < _NOTICES_AT_ONCE:
                self._notices.append(event)
            if self._is_asked:
                return
            self._is_asked = True
        self._loop.call_soon_threadsafe(self._write_soon)

    def write_out(self) -> None:
        """Write what was emitted; on the event loop."""
        with self._lock:
            events, self._notices = self._notices, []
            if self._progress is not None:
                events.append(self._progress)
            self._progress = None
            self._is_asked = False
        self._next_at = self._loop.time() + _EMIT_EVERY_S
        if events:
            self._write(events)

    def _write_soon(self) -> None:
        self._loop.call_at(max(self._next_at, self._loop.time()), self.write_out)


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
        context.emit(
            Notice(
                level=level,
                text=clean(str(message))[:_NOTICE_LENGTH],
                title=None if title is None else clean(str(title))[:_NOTICE_LENGTH],
                duration_s=None if duration is None else float(duration),
            )
        )


def Info(  # noqa: N802
    message: str, duration: float | None = 10, *, visible: bool = True, title: str | None = None
) -> None:
    """Show the user a passing message beside the reply.

    Args:
        message: text; HTML in it is shown, without what could do harm.
        duration: seconds until it goes away; `None` keeps it until closed.
        visible: `False` shows nothing.
        title: heading.

    Outside of a chat function it does nothing.
    """
    if visible:
        _notify("info", message, duration, title)


def Success(  # noqa: N802
    message: str, duration: float | None = 10, *, visible: bool = True, title: str | None = None
) -> None:
    """Show the user a passing message that something went well; the arguments are those of `Info`."""
    if visible:
        _notify("success", message, duration, title)


def Warning(  # noqa: A001, N802
    message: str, duration: float | None = 10, *, visible: bool = True, title: str | None = None
) -> None:
    """Show the user a passing warning; the arguments are those of `Info`."""
    if visible:
        _notify("warning", message, duration, title)


def _show_progress(
    context: RunContext,
    label: str,
    *,
    fraction: float | None = None,
    done: float | None = None,
    total: float | None = None,
    unit: str | None = None,
) -> None:
    """Show a fraction, or how much is done of all; without either, that something goes on."""
    if done is not None and total:
        fraction = done / total
    label, unit = clean(label)[:_NOTICE_LENGTH], None if unit is None else clean(unit)[:_NOTICE_LENGTH]
    numbers = [_plain(number) for number in (done, total or None) if number is not None]
    counted = "" if done is None else f"{'/'.join(numbers)} {unit}"
    context.emit(
        ProgressEvent(
            fraction=None if fraction is None else min(max(fraction, 0.0), 1.0),
            text=f"{label} {counted}".strip()[:_NOTICE_LENGTH],
            done=done,
            total=total or None,
            unit=None if done is None else unit,
            label=label,
        )
    )


def _plain(number: float) -> str:
    return str(number) if isinstance(number, int) else f"{number:g}"


def _track_tqdm(bars: Any) -> None:
    """Have every bar of the class `bars` that draws itself in a chat function show on the page, too."""
    draw = bars.display
    if getattr(draw, "shows_on_page", False):
        return

    def draw_and_show(bar: Any, *arguments: Any, **options: Any) -> Any:
        context = current_run.get()
        if context is not None:
            label = str(bar.desc or "").removesuffix(": ")
            _show_progress(context, label, done=bar.n, total=bar.total, unit=str(bar.unit))
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
        label = desc or ""
        if progress is None:
            _show_progress(context, label)
        elif isinstance(progress, tuple):
            _show_progress(context, label, done=progress[0], total=progress[1], unit=unit)
        elif total:
            _show_progress(context, label, done=progress, total=total, unit=unit)
        else:
            _show_progress(context, label, fraction=float(progress))

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
