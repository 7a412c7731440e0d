"""The cleaning of text for every encoding and screen."""


def clean(text: str) -> str:
    """Return `text` with the characters that cannot be encoded (NUL, lone surrogates) replaced by U+FFFD."""
    text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
