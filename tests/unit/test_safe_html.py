import pytest

from salon.safe_html import safe_html, without_tags


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ask <b>Bob</b> & co", "Ask <b>Bob</b> &amp; co"),
        ("1 < 2 &amp; &lt;b&gt;", "1 &lt; 2 &amp; &lt;b&gt;"),
        ("<b>open <i>both", "<b>open <i>both</i></b>"),
        ("a</div></b>c<br>d", "ac<br>d"),
        ("Use <name> here", "Use &lt;name&gt; here"),
        ("<script>x()</script>a<style>b{}</style>", "a"),
        ('<p onclick="x()" style="position:fixed" class="lead">a</p>', "<p>a</p>"),
        ('<a href="javascript:x()">a</a>', "<a>a</a>"),
        ('<a href=" java\nscript:x()">a</a>', "<a>a</a>"),
        ("<img src=x onerror=x()>", "&lt;img src=x onerror=x()&gt;"),
        ("<!-- a --><svg/onload=x()>", "&lt;svg/onload=x()&gt;"),
        (
            '<a href="https://a.example/?b=1&amp;c=%22">a</a>',
            '<a href="https://a.example/?b=1&amp;c=%22" target="_blank" rel="noopener noreferrer">a</a>',
        ),
    ],
)
def test_only_harmless_html_is_left(text, expected):
    assert safe_html(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [("Bot", "Bot"), ("<center>My <b>Bot</b></center>", "My Bot"), ("a < b & c", "a < b & c"), ("List<T>", "List<T>")],
)
def test_the_words_of_html_are_its_text(text, words):
    assert without_tags(text) == words
