from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import pytest

from salon.chat_interface import ChatInterface
from salon.errors import AuthorError
from salon.serve.settings import Settings, read_settings, secret_of


def test_arguments_win_over_the_environment_which_wins_over_defaults():
    environment = {"SALON_SERVER_PORT": "8000", "SALON_QUIET": "yes", "SALON_ALLOWED_HOSTS": "a.example, b.example"}
    settings = read_settings({"server_port": 9000, "quiet": None}, environment)

    assert (settings.server_port, settings.quiet, settings.server_name) == (9000, True, "127.0.0.1")
    assert settings.allowed_hosts == ("a.example", "b.example")


@pytest.mark.parametrize(("name", "text"), [("SALON_SERVER_PORT", "http"), ("SALON_QUIET", "perhaps")])
def test_a_value_of_the_wrong_kind_is_named(name, text):
    with pytest.raises(AuthorError, match=f"`{name}`.*`{text}`"):
        read_settings({}, {name: text})


def test_who_may_sign_in_never_comes_from_the_environment():
    assert read_settings({}, {"SALON_AUTH": "x"}).auth is None


def test_every_setting_says_what_it_is():
    assert all(setting.metadata["description"] for setting in fields(Settings))


def test_the_secret_is_made_once_and_only_for_its_owner_to_read(tmp_path):
    settings = Settings(data_dir=str(tmp_path / "data"))
    secret = secret_of(settings)

    assert secret_of(settings) == secret
    assert len(secret) == 64
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert secret_of(Settings(secret_key="given")) == b"given"


def test_a_secret_that_was_cut_off_is_not_used(tmp_path):
    for content in (b"", b"x" * 31):
        (tmp_path / "secret_key").write_bytes(content)
        with pytest.raises(AuthorError, match="Delete it"):
            secret_of(Settings(data_dir=str(tmp_path)))


def test_everybody_who_starts_at_once_gets_the_same_secret(tmp_path):
    for number in range(20):
        settings = Settings(data_dir=str(tmp_path / str(number)))
        with ThreadPoolExecutor(8) as pool:
            assert len({*pool.map(secret_of, [settings] * 8)}) == 1
        assert [path.name for path in Path(settings.data_dir).iterdir()] == ["secret_key"]


def test_launch_takes_what_settings_name():
    taken = set(ChatInterface.launch.__annotations__)

    assert {"server_name", "server_port", "auth", "show_error", "ssl_certfile"} <= taken
