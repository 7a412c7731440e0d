"""Text that every encoding and screen can carry."""


def clean(text: str) -> str:
    """Return `text` with what no encoding or screen can carry (NUL, lone surrogates) as U+FFFD."""
    text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
