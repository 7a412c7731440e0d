"""What servers sign of conversations that browsers keep."""

import msgspec
import pytest

import salon
from salon.conversations.signing import MessageSigner
from salon.errors import ClientError
from salon.events.fold import fold
from salon.events.types import RunEnd, RunStart
from salon.ids import ConversationId
from salon.messages.conversation import Conversation, restore
from salon.messages.message import Message, StoredMessage
from salon.messages.parts import ComponentPart, TextPart
from salon.secrets import Secrets
from tests.chats import CONVERSATION, ask, events_of, make_engine

SIGNER = MessageSigner(lambda: Secrets([b"secret"]))


def stored(id_: str, text: str, parent: str | None = None, *, created_at: float = 0) -> StoredMessage:
    role = "user" if id_.startswith("q") else "assistant"
    return StoredMessage(
        id=id_, parent=parent, created_at=created_at, message=Message(role=role, parts=(TextPart(text=text),))
    )


def signed(message: StoredMessage, conversation: str = CONVERSATION) -> StoredMessage:
    signature = SIGNER.sign(ConversationId(conversation), message.id, message.parent, message.message)
    return msgspec.structs.replace(message, signature=signature)


def test_what_an_older_secret_has_signed_is_known_and_what_a_newer_one_signs_is_not_known_to_the_older():
    message = stored("q1", "Hi")
    newer = MessageSigner(lambda: Secrets([b"new", b"secret"]))
    old = [signed(message)]
    new = [msgspec.structs.replace(message, signature=newer.signature_of(CONVERSATION, message))]

    assert newer.are_signed(CONVERSATION, old)
    assert not SIGNER.are_signed(CONVERSATION, new)


def test_what_was_signed_is_known_again_by_a_server_with_the_same_secret():
    messages = [signed(stored("q1", "Hi")), signed(stored("a1", "Hello", "q1"))]

    assert MessageSigner(lambda: Secrets([b"secret"])).are_signed(CONVERSATION, messages)
    assert not MessageSigner(lambda: Secrets([b"another"])).are_signed(CONVERSATION, messages)


@pytest.mark.parametrize(
    "forged",
    [
        msgspec.structs.replace(signed(stored("a1", "Hello", "q1")), message=stored("a1", "Bye").message),
        msgspec.structs.replace(signed(stored("a1", "Hello", "q1")), parent="q2"),
        msgspec.structs.replace(signed(stored("a1", "Hello", "q1")), id="a2"),
        signed(stored("a1", "Hello", "q1"), "another-conversation"),
        stored("a1", "Hello", "q1"),
        msgspec.structs.replace(stored("a1", "Hello", "q1"), signature="\ud800"),
    ],
)
def test_what_was_changed_moved_or_never_signed_is_told_apart(forged):
    assert not SIGNER.are_signed(CONVERSATION, [signed(stored("q1", "Hi")), forged])


def test_a_browser_may_write_numbers_and_names_in_its_own_way():
    def message(value, order):
        props = dict.fromkeys(order, value)
        return Message(role="assistant", parts=(ComponentPart(kind="json", props=props),))

    assert SIGNER.sign("c", "a1", None, message(1.0, "ab")) == SIGNER.sign("c", "a1", None, message(1, "ba"))


async def test_a_run_tells_the_signatures_of_what_it_keeps(tmp_path):
    engine = make_engine(lambda message, history: f"{message}!", save_history=True, signer=SIGNER)
    turn = ask("hello")
    events = await events_of(engine, await engine.submit(turn))
    reply = fold(events)
    kept = [
        StoredMessage(id=turn.message.id, created_at=0, message=turn.message.message, signature=events[0].signature),
        StoredMessage(
            id=reply.ids[0],
            parent=turn.message.id,
            created_at=0,
            message=reply.messages[0],
            signature=events[-1].signatures[0],
        ),
    ]

    assert isinstance(events[0], RunStart)
    assert isinstance(events[-1], RunEnd)
    assert SIGNER.are_signed(CONVERSATION, kept)


async def test_a_chat_that_keeps_nothing_signs_nothing():
    engine = make_engine(lambda message, history: "yes", signer=SIGNER)
    events = await events_of(engine, await engine.submit(ask()))

    assert (events[0].signature, events[-1].signatures) == (None, ())


@pytest.mark.parametrize(("is_signed", "is_verified"), [(True, True), (False, False)])
async def test_a_function_is_told_whether_its_history_can_be_trusted(is_signed, is_verified):
    seen = []

    def reply(message, history, request: salon.Request):
        seen.append((len(history), request.history_verified))
        return "yes"

    engine = make_engine(reply, save_history=True, signer=SIGNER)
    copy = tuple(signed(each) if is_signed else each for each in (stored("q1", "Hi"), stored("a1", "Hello", "q1")))
    await events_of(engine, await engine.submit(ask("more", parent="a1", copy=copy)))

    assert seen == [(2, is_verified)]


def test_all_branches_come_back_and_the_first_is_where_it_stands():
    conversation = Conversation(ConversationId("c"), "ann")
    path = [stored("q1", "Hi", created_at=1), stored("a2", "Good day", "q1", created_at=3)]
    restore(conversation, [*path, stored("a1", "Hello", "q1", created_at=2), stored("q9", "Else", created_at=4)])

    assert conversation.head == "a2"
    assert list(conversation.versions("a2")) == ["a1", "a2"]
    assert list(conversation.versions("q1")) == ["q1", "q9"]


def test_a_copy_whose_beginning_is_lost_begins_where_it_begins():
    conversation = Conversation(ConversationId("c"), "ann")
    restore(conversation, [stored("q5", "Hi", "a4"), stored("a5", "Hello", "q5"), stored("q6", "Hi again", "a4")])

    assert [message.id for message in conversation.path("a5")] == ["q5", "a5"]
    assert list(conversation.versions("q5")) == ["q5", "q6"]


def test_a_message_that_follows_none_of_the_copy_is_refused():
    with pytest.raises(ClientError, match="`a9`"):
        restore(Conversation(ConversationId("c"), "ann"), [stored("q1", "Hi"), stored("a9", "Hello", "q8")])
