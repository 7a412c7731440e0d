"""HTML of authors where no script of the page's own cleans it."""

import html
import re
from html.parser import HTMLParser

_WORDS = "a abbr b big cite code del em i ins kbd mark q s samp small span strike strong sub sup u"
_BLOCKS = "blockquote br center div h1 h2 h3 h4 h5 h6 hr li ol p pre ul wbr"
_TAGS = frozenset(f"{_WORDS} {_BLOCKS}".split())
_VOID = frozenset(("br", "hr", "wbr"))
_HIDDEN = frozenset(("script", "style", "title", "template", "iframe", "object", "noscript", "textarea"))
_SCHEME = re.compile(r"[a-z][a-z\d+.-]*(?=:)", re.IGNORECASE)
_SCHEMES = ("http", "https", "mailto", "tel")
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)


def safe_html(text: str) -> str:
    """Return `text` with the HTML in it that can do no harm: marks of words and links, every element closed.

    Other tags are shown as they were written; scripts and styles are left out.
    """
    cleaner = _Cleaner()
    cleaner.feed(text)
    cleaner.close()
    return cleaner.result()


def without_tags(text: str) -> str:
    """Return the words of a text that may be HTML, for places that show no tags."""
    if "<" not in text:
        return text
    cleaned = safe_html(text)
    return html.unescape(_TAG.sub("", cleaned)).strip()


class _Cleaner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._open: list[str] = []
        self._hidden = ""

    def result(self) -> str:
        return "".join((*self._parts, *(f"</{tag}>" for tag in reversed(self._open))))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._hidden or tag in _HIDDEN:
            self._hidden = self._hidden or tag
        elif tag not in _TAGS:
            self.handle_data(self.get_starttag_text() or "")
        else:
            self._parts.append(f"<{tag}{_attributes(tag, attrs)}>")
            if tag not in _VOID:
                self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in _HIDDEN:
            self._hidden = ""

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            self._hidden = "" if tag == self._hidden else self._hidden
        elif tag in self._open:
            while self._open:
                last = self._open.pop()
                self._parts.append(f"</{last}>")
                if last == tag:
                    break
        elif tag not in _TAGS:
            self.handle_data(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._parts.append(html.escape(data, quote=False))


def _attributes(tag: str, attrs: list[tuple[str, str | None]]) -> str:
    given = dict(attrs)
    kept = [f' {name}="{html.escape(given[name] or "")}"' for name in ("title", "lang", "dir") if name in given]
    address = re.sub("[\0- ]", "", given.get("href") or "")
    scheme = _SCHEME.match(address)
    if tag == "a" and address and (scheme is None or scheme[0].lower() in _SCHEMES):
        kept.append(f' href="{html.escape(address)}" target="_blank" rel="noopener noreferrer"')
    return "".join(kept)
