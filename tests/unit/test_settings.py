import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import pytest

from salon.chat_interface import ChatInterface
from salon.components.parameter_checks import UnknownParameterError
from salon.errors import AuthorError
from salon.launching import recorded_launches
from salon.serve.settings import Settings, read_settings, secrets_of


def test_arguments_win_over_the_environment_which_wins_over_defaults():
    environment = {"SALON_SERVER_PORT": "8000", "SALON_QUIET": "yes", "SALON_ALLOWED_HOSTS": "a.example, b.example"}
    settings = read_settings({"server_port": 9000, "quiet": None}, environment)

    assert (settings.server_port, settings.quiet, settings.server_name) == (9000, True, "127.0.0.1")
    assert settings.allowed_hosts == ("a.example", "b.example")


@pytest.mark.parametrize(("name", "text"), [("SALON_SERVER_PORT", "http"), ("SALON_QUIET", "perhaps")])
def test_a_value_of_the_wrong_kind_is_named(name, text):
    with pytest.raises(AuthorError, match=f"`{name}`.*`{text}`"):
        read_settings({}, {name: text})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"server_port": 99_999}, "`server_port` has to be a whole number from 0 to 65535, got `99999`."),
        ({"server_port": "7890"}, "`server_port` has to be a whole number from 0 to 65535, got `7890`."),
        ({"server_port": True}, "`server_port` has to be a whole number"),
        ({"max_threads": 0}, "`max_threads` has to be a whole number of at least 1, got `0`."),
        ({"grace_s": float("nan")}, "`grace_s` has to be a number of at least 0, got `nan`."),
        ({"quiet": "yes"}, "`quiet` has to be `True` or `False`, got `yes`."),
        ({"server_name": 1}, "`server_name` has to be a text, got `1`."),
        ({"allowed_paths": "logo.png"}, "`allowed_paths` has to be a list of texts, got `logo.png`."),
        ({"allowed_hosts": [1]}, "`allowed_hosts` has to be a list of texts"),
        ({"max_file_size": "big"}, "`max_file_size`"),
    ],
)
def test_a_wrong_argument_is_named_with_what_it_has_to_be(arguments, said):
    with pytest.raises(AuthorError, match=re.escape(said)):
        read_settings(arguments, {})


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(AuthorError, match=r"`SALON_SERVER_PORT`.*`70000`.*`max_threads`.*`-1`"):
        read_settings({"max_threads": -1}, {"SALON_SERVER_PORT": "70000"})


def test_sizes_and_paths_are_taken_in_their_forms():
    settings = read_settings(
        {"favicon_path": Path("a.png"), "allowed_paths": [Path("b")], "grace_s": 1}, {"SALON_MAX_FILE_SIZE": "5kb"}
    )

    assert settings.max_file_size == 5_120


def test_who_may_sign_in_never_comes_from_the_environment():
    assert read_settings({}, {"SALON_AUTH": "x"}).auth is None


def test_every_setting_says_what_it_is():
    assert all(setting.metadata["description"] for setting in fields(Settings))


def test_the_secret_is_made_once_and_only_for_its_owner_to_read(tmp_path):
    settings = Settings(data_dir=str(tmp_path / "data"))
    secret = (tmp_path / "data" / "secret_key").read_bytes() if secrets_of(settings) else b""
    (key,) = secrets_of(settings).keys("files")

    assert secrets_of(settings).keys("files") == [key]
    assert secrets_of(settings).keys("messages") != [key]
    assert len(secret) == 64
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_of_several_secrets_each_gives_a_key_and_one_that_is_too_short_is_refused():
    first, second = "a" * 32, "b" * 32
    both = secrets_of(read_settings({}, {"SALON_SECRET_KEY": f"{first}, {second}"})).keys("files")

    assert both == [
        *secrets_of(Settings(secret_key=first)).keys("files"),
        *secrets_of(Settings(secret_key=second)).keys("files"),
    ]
    with pytest.raises(AuthorError, match="31 characters; at least 32"):
        secrets_of(Settings(secret_key=[first, "c" * 31]))


def test_a_secret_that_was_cut_off_is_not_used(tmp_path):
    for content in (b"", b"x" * 31):
        (tmp_path / "secret_key").write_bytes(content)
        with pytest.raises(AuthorError, match="Delete it"):
            secrets_of(Settings(data_dir=str(tmp_path)))


def test_everybody_who_starts_at_once_gets_the_same_secret(tmp_path):
    for number in range(20):
        settings = Settings(data_dir=str(tmp_path / str(number)))
        with ThreadPoolExecutor(8) as pool:
            assert len({*pool.map(lambda each: secrets_of(each).keys("files")[0], [settings] * 8)}) == 1
        assert {path.name for path in Path(settings.data_dir).iterdir()} == {"secret_key", ".gitignore"}


def test_launch_names_what_it_does_not_take_and_the_nearest_that_it_does():
    chat = ChatInterface(lambda message, history: "")

    with pytest.raises(
        UnknownParameterError, match=r"no parameter `servername`\. Did you mean `server_name`"
    ) as caught:
        chat.launch(servername="0.0.0.0", favicon="x.png")  # type: ignore[call-arg]
    assert "`favicon`" in str(caught.value)


def test_launch_and_queue_accept_what_has_no_meaning_here_with_a_warning():
    chat = ChatInterface(lambda message, history: "")

    with recorded_launches() as launches, pytest.warns(UserWarning, match="`launch` ignores `debug`"):
        chat.launch(debug=True, server_port=1)  # type: ignore[call-arg]
    assert launches[0].arguments["server_port"] == 1
    with pytest.warns(UserWarning, match="`queue` ignores `api_open`"):
        assert chat.queue(concurrency_count=3, api_open=False) is chat  # type: ignore[call-arg]


def test_launch_takes_what_settings_name():
    taken = set(ChatInterface.launch.__annotations__)

    assert {"server_name", "server_port", "auth", "show_error", "ssl_certfile"} <= taken
