"""Chat functions whose replies a test lets out piece by piece."""

import threading

import salon


class Script:
    """A function that streams word by word, as far as the test lets it."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.allowed = threading.Semaphore(0)
        self.closed = threading.Event()

    def __call__(self, message, history):
        try:
            for word in self.words:
                self.allowed.acquire(timeout=30)
                yield salon.Append(word)
        finally:
            self.closed.set()

    def allow(self, count: int) -> None:
        self.allowed.release(count)


def echo(message, history):
    return f"{message}!"
