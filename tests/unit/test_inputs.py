"""What additional inputs take, and what functions get of them."""

import datetime as dt
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import pytest
from PIL import Image

import salon
from salon.components.base import InputError
from salon.definition.published_files import PublishedFiles
from salon.errors import AuthorError, ClientError
from salon.ids import FileId
from salon.messages.parts import FileRef
from tests.chats import ask, make_engine, reply_to, said
from tests.unit.test_compile import compiled


@dataclass(frozen=True)
class Bounds:
    """Bounds as libraries for annotations have them."""

    ge: float
    le: float


def nowhere(file: FileRef) -> Path | None:
    return None


@pytest.mark.parametrize(
    ("component", "sent", "got"),
    [
        (salon.Textbox(), "hé\0", "hé\ufffd"),
        (salon.Textbox(), None, ""),
        (salon.Number(), 1.5, 1.5),
        (salon.Number(), None, None),
        (salon.Number(precision=0), 2.6, 3),
        (salon.Number(precision=2), 2.666, 2.67),
        (salon.Slider(10, 100), None, 10),
        (salon.Slider(0, 1), 0.5, 0.5),
        (salon.Checkbox(), True, True),
        (salon.Radio(["a", "b"]), "b", "b"),
        (salon.Radio(["a", "b"]), None, None),
        (salon.Radio([("One", 1), ("Two", 2)], type="index"), 2, 1),
        (salon.CheckboxGroup(["a", "b", "c"]), ["c", "a"], ["c", "a"]),
        (salon.CheckboxGroup(["a", "b", "c"], type="index"), ["c"], [2]),
        (salon.Dropdown(["a", "b"]), "b", "b"),
        (salon.Dropdown(["a", "b"], multiselect=True), None, []),
        (salon.Dropdown(["a"], allow_custom_value=True), "mine", "mine"),
        (salon.ColorPicker(), "#1c6b58", "#1c6b58"),
        (salon.DateTime(type="string"), "2026-11-24 09:30:00", "2026-11-24 09:30:00"),
        (salon.DateTime(type="datetime", timezone="UTC"), "1970-01-01T00:00", dt.datetime.fromtimestamp(0, dt.UTC)),
        (salon.DateTime(timezone="UTC"), "1970-01-01 00:01:00", 60.0),
        (salon.DateTime(include_time=False, type="string"), "2026-11-24", "2026-11-24"),
        (salon.Code(language="python"), "x = 1", "x = 1"),
        (salon.JSON(), {"a": [1]}, {"a": [1]}),
        (salon.Dataframe(type="array"), {"headers": ["a", "b"], "data": [[1], [2, 3]]}, [[1, None], [2, 3]]),
    ],
)
def test_functions_get_typed_values(component, sent, got):
    assert component.read(component.accept(sent), nowhere) == got


@pytest.mark.parametrize(
    ("component", "sent", "reason"),
    [
        (salon.Textbox(), 5, "takes text, got 5"),
        (salon.Textbox(max_length=2), "abc", "at most 2 characters, got 3"),
        (salon.Number(), "7", "takes a number, got '7'"),
        (salon.Number(), True, "takes a number"),
        (salon.Number(), float("nan"), "takes a number"),
        (salon.Number(minimum=0), -1, "from 0 on, got -1"),
        (salon.Number(maximum=5), 6, "up to 5, got 6"),
        (salon.Slider(10, 100), 101, "from 10 to 100, got 101"),
        (salon.Checkbox(), "yes", "takes true or false"),
        (salon.Radio(["a", "b"]), "c", "takes one of 'a', 'b'; got 'c'"),
        (salon.Radio([1, 2]), True, "takes one of 1, 2"),
        (salon.CheckboxGroup(["a"]), "a", "takes a list"),
        (salon.CheckboxGroup(["a"]), ["b"], "takes one of 'a'"),
        (salon.Dropdown(["a", "b"], multiselect=True, max_choices=1), ["a", "b"], "at most 1, got 2"),
        (salon.ColorPicker(), "red; background: url(x)", "takes a colour"),
        (salon.DateTime(), "tomorrow", "takes a date such as"),
        (salon.File(), "/etc/passwd", "takes the id of an uploaded file"),
        (
            salon.Image(),
            FileRef(id=FileId("x" * 22), name="a.pdf", media_type="application/pdf", size_bytes=1),
            "image",
        ),
        (salon.Dataframe(), "1,2", "takes a table"),
        (salon.Dataframe(headers=["a"]), [[1, 2]], "a header for each of its 2 columns"),
    ],
)
def test_what_a_component_does_not_take_is_refused_with_the_reason(component, sent, reason):
    with pytest.raises(InputError, match=reason):
        component.accept(sent)


@pytest.fixture
def picture(tmp_path) -> Path:
    path = tmp_path / "picture.png"
    Image.new("RGBA", (4, 3), "#ff0000").save(path)
    return path


def reference(path: Path, media_type: str) -> FileRef:
    return FileRef(id=FileId("f" * 22), name=path.name, media_type=media_type, size_bytes=path.stat().st_size)


def test_pictures_reach_functions_as_arrays_images_or_paths(picture):
    given = reference(picture, "image/png")

    def read(**options):
        component = salon.Image(**options)
        return component.read(component.accept(given), lambda file: picture)

    assert read().shape == (3, 4, 3)
    assert read(type="pil", image_mode="L").mode == "L"
    assert read(type="filepath") == str(picture)


def test_sound_reaches_functions_as_a_rate_and_samples(tmp_path):
    path = tmp_path / "sound.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 8_000, 0, "NONE", ""))
        file.writeframes(np.array([[1, -1], [2, -2]], "<i2").tobytes())
    component = salon.Audio()

    rate, samples = component.read(component.accept(reference(path, "audio/wav")), lambda file: path)

    assert (rate, samples.tolist()) == (8_000, [[1, -1], [2, -2]])


def test_a_file_that_is_not_kept_any_more_says_so(picture):
    component = salon.File(label="Notes")

    with pytest.raises(InputError, match=r"picture\.png.*is no longer stored"):
        component.read(component.accept(reference(picture, "image/png")), nowhere)


def test_several_files_are_a_list(picture):
    component = salon.File(file_count="multiple", type="binary")
    given = reference(picture, "image/png")

    assert component.read(component.accept([given, given]), lambda file: picture) == [picture.read_bytes()] * 2


async def test_the_authors_own_files_reach_functions_when_others_are_beside_them(tmp_path):
    pictures = []
    for color in ("red", "green"):
        pictures.append(tmp_path / f"{color}.png")
        Image.new("RGB", (4, 3), color).save(pictures[-1])
    seen = []

    def look(message, history, given):
        seen.append([(Path(picture).name, caption) for picture, caption in given])
        return ""

    gallery = salon.Gallery([(pictures[0], "Red"), str(pictures[1])])
    engine = make_engine(look, additional_inputs=[gallery])
    items = gallery.part(PublishedFiles()).props["items"]
    await reply_to(engine, ask())
    await reply_to(engine, ask(inputs={"c1": [{"url": items[1]["source"]["url"]}]}))
    nobodys = await reply_to(engine, ask(inputs={"c1": [{"url": "author/0123/secret.png"}]}))

    assert seen == [[("red.png", "Red"), ("green.png", None)], [("green.png", None)]]
    assert (
        nobodys.failure.message
        == "“Gallery” refers to `secret.png`, which is no longer stored on the server; upload it again."
    )


def prompted(message, history, system_prompt, tokens):
    return f"{system_prompt} | {tokens} | {len(history)} | {message}"


INPUTS = (salon.Textbox("Be kind.", label="System prompt"), salon.Slider(10, 100, label="Tokens"))


async def test_values_reach_the_function_after_the_history():
    engine = make_engine(prompted, additional_inputs=list(INPUTS))

    assert await said(engine, "hello", inputs={"c1": "Be brief.", "c2": 42}) == "Be brief. | 42 | 0 | hello"


async def test_what_a_client_leaves_out_is_the_components_own():
    engine = make_engine(prompted, additional_inputs=list(INPUTS))

    assert await said(engine, "hello") == "Be kind. | 10 | 0 | hello"


async def test_all_wrong_values_are_refused_before_anything_runs():
    engine = make_engine(prompted, additional_inputs=list(INPUTS))

    with pytest.raises(
        ClientError, match=r"(?s)“System prompt” takes text.*“Tokens” takes a number from 10 to 100.*`c9`"
    ):
        await engine.submit(ask(inputs={"c1": 5, "c2": 1_000, "c9": ""}))


async def test_a_function_may_do_without_the_history():
    def without(message, name):
        return f"{name}: {message}"

    assert await said(make_engine(without, additional_inputs="textbox"), inputs={"c1": "Ann"}) == "Ann: hello"


async def test_a_picture_is_read_off_the_event_loop_for_async_functions(picture):
    async def sizes(message, history, image):
        yield f"{image.shape}"

    engine = make_engine(sizes, additional_inputs=[salon.Image(picture)])

    assert await said(engine) == "(3, 4, 3)"


async def test_a_file_that_is_no_picture_is_the_senders_mistake(tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n broken")
    engine = make_engine(lambda message, history, image: "", additional_inputs=[salon.Image(str(broken), label="Face")])

    reply = await reply_to(engine)

    assert reply.failure.message.startswith("“Face” takes an image")


async def test_a_value_may_be_a_function_that_is_called_anew():
    numbers = iter(range(100))
    engine = make_engine(
        lambda message, history, number: f"{number}", additional_inputs=[salon.Number(lambda: next(numbers))]
    )

    first, second = await said(engine), await said(engine, conversation="conversation-2")

    assert int(second) > int(first)


def test_a_text_area_is_a_box_of_several_lines():
    area = salon.TextArea("Be kind.", label="Prompt")
    part = area.part(PublishedFiles())

    assert (part.kind, part.text, part.props["lines"], part.props["label"]) == ("textbox", "Be kind.", 7, "Prompt")
    assert area.changed_by(salon.Textbox(lines=3), PublishedFiles()).props == {"lines": 3}


async def test_a_slider_may_begin_anywhere():
    slider = salon.Slider(0, 1, 9, step=0.1, randomize=True)
    engine = make_engine(lambda message, history, number: f"{number}", additional_inputs=[slider])

    numbers = {await said(engine, conversation=f"conversation-{number}") for number in range(30)}

    assert len(numbers) > 3
    assert numbers <= {f"{number / 10:g}" for number in range(11)} | {"0.0", "1.0"}


def test_a_slider_that_begins_anywhere_still_needs_its_bounds():
    with pytest.raises(AuthorError, match="a `minimum` below its `maximum`"):
        compiled(lambda message, history, number: "", additional_inputs=[salon.Slider(5, 5, randomize=True)])


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"additional_inputs": ["slidder"]}, "Did you mean `slider`"),
        ({"additional_inputs": [5]}, "contain components and names"),
        ({"additional_inputs": [salon.Slider(5, 5), "number"]}, "a `minimum` below its `maximum`"),
        ({"additional_inputs": [salon.Slider(0, 5, 9), "number"]}, "from 0 to 5, got 9"),
        ({"additional_inputs": [salon.Dropdown(["a"], "b"), "number"]}, "an initial `value` that is not accepted"),
        ({"additional_inputs": ["text"] * 3}, "no parameters for 1 of the 3"),
        ({"additional_inputs": INPUTS, "additional_inputs_accordion": 5}, "a label or an `Accordion`"),
        (
            {"additional_inputs": INPUTS, "examples": [["hi", "a", 200]]},
            "`Tokens`, which takes a number from 10 to 100",
        ),
        ({"additional_inputs": INPUTS, "examples": [["hi", "a", 20, 3]]}, "values of the 2 additional inputs"),
    ],
)
def test_wrong_descriptions_are_refused_with_the_way_out(options, reason):
    with pytest.raises(AuthorError, match=reason):
        compiled(prompted, **options)


@pytest.mark.parametrize(
    ("accordion", "label", "is_open"),
    [
        (None, None, False),
        ("Settings", "Settings", True),
        (salon.Accordion("Settings", open=False), "Settings", False),
    ],
)
def test_what_is_above_the_additional_inputs(accordion, label, is_open):
    [chat] = compiled(prompted, additional_inputs=INPUTS, additional_inputs_accordion=accordion).page.chats

    assert (chat.extra.label, chat.extra.open, chat.inputs) == (label, is_open, ("c1", "c2"))
    assert [node.part.kind for node in chat.extra.children] == ["textbox", "slider"]


def test_examples_have_values_of_additional_inputs():
    [chat] = compiled(prompted, additional_inputs=INPUTS, examples=[["hi", None, 20], "hello"]).page.chats

    assert [example.values for example in chat.examples] == [{"c2": 20}, {}]


def tuned(
    message,
    history,
    *,
    temperature: Annotated[float, Bounds(ge=0, le=2), "Higher is wilder"] = 0.7,
    count: Annotated[int, range(1, 11)] = 3,
    tone: Literal["kind", "strict"] = "kind",
    language: Literal["en", "zh", "fr", "de", "es"] = "en",
    tools: list[Literal["search", "code"]] | None = None,
    seed: int | None = None,
    loud: bool = False,
    system_prompt: str = "Be brief.",
    ink: Annotated[str, salon.ColorPicker(render=False)] = "#ff0000",
    unknown: bytes = b"left alone",
    request: salon.Request,
):
    return f"{temperature} {count} {tone} {language} {tools} {seed} {loud} {system_prompt} {ink} {unknown!r}"


def test_keyword_parameters_are_additional_inputs_by_their_types():
    [chat] = compiled(tuned).page.chats
    found = [(node.part.kind, node.part.props["label"]) for node in chat.extra.children]

    assert found == [
        ("slider", "Temperature"),
        ("slider", "Count"),
        ("radio", "Tone"),
        ("dropdown", "Language"),
        ("checkboxgroup", "Tools"),
        ("number", "Seed"),
        ("checkbox", "Loud"),
        ("textbox", "System prompt"),
        ("colorpicker", "Ink"),
    ]
    assert chat.extra.children[0].part.props["info"] == "Higher is wilder"
    assert (chat.extra.children[1].part.props["minimum"], chat.extra.children[1].part.props["maximum"]) == (1, 10)


async def test_keyword_parameters_get_their_defaults_or_what_was_entered():
    engine = make_engine(tuned)

    assert await said(engine) == "0.7 3 kind en [] None False Be brief. #ff0000 b'left alone'"
    entered = {"c1": 1.5, "c4": "zh", "c5": ["code"], "c6": 7, "c7": True}
    answer = await said(engine, inputs=entered, conversation="conversation-2")
    assert answer == "1.5 3 kind zh ['code'] 7 True Be brief. #ff0000 b'left alone'"
    with pytest.raises(ClientError, match="“Temperature” takes a number from 0 to 2"):
        await engine.submit(ask(inputs={"c1": 3}, conversation="conversation-3"))


def test_additional_inputs_win_over_keyword_parameters():
    def reply(message, history, name, *, loud: bool = False):
        return name

    [chat] = compiled(reply, additional_inputs=[salon.Textbox(label="Name")]).page.chats

    assert [node.part.props["label"] for node in chat.extra.children] == ["Name"]
