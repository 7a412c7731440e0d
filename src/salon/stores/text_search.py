"""Searching in texts: words are found anywhere, also inside of others, whatever their case, in every script."""

import unicodedata

_WORDS_AT_MOST = 8
_WORD_LENGTH = 100
_BEFORE = 30
_EXCERPT_LENGTH = 90


def fold(text: str) -> str:
    """Return `text` as it is searched: without case, and with wide and narrow forms made the same."""
    if text.isascii():
        return text.lower().replace("\0", "\ufffd")
    return unicodedata.normalize("NFKC", text).lower().replace("\0", "\ufffd")


def words_of(query: str) -> tuple[str, ...]:
    """Return the words that a query asks for, folded, each once; of very many or very long ones only the beginning."""
    words = dict.fromkeys(word[:_WORD_LENGTH] for word in fold(query).split())
    return tuple(words)[:_WORDS_AT_MOST]


def excerpt(text: str, word: str) -> str:
    """Return what stands around the first `word`, which is folded, in `text`."""
    at = max(0, _place(text, word))
    start = max(0, at - _BEFORE)
    end = min(len(text), start + _EXCERPT_LENGTH)
    shown = " ".join(text[start:end].split())
    return f"{'…' if start > 0 else ''}{shown}{'…' if end < len(text) else ''}"


def _place(text: str, word: str) -> int:
    folded = fold(text)
    at = folded.find(word)
    if at <= 0 or len(folded) == len(text):
        return at
    # Some letters fold to several: look for the shortest beginning that folds to what comes before the word.
    low, high = 0, len(text)
    while low < high:
        middle = (low + high) // 2
        if len(fold(text[:middle])) < at:
            low = middle + 1
        else:
            high = middle
    return low
