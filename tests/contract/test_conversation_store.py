"""What every store of conversations has to do."""

import pytest

from salon.errors import NotFoundError
from salon.messages.conversation import Conversation
from salon.messages.message import StoredMessage, user_message
from salon.stores.base import ConversationNotFound
from salon.stores.memory import MemoryConversations


def message(id_: str, parent: str | None = None) -> StoredMessage:
    return StoredMessage(id=id_, parent=parent, message=user_message(id_), created_at=0)


async def test_a_conversation_is_there_after_it_was_made(store):
    assert await store.create(Conversation("talk", "ann"))
    await store.append("talk", [message("a"), message("b", "a")], owner="ann")
    loaded = await store.load("talk", owner="ann")

    assert [stored.id for stored in loaded.path(loaded.head)] == ["a", "b"]


async def test_an_id_is_taken_once(store):
    await store.create(Conversation("talk", "ann"))

    assert not await store.create(Conversation("talk", "bob"))
    assert (await store.load("talk", owner="ann")).owner == "ann"


async def test_appending_a_message_again_is_harmless(store):
    await store.create(Conversation("talk", "ann"))
    await store.append("talk", [message("a"), message("b", "a")], owner="ann")
    await store.append("talk", [message("a")], owner="ann")

    assert (await store.load("talk", owner="ann")).head == "b"


async def test_the_head_can_be_moved_to_a_message_and_before_the_first(store):
    await store.create(Conversation("talk", "ann"))
    await store.append("talk", [message("a"), message("b", "a")], owner="ann")
    await store.move_head("talk", "a", owner="ann")
    assert (await store.load("talk", owner="ann")).head == "a"

    await store.move_head("talk", None, owner="ann")
    assert (await store.load("talk", owner="ann")).head is None
    with pytest.raises(NotFoundError):
        await store.move_head("talk", "nowhere", owner="ann")


async def test_what_is_another_owners_does_not_exist(store):
    await store.create(Conversation("talk", "ann"))

    with pytest.raises(ConversationNotFound):
        await store.load("talk", owner="bob")
    with pytest.raises(ConversationNotFound):
        await store.append("talk", [message("a")], owner="bob")
    with pytest.raises(ConversationNotFound):
        await store.move_head("talk", None, owner="bob")
    await store.delete("talk", owner="bob")
    assert await store.load("talk", owner="ann")


async def test_a_deleted_conversation_is_gone(store):
    await store.create(Conversation("talk", "ann"))
    await store.delete("talk", owner="ann")
    await store.delete("talk", owner="ann")

    with pytest.raises(ConversationNotFound):
        await store.load("talk", owner="ann")


async def test_memory_keeps_the_conversations_that_were_used_last():
    store = MemoryConversations(capacity=2)
    await store.create(Conversation("one", "ann"))
    await store.create(Conversation("two", "ann"))
    await store.load("one", owner="ann")
    await store.create(Conversation("three", "ann"))

    assert await store.load("one", owner="ann")
    with pytest.raises(ConversationNotFound):
        await store.load("two", owner="ann")


async def test_a_reply_moves_the_head_only_where_nobody_has_gone_elsewhere(store):
    await store.create(Conversation("talk", "ann"))
    await store.append("talk", [message("a")], owner="ann")
    await store.append("talk", [message("b", "a")], owner="ann", only_at="a")
    assert (await store.load("talk", owner="ann")).head == "b"

    await store.append("talk", [message("c", "a")], owner="ann", only_at="a")
    assert (await store.load("talk", owner="ann")).head == "b"


async def test_an_owner_who_says_too_much_loses_their_own_conversations_alone():
    store = MemoryConversations(owner_bytes=5_000, total_bytes=50_000)
    await store.create(Conversation("hers", "ann"))
    for number in range(10):
        await store.create(Conversation(f"his-{number}", "bob"))
        await store.append(f"his-{number}", [message("x" * 1_000)], owner="bob")

    assert await store.load("hers", owner="ann")
    assert await store.load("his-9", owner="bob")
    with pytest.raises(ConversationNotFound):
        await store.load("his-0", owner="bob")


async def test_when_there_are_too_many_who_has_most_loses_first():
    store = MemoryConversations(capacity=3)
    await store.create(Conversation("hers", "ann"))
    for number in range(5):
        await store.create(Conversation(f"his-{number}", "bob"))

    assert await store.load("hers", owner="ann")
    with pytest.raises(ConversationNotFound):
        await store.load("his-0", owner="bob")
