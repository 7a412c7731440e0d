"""What chat functions may return, and what a message holds of it."""

import io
import wave

import msgspec
import numpy as np
import pytest

import salon
from salon.components.catalog import CATALOG
from salon.conversations.reading import Drafts, MessageReader, ReplyError
from salon.conversations.value_files import AllowedPaths, ValueFiles
from salon.messages.chat_message import Append, ChatMessage
from salon.messages.parts import ComponentPart, Option, OptionsPart, TextPart, ThoughtPart
from salon.secrets import Secrets
from salon.stores.local_files import LocalFiles

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
def store(tmp_path):
    return LocalFiles(tmp_path / "data" / "files", secrets=lambda: Secrets([b"s" * 32]))


@pytest.fixture
def read(tmp_path, store):
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "cat.png").write_bytes(PNG)
    (tmp_path / "open" / ".env").write_text("SECRET=1")
    (tmp_path / "closed.txt").write_text("closed")
    allowed = AllowedPaths(roots=[tmp_path / "open"], hidden=[tmp_path / "data"])
    return MessageReader(files=ValueFiles(store, owner="ann", allowed=allowed)).read


def messages(read, value):
    drafts = read(value)
    assert isinstance(drafts, Drafts)
    return drafts.messages


def part(read, value) -> ComponentPart:
    ((only,),) = messages(read, value)
    assert isinstance(only, ComponentPart)
    return only


def content(store, found: ComponentPart) -> bytes:
    return store.get(found.files[0].id, owner="ann").path.read_bytes()


def test_a_text_is_never_a_path(read, tmp_path):
    path = str(tmp_path / "open" / "cat.png")

    assert read(path) == path
    assert messages(read, [path]) == ((TextPart(text=path),),)


def test_a_path_in_a_component_is_copied_to_the_owners_files(read, store, tmp_path):
    image = part(read, salon.Image(str(tmp_path / "open" / "cat.png"), label="A cat"))

    assert (image.kind, image.props["source"], image.props["label"]) == ("image", {"file": 0}, "A cat")
    assert (image.files[0].name, image.files[0].media_type) == ("cat.png", "image/png")
    assert content(store, image) == PNG
    assert str(tmp_path) not in msgspec.json.encode(image).decode()


@pytest.mark.parametrize(
    "path", ["closed.txt", "open/../closed.txt", "open/.env", "open/none.png", "data/secret_key", "/etc/passwd", "open"]
)
def test_a_path_that_leads_elsewhere_is_refused_by_name(read, tmp_path, path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret_key").write_text("secret")
    with pytest.raises(ReplyError, match="allowed_paths"):
        read(salon.File(str(tmp_path / path)))


def test_an_owners_own_file_is_shown_as_it_is_and_another_owners_is_refused(read, store):
    with store.create("a.txt", owner="ann") as draft:
        ref = draft.keep()
    with store.create("b.txt", owner="bob") as draft:
        theirs = store.get(draft.keep().id, owner="bob").path

    assert part(read, salon.File(str(store.get(ref.id, owner="ann").path))).files == (ref,)
    with pytest.raises(ReplyError):
        read(salon.File(str(theirs)))


def test_an_address_is_handed_on_and_nothing_is_fetched(read):
    audio = part(read, salon.Audio("https://example.com/a.wav", autoplay=True))

    assert (audio.props, audio.files) == ({"source": {"url": "https://example.com/a.wav"}, "autoplay": True}, ())


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "//example.com/x"]
)
def test_an_address_of_another_kind_is_taken_for_a_path_and_refused(read, address):
    with pytest.raises(ReplyError):
        read(salon.Image(address))


def test_showing_the_same_content_again_is_the_same_part(read, tmp_path):
    image = np.zeros((2, 2, 3), "uint8")

    assert part(read, salon.Image(image)) == part(read, image.copy())
    path = tmp_path / "open" / "cat.png"
    assert part(read, salon.Image(path)) == part(read, salon.Image(str(path)))


@pytest.mark.parametrize("shape", [(4, 5), (4, 5, 1), (4, 5, 3), (4, 5, 4)])
@pytest.mark.parametrize("kind", ["uint8", "float64", "bool", "int32"])
def test_an_array_is_a_picture(read, store, shape, kind):
    from PIL import Image

    pixels = np.ones(shape, kind)
    shown = Image.open(io.BytesIO(content(store, part(read, pixels))))

    assert shown.size == (5, 4)
    brightest = 255 if kind in ("float64", "bool") else 1
    assert np.asarray(shown).max() == brightest


@pytest.mark.parametrize("format_", ["png", "jpeg", "webp"])
def test_a_pillow_image_is_sent_in_the_form_that_its_author_wants(read, store, format_):
    from PIL import Image

    shown = part(read, salon.Image(Image.new("RGBA", (3, 2), "red"), format=format_))

    assert shown.files[0].media_type == f"image/{format_}"
    assert Image.open(io.BytesIO(content(store, shown))).size == (3, 2)


def test_samples_are_a_sound(read, store):
    sound = part(read, salon.Audio((8_000, np.array([[0.0, 1.0], [-1.0, 2.0]]))))

    with wave.open(io.BytesIO(content(store, sound))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getnframes()) == (8_000, 2, 2)
        assert np.frombuffer(file.readframes(2), "<i2").tolist() == [0, 32_767, -32_767, 32_767]


def test_data_that_json_cannot_hold_is_shown_as_text(read):
    shown = part(read, salon.JSON({"nan": float("nan"), 1: {2}, "big": 2**70, "array": np.arange(2)}))

    assert shown.props["value"] == {"nan": "nan", "1": [2], "big": str(2**70), "array": [0, 1]}


def test_a_classification_begins_with_the_surest(read):
    props = part(read, salon.Label({"cat": 0.2, "dog": 0.7, "cow": 0.1}, num_top_classes=2)).props

    assert props["value"] == "dog"
    assert [item["label"] for item in props["confidences"]] == ["dog", "cat"]


def test_a_component_that_is_made_of_text_has_it_as_text(read):
    assert part(read, salon.Code("x = 1", language="python")).text == "x = 1"
    assert part(read, salon.HTML("<b>hi</b>")).text == "<b>hi</b>"
    assert part(read, salon.Markdown("*hi*")).text == "*hi*"


def test_a_long_document_is_a_file(read, store):
    shown = part(read, salon.HTML("<p>" + "x" * 70_000))

    assert shown.text == ""
    assert content(store, shown).startswith(b"<p>xxx")


def test_a_list_is_one_message_an_item_whatever_these_are(read):
    found = messages(read, ["text", salon.Label("cat"), {"content": salon.Label("dog")}, ChatMessage(salon.Label("x"))])

    assert [type(draft[0]) for draft in found] == [TextPart, ComponentPart, ComponentPart, ComponentPart]


def test_text_and_files_are_one_message_each_file_shown_as_what_it_is(read, tmp_path):
    found = messages(
        read, {"text": "Look", "files": [str(tmp_path / "open" / "cat.png"), {"url": "https://example.com/a.mp3"}]}
    )

    assert [getattr(part, "kind", "text") for part in found[0]] == ["text", "image", "audio"]


def test_a_path_object_is_shown_as_what_it_is(read, tmp_path):
    assert part(read, tmp_path / "open" / "cat.png").kind == "image"


def test_a_message_may_have_several_contents_and_options(read):
    ((text, label, options),) = messages(
        read, ChatMessage(["Which?", salon.Label("x")], options=["a", {"value": "b", "label": "B"}])
    )

    assert (text, label.kind) == (TextPart(text="Which?"), "label")
    assert options == OptionsPart(options=(Option(value="a", label="a"), Option(value="b", label="B")))


@pytest.mark.parametrize("options", [[5], [{"label": "x"}], [""]])
def test_an_option_without_a_value_is_named(read, options):
    with pytest.raises(ReplyError, match="option"):
        read(ChatMessage("x", options=options))


def test_a_thought_knows_what_it_is_inside_of_and_what_it_shows(read):
    ((outer, inner, picture),) = messages(
        read,
        [
            ChatMessage("", metadata={"title": "A", "id": 1}),
            ChatMessage(salon.Label("x"), metadata={"title": "B", "parent_id": 1}),
        ],
    )

    assert (outer, inner) == (ThoughtPart(title="A", id="1"), ThoughtPart(title="B", parent="1"))
    assert picture.kind == "label"


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (salon.Image(5), "`Image` cannot show a value of type `int`"),
        (salon.Image(np.zeros((2, 2, 9))), "shape"),
        (salon.Image(np.zeros((2, 2)), format="nope"), "nope"),
        (salon.JSON("{"), "`JSON`"),
        (salon.Label({"a": "much"}), "`Label`"),
        (salon.Dataframe(5), "`Dataframe`"),
        (salon.Plot("x"), "`Plot`"),
        (salon.Code(5), "`Code`"),
        (salon.Gallery("x"), "`Gallery`"),
        (salon.Image(PNG, height="1px; color: red"), "CSS length"),
    ],
)
def test_a_value_that_a_component_cannot_show_is_named(read, value, named):
    with pytest.raises(ReplyError, match=named):
        read(value)


def test_what_can_be_appended_and_plain_text_pass_as_they_are(read):
    assert read(Append("x")) == Append("x")


def test_every_component_without_a_value_can_be_shown(read):
    for component, props in CATALOG.values():
        shown = part(read, component())
        assert msgspec.convert(shown.props, props) is not None


INDENTED = """
    # Heading

    - one
        - two
    """


@pytest.mark.parametrize("value", [INDENTED, ChatMessage(INDENTED), {"content": INDENTED}, [INDENTED]])
def test_a_reply_loses_the_indentation_of_the_code_it_stands_in(read, value):
    found = read(value)
    text = found if isinstance(found, str) else found.messages[0][0].text

    assert text == "# Heading\n\n- one\n    - two"


def test_a_markdown_component_loses_it_too(read):
    assert part(read, salon.Markdown(INDENTED)).text == "# Heading\n\n- one\n    - two"
