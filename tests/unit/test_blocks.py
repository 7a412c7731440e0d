"""Pages that authors lay out, and functions bound to their events."""

import asyncio

import pytest

import salon
from salon.definition.app import AppSpec
from salon.definition.compile_blocks import compile_blocks
from salon.engine.context import Progress
from salon.engine.turn import Call
from salon.errors import AuthorError, ClientError, NotFoundError
from salon.events.types import OutputDelta, OutputSet, RunEnd
from salon.identity import Identity
from salon.request import Request
from salon.surfaces.callable_endpoints import callable_chats
from tests.chats import ANN, BOB, ask, core_of, events_of


def compiled(demo: salon.Blocks) -> AppSpec:
    return compile_blocks(demo, request_type=Request, injected_types=(Progress,))


def reply(message, history, prompt):
    return f"{prompt} {message}"


def call(endpoint: str = "e1", *, session: str = "session-1", identity: Identity = ANN, **fields) -> Call:
    call.count += 1
    return Call(id=f"call-{call.count:06}", identity=identity, endpoint=endpoint, session=session, **fields)


call.count = 0


async def outputs_of(engine, request: Call) -> list:
    events = await events_of(engine, await engine.call(request))
    assert events[-1] == RunEnd(), events[-1]
    return [event for event in events if isinstance(event, OutputSet | OutputDelta)]


def shape(nodes) -> list:
    """Return what stands where, by kinds."""
    found = []
    for node in nodes:
        match node.__struct_config__.tag:
            case "component":
                found.append(node.part.kind)
            case "chat":
                found.append(f"chat:{node.chat}")
            case "container":
                found.append((node.kind, shape(node.children)))
    return found


def test_things_stand_where_they_were_made():
    with salon.Blocks() as demo:
        salon.Markdown("# Hello")
        with salon.Row():
            with salon.Column():
                prompt = salon.Textbox(label="Prompt")
            salon.ChatInterface(reply, additional_inputs=[prompt])
        with salon.Tab("One"):
            salon.Number()
        with salon.Tab("Two"), salon.Group(), salon.Accordion("More"):
            salon.Slider()
        salon.State(5)

    assert shape(compiled(demo).page.layout) == [
        "markdown",
        ("row", [("column", ["textbox"]), "chat:chat"]),
        ("tabs", [("tab", ["number"]), ("tab", [("group", [("accordion", ["slider"])])])]),
    ]


def test_what_was_given_something_to_show_is_shown_unless_a_function_asks_for_it(tmp_path):
    logo = tmp_path / "our logo.png"
    logo.write_bytes(b"\x89PNG")
    with salon.Blocks() as demo:
        salon.Image(logo, type="filepath")
        asked = salon.Image(logo, type="filepath")
        salon.Image(logo, interactive=True)
        salon.Image()
        salon.Button("Go").click(lambda picture: None, asked)
    parts = [node.part.props for node in compiled(demo).page.layout[:4]]

    assert [props.get("interactive") for props in parts] == [False, None, True, None]
    assert parts[0]["source"]["url"].endswith(".png/our%20logo.png")


def test_a_page_opens_although_a_function_that_gives_a_value_fails(caplog):
    answers = iter(["first"])

    with salon.Blocks() as demo:
        salon.Textbox(lambda: next(answers), label="Name")
        salon.Textbox(lambda: "again", label="Other")
    answers = iter(["compiled"])
    found = compiled(demo).dynamic()

    assert [part.text for part in found.values()] == ["again"]
    assert "`Name`" in caplog.text


def test_an_input_that_has_a_place_stays_there_and_others_stand_below_the_box():
    with salon.Blocks() as demo:
        prompt = salon.Textbox("Be kind.", label="Prompt")
        slider = salon.Slider(10, 100, label="Tokens", render=False)
        salon.ChatInterface(lambda message, history, prompt, tokens: "", additional_inputs=[prompt, slider])
    app = compiled(demo)
    [chat] = app.page.chats

    assert shape(app.page.layout) == ["textbox", "chat:chat"]
    assert shape(chat.extra.children) == ["slider"]
    assert len(chat.inputs) == 2


def test_what_was_made_without_a_place_gets_one_later():
    code = salon.Code(render=False)
    chat = salon.ChatInterface(lambda message: message)
    with salon.Blocks() as demo:
        with salon.Row():
            chat.render()
        code.render()

    assert shape(compiled(demo).page.layout) == [("row", ["chat:chat"]), "code"]


def test_the_chats_own_parts_have_no_place_beside_it():
    with salon.Blocks() as demo:
        chatbot, textbox = salon.Chatbot(label="Talk"), salon.Textbox(placeholder="Say")
        salon.ChatInterface(lambda message: message, chatbot=chatbot, textbox=textbox, submit_btn=True)

    assert shape(compiled(demo).page.layout) == ["chat:chat"]


def test_several_chats_have_names_of_their_own():
    with salon.Blocks() as demo:
        salon.ChatInterface(lambda message: "one", title="One")
        salon.ChatInterface(lambda message: "two", title="Two")
    app = compiled(demo)

    assert [(chat.name, chat.title) for chat in app.page.chats] == [("chat", "One"), ("chat2", "Two")]
    assert list(app.chats) == ["chat", "chat2"]


async def test_each_chat_answers_with_its_own_function():
    with salon.Blocks() as demo:
        salon.ChatInterface(lambda message: "one")
        salon.ChatInterface(lambda message: "two")
    engine = core_of(compiled(demo)).engine
    run = await engine.submit(ask(chat="chat2"))

    assert "two" in str(await events_of(engine, run))
    with pytest.raises(NotFoundError, match="no chat `chat3`"):
        await engine.submit(ask(chat="chat3", conversation="conversation-3"))


async def test_a_function_sets_outputs_from_inputs():
    with salon.Blocks() as demo:
        name, loud = salon.Textbox(label="Name"), salon.Checkbox()
        greeting = salon.Textbox(label="Greeting")
        salon.Button("Greet").click(
            lambda name, loud: f"Hi {name}".upper() if loud else f"Hi {name}", [name, loud], greeting
        )
    engine = core_of(compiled(demo)).engine

    [output] = await outputs_of(engine, call(inputs={"c1": "Ann", "c2": True}))

    assert (output.node, output.text, output.props) == ("c3", "HI ANN", {})


async def test_growing_values_travel_as_what_they_grow_by():
    async def count(_):
        for end in (1, 2, 3):
            yield "123"[:end]
            await asyncio.sleep(0)

    with salon.Blocks() as demo:
        box, out = salon.Textbox(), salon.Textbox()
        box.submit(count, box, out)

    sent = await outputs_of(core_of(compiled(demo)).engine, call())

    assert [getattr(event, "text", None) for event in sent] == ["1", "2", "3"]
    assert isinstance(sent[1], OutputDelta)


def three_outputs(way):
    match way:
        case "tuple":
            return "a", 2, salon.skip()
        case "dictionary":
            return {three_outputs.first: "a", three_outputs.second: 2}
        case "update":
            return salon.update(value="a"), salon.Number(2), salon.skip()


@pytest.mark.parametrize("way", ["tuple", "dictionary", "update"])
async def test_several_outputs_may_be_set_in_different_ways(way):
    with salon.Blocks() as demo:
        three_outputs.first, three_outputs.second, third = salon.Textbox(), salon.Number(), salon.Textbox()
        demo.load(lambda: three_outputs(way), None, [three_outputs.first, three_outputs.second, third])

    first, second = await outputs_of(core_of(compiled(demo)).engine, call())

    assert (first.text, second.props) == ("a", {"value": 2})


async def test_an_update_changes_what_it_names_and_nothing_else():
    with salon.Blocks() as demo:
        box = salon.Dropdown(["a", "b"], label="Pick")
        demo.load(lambda: salon.Dropdown(choices=["c"], visible=False), None, box)

    [output] = await outputs_of(core_of(compiled(demo)).engine, call())

    assert output.props == {"choices": [{"label": "c", "value": "c"}], "hidden": True}
    assert output.text is None


async def test_a_state_belongs_to_one_session_of_one_visitor():
    def count(seen):
        return [*seen, "x"], len(seen) + 1

    with salon.Blocks() as demo:
        state, number = salon.State([]), salon.Number()
        salon.Button().click(count, state, [state, number])
    engine = core_of(compiled(demo)).engine

    async def counted(**fields) -> float:
        [output] = await outputs_of(engine, call(**fields))
        return output.props["value"]

    assert [await counted(), await counted()] == [1, 2]
    assert await counted(session="session-2") == 1
    assert await counted(identity=BOB) == 1


async def test_a_client_has_no_say_in_a_state():
    with salon.Blocks() as demo:
        state = salon.State(1)
        demo.load(print, state)
    engine = core_of(compiled(demo)).engine

    with pytest.raises(ClientError, match="kept by the server"):
        await engine.call(call(inputs={"c1": 1_000}))


async def test_a_function_is_told_what_was_selected():
    def told(event: salon.SelectData, request: salon.Request):
        return f"{event.target.label} {event.index} {event.value} {request.username}"

    with salon.Blocks() as demo:
        pick, out = salon.Radio(["a", "b"], label="Pick"), salon.Textbox()
        pick.select(told, None, out)

    sent = await outputs_of(
        core_of(compiled(demo)).engine, call(event={"index": 1, "value": "b"}, request=lambda: Request(username="ann"))
    )

    assert sent[0].text == "Pick 1 b ann"


async def test_additional_outputs_grow_beside_the_reply():
    def answer(message, history):
        for end in (5, 10):
            yield "Here.", salon.Code("print(1)\nx"[:end])

    with salon.Blocks() as demo:
        code = salon.Code(language="python")
        salon.ChatInterface(answer, additional_outputs=[code])
    engine = core_of(compiled(demo)).engine
    events = await events_of(engine, await engine.submit(ask()))
    changes = [event for event in events if isinstance(event, OutputSet | OutputDelta)]

    assert [type(change) for change in changes] == [OutputSet, OutputDelta]
    assert changes[0].text + changes[1].text == "print(1)\nx"


async def test_a_chat_shows_and_opens_containers_beside_its_reply():
    def answer(message, history):
        return "Here.", salon.Column(visible=True), salon.update(open=True)

    with salon.Blocks() as demo:
        with salon.Column(visible=False) as column, salon.Accordion("More", open=False) as more:
            salon.Markdown("Found it.")
        salon.ChatInterface(answer, additional_outputs=[column, more])
    app = compiled(demo)
    engine = core_of(app).engine
    events = await events_of(engine, await engine.submit(ask()))
    changes = {event.node: event.props for event in events if isinstance(event, OutputSet)}

    assert list(changes.values()) == [{"hidden": None}, {"open": True}]
    assert [called.outputs for called in callable_chats(app)] == [()]


async def test_a_reply_without_its_additional_outputs_is_the_authors_mistake():
    with salon.Blocks() as demo:
        salon.ChatInterface(lambda message, history: "alone", additional_outputs=[salon.Code()])
    engine = core_of(compiled(demo), show_error=True).engine
    events = await events_of(engine, await engine.submit(ask()))

    assert "returns or yields 2 values" in events[-1].failure.details


async def test_a_failing_function_ends_its_call_and_says_so():
    def fail():
        raise salon.Error("Not today.")

    with salon.Blocks() as demo:
        demo.load(fail)
    engine = core_of(compiled(demo)).engine
    events = await events_of(engine, await engine.call(call()))

    assert (events[-1].status, events[-1].failure.message) == ("error", "Not today.")


async def test_the_same_call_runs_once():
    runs = []
    with salon.Blocks() as demo:
        demo.load(lambda: runs.append(1))
    engine = core_of(compiled(demo)).engine
    request = call()
    first, second = await engine.call(request), await engine.call(request)
    await events_of(engine, first)

    assert (first.id, runs) == (second.id, [1])


async def test_a_call_is_seen_by_its_owner_only():
    with salon.Blocks() as demo:
        demo.load(lambda: None)
    engine = core_of(compiled(demo)).engine
    run = await engine.call(call())

    with pytest.raises(NotFoundError):
        await engine.follow(run.id, identity=BOB)


def elsewhere() -> salon.Textbox:
    return salon.Textbox(render=False)


@pytest.mark.parametrize(
    ("bind", "reason"),
    [
        (lambda box: box.submit(lambda: "", elsewhere(), box), "is not on this page"),
        (lambda box: box.submit(lambda: "", "text", box), "to be components; got `'t'`"),
        (lambda box: box.submit(lambda: "", box, box), "no parameters for 1 of them"),
        (lambda box: box.submit(lambda text, more: "", box, box), "nothing is passed for its parameter `more`"),
        (lambda box: box.submit(lambda text: "", box, box, colour="red"), "no parameter `colour`"),
        (lambda box: box.submit(lambda text: "", box, box, trigger_mode="twice"), "once, multiple, always_last"),
    ],
)
def test_wrong_bindings_are_refused_with_the_way_out(bind, reason):
    def describe():
        with salon.Blocks():
            bind(salon.Textbox())

    with pytest.raises(AuthorError, match=reason):
        describe()


def test_an_event_needs_a_page():
    with pytest.raises(AuthorError, match=r"with salon\.Blocks\(\) as demo"):
        salon.Textbox().submit(print)


def test_what_only_functions_set_cannot_be_changed_by_users():
    with salon.Blocks() as demo:
        box, out = salon.Textbox(), salon.Textbox()
        box.submit(lambda text: text, box, out)
    [first, second] = compiled(demo).page.layout

    assert first.part.props.get("interactive") is None
    assert second.part.props["interactive"] is False


def test_the_page_is_told_what_follows_what():
    with salon.Blocks() as demo:
        box = salon.Textbox()
        first = box.submit(lambda text: text, box, box, show_progress="hidden")
        first.success(None, None, None, js="() => alert(1)")
        salon.Button("Stop").click(None, cancels=[first])
        salon.ClearButton([box])
    app = compiled(demo)
    submit, script, stop, clear = app.page.bindings

    assert (submit.triggers, submit.show_progress) == ((("c1", "submit"),), "hidden")
    assert (script.after, script.when, script.calls, script.script) == ("e1", "success", False, True)
    assert app.scripts == {"e2": "() => alert(1)"}
    assert stop.cancels == ("e1",)
    assert clear.clears == ("c1",)


def test_several_events_may_share_a_function():
    with salon.Blocks() as demo:
        box, button = salon.Textbox(), salon.Button()

        @salon.on([box.submit, button.click], inputs=box, outputs=box)
        def again(text):
            return text

    [binding] = compiled(demo).page.bindings

    assert binding.triggers == (("c1", "submit"), ("c2", "click"))
    assert again("x") == "x"
