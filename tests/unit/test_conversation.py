import pytest

from salon.errors import ClientError, NotFoundError
from salon.messages.conversation import Conversation, restore, undo
from salon.messages.message import Message, StoredMessage, user_message
from salon.messages.parts import TextPart


def user(id_: str, parent: str | None = None) -> StoredMessage:
    return StoredMessage(id=id_, parent=parent, message=user_message(id_), created_at=0)


def bot(id_: str, parent: str) -> StoredMessage:
    message = Message(role="assistant", parts=(TextPart(text=id_),))
    return StoredMessage(id=id_, parent=parent, message=message, created_at=0)


def talk(*messages: StoredMessage) -> Conversation:
    conversation = Conversation("conversation", "owner")
    for message in messages:
        conversation.add(message)
    return conversation


def test_path_leads_from_the_first_message_to_the_head():
    conversation = talk(user("q1"), bot("a1", "q1"), user("q2", "a1"))

    assert [stored.id for stored in conversation.path(conversation.head)] == ["q1", "a1", "q2"]


def test_retrying_adds_a_version_and_keeps_the_others():
    conversation = talk(user("q1"), bot("a1", "q1"), bot("a2", "q1"))

    assert list(conversation.versions("a1")) == ["a1", "a2"]
    assert conversation.head == "a2"


def test_switching_to_a_version_finds_what_was_last_said_below_it():
    conversation = talk(user("q1"), bot("a1", "q1"), user("q2", "a1"), bot("a2", "q2"), bot("other", "q1"))

    assert conversation.latest_leaf("a1") == "a2"


def test_adding_a_message_twice_changes_nothing():
    conversation = talk(user("q1"), bot("a1", "q1"))
    conversation.add(user("q1"))

    assert conversation.head == "a1"
    assert list(conversation.versions("q1")) == ["q1"]


def test_a_message_below_an_unknown_one_is_refused():
    with pytest.raises(NotFoundError, match="`nowhere`"):
        talk(user("q1", "nowhere"))


def test_undo_moves_before_the_last_user_message_even_after_several_replies():
    conversation = talk(user("q1"), bot("a1", "q1"), user("q2", "a1"), bot("a2", "q2"), bot("a3", "a2"))

    head, undone = undo(conversation)
    assert (head, undone.id) == ("a1", "q2")


def test_undo_of_an_empty_conversation_says_that_there_is_nothing():
    with pytest.raises(ClientError, match="nothing to undo"):
        undo(talk())


def test_a_saved_copy_whose_beginning_was_cut_off_starts_a_conversation_of_its_own():
    conversation = Conversation("conversation", "owner")
    restore(conversation, [bot("a1", "lost"), user("q2", "a1")])

    assert [stored.id for stored in conversation.path(conversation.head)] == ["a1", "q2"]


def test_a_saved_copy_that_does_not_hang_together_is_refused():
    with pytest.raises(ClientError, match="`q2` appears twice, or its parent"):
        restore(Conversation("conversation", "owner"), [user("q1"), user("q2", "elsewhere")])
