import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salon.errors import AuthorError, NotFoundError
from salon.http.files import resolve_under
from salon.serve.settings import size_bytes


@pytest.fixture
def opened(tmp_path: Path) -> Path:
    """Return a folder that is open, beside things that are not."""
    root = tmp_path / "open"
    (root / "sub" / ".git").mkdir(parents=True)
    (tmp_path / "open-not").mkdir()
    for name in ("open/a.txt", "open/sub/b.txt", "open/.env", "open/sub/.git/config", "secret.txt", "open-not/c.txt"):
        (tmp_path / name).write_text(name)
    (root / "out").symlink_to(tmp_path / "secret.txt")
    (root / "in").symlink_to(root / "a.txt")
    os.mkfifo(root / "pipe")
    return root


@pytest.mark.parametrize("name", ["a.txt", "sub/b.txt", "sub/../a.txt", "in"])
def test_a_file_in_an_open_folder_is_found(opened, name):
    assert resolve_under([opened], str(opened / name)).read_text().startswith("open/")


@pytest.mark.parametrize(
    "name",
    ["nope", "", "sub", "out", ".env", "sub/.git/config", "../secret.txt", "../open-not/c.txt", "pipe", "a\0.txt"],
)
def test_anything_else_is_not_there(opened, name):
    with pytest.raises(NotFoundError, match="no such file"):
        resolve_under([opened], f"{opened}/{name}")


def test_a_folder_that_is_hidden_in_one_root_may_be_open_by_another(opened):
    config = opened / "sub" / ".git" / "config"

    assert resolve_under([opened, opened / "sub" / ".git"], str(config)) == config.resolve()


def test_a_single_file_can_be_opened(opened):
    secret = opened.parent / "secret.txt"

    assert resolve_under([secret], str(secret)) == secret.resolve()
    with pytest.raises(NotFoundError):
        resolve_under([secret], str(opened / "a.txt"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(
    st.lists(st.sampled_from(["..", ".", "sub", "a.txt", "secret.txt", "open", "open-not", "/", "out", "", "%2e%2e"]))
)
def test_no_path_leads_out_of_the_open_folder(opened, parts):
    try:
        found = resolve_under([opened], f"{opened}/{'/'.join(parts)}")
    except NotFoundError:
        return
    assert os.path.commonpath([os.path.realpath(found), os.path.realpath(opened)]) == os.path.realpath(opened)


@pytest.mark.parametrize(
    ("size", "in_bytes"),
    [(5, 5), ("5", 5), ("5kb", 5_120), ("5 MB", 5 * 2**20), ("1.5gib", 1.5 * 2**30), ("2T", 2**41)],
)
def test_sizes_are_bytes_or_have_a_unit(size, in_bytes):
    assert size_bytes(size) == in_bytes


@pytest.mark.parametrize("size", ["", "big", "-5", "5 apples"])
def test_what_is_no_size_is_named(size):
    with pytest.raises(AuthorError, match="max_file_size"):
        size_bytes(size)
