"""What every store of shares has to do."""

import pytest

from salon.messages.conversation import Conversation
from salon.messages.message import StoredMessage, user_message
from salon.stores.memory import MemoryShares
from salon.stores.shares import Share, ShareNotFound

MESSAGES = (StoredMessage(id="a", message=user_message("你好"), created_at=1.5),)


@pytest.fixture
async def shares(open_store, request):
    store = open_store()
    yield MemoryShares() if "memory" in request.node.name else store
    await store.close()


def shared(id_: str, *, owner: str = "ann", conversation: str = "talk", created_at: float = 5.25) -> Share:
    return Share(
        id=id_, owner=owner, conversation=conversation, title="Hello", created_at=created_at, messages=MESSAGES
    )


async def test_a_share_is_there_for_whoever_has_its_id(shares):
    await shares.add_share(shared("link"))

    assert await shares.share("link") == shared("link")
    with pytest.raises(ShareNotFound):
        await shares.share("guess")


async def test_owners_see_what_they_have_shared_newest_first(shares):
    await shares.add_share(shared("one", created_at=1))
    await shares.add_share(shared("two", created_at=2))
    await shares.add_share(shared("hers", owner="bob"))

    assert [(share.id, share.messages) for share in await shares.shares("ann")] == [("two", ()), ("one", ())]


async def test_only_its_owner_takes_a_share_back(shares):
    await shares.add_share(shared("link"))
    await shares.revoke("link", owner="bob")
    assert await shares.share("link")

    await shares.revoke("link", owner="ann")
    await shares.revoke("link", owner="ann")
    with pytest.raises(ShareNotFound):
        await shares.share("link")


async def test_shares_go_with_their_conversation(shares):
    await shares.add_share(shared("link"))
    await shares.add_share(shared("other", conversation="another"))
    await shares.forget_shares("talk", owner="ann")

    assert [share.id for share in await shares.shares("ann")] == ["other"]


async def test_old_shares_are_swept(shares):
    await shares.add_share(shared("old", created_at=1))
    await shares.add_share(shared("new", created_at=2))
    await shares.sweep_shares(2)

    assert [share.id for share in await shares.shares("ann")] == ["new"]


async def test_in_a_database_old_shares_stay_with_their_conversation(open_store, request):
    if "memory" in request.node.name:
        pytest.skip("memory keeps shares apart")
    store = open_store()
    await store.create(Conversation("talk", "ann"))
    await store.add_share(shared("link", created_at=1))
    await store.sweep_shares(2)

    assert [share.id for share in await store.shares("ann")] == ["link"]
    await store.close()


async def test_in_a_database_shares_go_with_a_conversation_that_is_deleted(open_store, request):
    if "memory" in request.node.name:
        pytest.skip("memory keeps shares apart")
    store = open_store()
    await store.create(Conversation("talk", "ann"))
    await store.add_share(shared("link"))
    await store.move_owner("ann", "bob")
    assert [share.id for share in await store.shares("bob")] == ["link"]

    await store.delete("talk", owner="bob")
    assert await store.shares("bob") == []
    await store.close()
