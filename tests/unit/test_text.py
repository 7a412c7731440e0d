import inspect

import pytest

from salon.media_types import sniff
from salon.text import decoded, unindented, unindented_reply

CHINESE = "名称,价格\n苹果,3\n这是一个说明。\n"
JAPANESE = "名前,値段\nりんご,3\nこれは説明です。\n"
KOREAN = "이름,가격\n사과,3\n설명입니다.\n"
WESTERN = "Prénom,Straße\nZoë,Größe\nà côté, déjà vu\n"

TEXTS = [
    *((CHINESE, encoding) for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32", "gbk", "gb18030")),
    ("這是一個說明，時間與價格。\n", "big5"),
    *((JAPANESE, encoding) for encoding in ("shift_jis", "euc_jp", "utf-16")),
    *((KOREAN, encoding) for encoding in ("euc_kr", "cp949", "utf-16")),
    *((WESTERN, encoding) for encoding in ("latin-1", "cp1252", "utf-16")),
    ("a,b\n1,2", "utf-16"),
]


@pytest.mark.parametrize(("text", "encoding"), TEXTS)
def test_a_text_in_any_common_encoding_is_text(text, encoding):
    content = text.encode(encoding)

    assert decoded(content) == text
    assert sniff(content, name="a.csv") == "text/csv"
    assert sniff(content, name="a.mp3", claimed="audio/mpeg") == "text/plain"


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"\xff\xfb\x90\x64" + bytes(range(256)), "audio/mpeg"),
        (b"\xff\xf3\x40\xc0" + bytes(range(256)), "audio/mpeg"),
        (bytes(range(1, 256)), "application/octet-stream"),
        (b"\xff\xfe" + b"\0\xd8" * 10, "audio/mpeg"),
        (b"\x80\x81\x90 \x01", "application/octet-stream"),
    ],
)
def test_what_is_no_text_is_none(head, media_type):
    assert sniff(head, name="a.txt") == media_type


@pytest.mark.parametrize("page", ["<!doctype html><p>x", "<html>x"])
def test_a_page_in_utf_16_is_a_page(page):
    assert sniff(page.encode("utf-16"), name="a.txt") == "text/html"


@pytest.mark.parametrize(
    "text",
    [
        "\n    # Hello\n\n    Start *typing*.\n    ",
        "One\n    two\n      three\n",
        "    x",
        "\n\n  a\n b\n\n",
        "",
        "a\n\nb",
    ],
)
def test_an_authors_text_loses_the_indentation_of_its_code(text):
    assert unindented(text) == inspect.cleandoc(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\n    # Heading\n\n    - a\n        - b\n\n    Done.\n    ", "# Heading\n\n- a\n    - b\n\nDone."),
        ("Hello\n    - a\n    - b\n    ", "Hello\n- a\n- b"),
        ("Use:\n\n    pip install x", "Use:\n\n    pip install x"),
        ("\n    code\nText", "\n    code\nText"),
        ("- a\n  - b\n- c", "- a\n  - b\n- c"),
        ("one line", "one line"),
        ("\n\n", "\n\n"),
    ],
)
def test_a_reply_loses_the_indentation_of_its_code_and_keeps_its_own(text, expected):
    assert unindented_reply(text) == expected
