"""Whether answers to examples are kept, and when they are made: arguments first, then the environment."""

import io

import pytest

import salon
from salon.definition.example_caching import cache_mode
from salon.serve.caching_progress import CachingProgress


@pytest.mark.parametrize(
    ("cache_examples", "mode", "environment", "wanted"),
    [
        (None, None, {}, None),
        (False, None, {"SALON_CACHE_EXAMPLES": "1"}, None),
        (True, None, {}, "eager"),
        (True, "lazy", {}, "lazy"),
        (True, "lazy", {"SALON_CACHE_MODE": "eager"}, "lazy"),
        (True, None, {"SALON_CACHE_MODE": "lazy"}, "lazy"),
        (True, None, {"GRADIO_CACHE_MODE": "lazy"}, "lazy"),
        ("lazy", None, {}, "lazy"),
        (None, None, {"GRADIO_CACHE_EXAMPLES": "true"}, "eager"),
        (None, None, {"SALON_CACHE_EXAMPLES": "off", "GRADIO_CACHE_EXAMPLES": "true"}, None),
        (None, None, {"SALON_CACHE_EXAMPLES": "lazy"}, "lazy"),
        (None, "lazy", {}, None),
    ],
)
def test_arguments_win_over_ours_and_ours_over_gradios_variables(cache_examples, mode, environment, wanted):
    assert cache_mode(cache_examples, mode, environment) == wanted


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("sometimes", None, {}), "`cache_examples`.*sometimes"),
        ((True, "lasy", {}), "Did you mean `lazy`"),
        ((None, None, {"SALON_CACHE_EXAMPLES": "maybe"}), "`SALON_CACHE_EXAMPLES` has to be `on`, `off` or `lazy`"),
        ((True, None, {"GRADIO_CACHE_MODE": "later"}), "later"),
    ],
)
def test_what_is_neither_is_named(arguments, message):
    with pytest.raises(salon.AuthorError, match=message):
        cache_mode(*arguments)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "is_quiet", "shown"),
    [
        (io.StringIO(), False, "* Answered 2 examples\n"),
        (io.StringIO(), True, ""),
        (Terminal(), True, ""),
        (
            Terminal(),
            False,
            (
                "\r* Answering examples  ░░░░░░░░░░░░░░░░░░░░  0/2"
                "\r* Answering examples  ██████████░░░░░░░░░░  1/2"
                "\r* Answering examples  ████████████████████  2/2\n"
            ),
        ),
    ],
)
def test_a_terminal_shows_a_bar_and_everything_else_one_line(stream, is_quiet, shown):
    progress = CachingProgress(stream, is_quiet=is_quiet)
    for done in range(3):
        progress(done, 2)

    assert stream.getvalue() == shown
