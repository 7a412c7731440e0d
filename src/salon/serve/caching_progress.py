"""Shows in the terminal how far the answering of examples is."""

from typing import TextIO

_CELLS = 20


class CachingProgress:
    """A `CachingReport`: a bar where somebody looks at a terminal, else one line at the end.

    Args:
        stream: where it is shown.
        is_quiet: nothing is shown at all.
    """

    def __init__(self, stream: TextIO, *, is_quiet: bool) -> None:
        self._stream = stream
        self._is_quiet = is_quiet

    def __call__(self, done: int, count: int) -> None:
        """Show that `done` of `count` examples are answered."""
        if self._is_quiet:
            return
        if self._stream.isatty():
            full = _CELLS * done // count
            end = "\n" if done == count else ""
            bar = "█" * full + "░" * (_CELLS - full)
            self._stream.write(f"\r* Answering examples  {bar}  {done}/{count}{end}")
        elif done == count:
            self._stream.write(f"* Answered {count} examples\n")
        self._stream.flush()
