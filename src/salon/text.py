"""The cleaning of text for every encoding and screen."""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH = re.compile(rb"[\x80-\xff]+")
# The most common signs of each language's texts, by which two encodings that both fit are told apart.
_FREQUENT = re.compile(
    "[\u3041-\u3093"
    "이가는을를의에다고하지한로기사은도인서어니나"
    "的一是不了在人有我他这中大来上国名价和说们為這個時要就、。，：（）「」]"
)
_EAST_ASIAN = ("gb18030", "big5", "shift_jis", "euc_jp", "euc_kr")


def clean(text: str) -> str:
    """Return `text` with the characters that cannot be encoded (NUL, lone surrogates) replaced by U+FFFD."""
    text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def unindented(text: str) -> str:
    """Return what an author wrote between triple quotes without the indentation of the code around it.

    As `inspect.cleandoc` does it, but tabs in the text stay.
    """
    first, *others = text.split("\n")
    margins = [len(line) - len(line.lstrip(" \t")) for line in others if line.strip()]
    margin = min(margins, default=0)
    lines = [first.lstrip(" \t"), *(line[margin:] for line in others)]
    while len(lines) > 1 and not lines[0].strip():
        del lines[0]
    while len(lines) > 1 and not lines[-1].strip():
        del lines[-1]
    return "\n".join(lines)


def unindented_reply(text: str) -> str:
    """Return a reply without the indentation that its author's code gave it; what a model wrote stays.

    That is told from its beginning: a line break and an indented line, or a line with an indented one right below; and
    all its other lines are indented as well. A block of code, which follows an empty line, stays one.
    """
    end = text.find("\n")
    if end < 0 or text[end + 1 : end + 2] not in (" ", "\t", "\n"):
        return text
    begins_empty = not text[:end].strip()
    if not begins_empty and not text[end + 1 : end + 5].isspace():
        return text
    lines = [line for line in text[end + 1 :].split("\n") if line.strip()]
    if not lines or not (begins_empty or text[end + 1 :].partition("\n")[0].strip()):
        return text
    return unindented(text) if all(line[0] in " \t" for line in lines) else text


def decoded(content: bytes) -> str:
    """Return the text of a file, whatever its encoding: by its mark, as UTF-8, or as what fits best.

    Chinese, Japanese and Korean encodings are told by what they have in pairs; everything else is Western European.
    Bytes that fit nothing are U+FFFD.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        if error.start >= len(content) - 3 and content[: error.start].strip(b"\0"):
            head = content[: error.start].decode()
            if not head.isascii():
                return head + "\ufffd"
    runs = [len(run) for run in _HIGH.findall(content)]
    if sum(length for length in runs if length > 1) * 2 > sum(runs):
        found = [text for text in (_in(content, encoding) for encoding in _EAST_ASIAN) if text is not None]
        if found:
            return max(found, key=lambda text: len(_FREQUENT.findall(text)) / len(text))
    text = _in(content, "cp1252")
    return content.decode("latin-1") if text is None else text


def _in(content: bytes, encoding: str) -> str | None:
    """Return `content` in an encoding, whose last sign may be cut off; `None` where it does not fit."""
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        if error.start < len(content) - 3 or error.start == 0:
            return None
        return content[: error.start].decode(encoding) + "\ufffd"
