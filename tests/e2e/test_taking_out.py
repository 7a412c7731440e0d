"""Conversations that go out as files and links, and come in, wherever they are kept."""

from playwright.sync_api import expect

import salon
from tests.e2e.test_history import PLACES, conversations, entry, keeper
from tests.e2e.test_looks import assert_accessible


@PLACES
def test_a_conversation_goes_out_as_a_file_and_comes_in_at_another_server(open_chat, tmp_path, place):
    chat = open_chat(keeper(place))
    chat.ask("apples", "apples! (0, known)")
    conversations(chat).get_by_role("button", name="Actions for apples").click()
    with chat.page.expect_download() as download:
        chat.page.get_by_role("menuitem", name="Export as JSON").click()
    file = tmp_path / "apples.json"
    download.value.save_as(file)

    other = open_chat(keeper(place))
    other.page.locator(".salon-history input[type=file]").set_input_files(file)
    expect(other.page.get_by_text("1 conversation was imported.")).to_be_visible()
    entry(other, "apples").click()
    other.says("apples", "apples! (0, known)")
    other.ask("pears", "pears! (2, unknown)")
    other.complaints.clear()  # the browser logs that the server did not know what only the browser keeps


@PLACES
def test_a_file_without_conversations_says_so(open_chat, tmp_path, place):
    (tmp_path / "list.json").write_text("[1]")
    chat = open_chat(keeper(place))
    chat.page.locator(".salon-history input[type=file]").set_input_files(tmp_path / "list.json")

    expect(chat.page.get_by_text("This file contains no conversations.")).to_be_visible()
    chat.complaints.clear()


def show_files(message, history):
    return (
        [salon.Markdown("**Bold**"), salon.File(b"secret", label="notes.txt")] if message == "files" else f"{message}!"
    )


@PLACES
def test_a_shared_conversation_is_read_by_others_continued_as_a_copy_and_taken_back(open_chat, serve, place):
    url = str(serve(salon.ChatInterface(show_files, title="Keeper", save_history=place)).base_url)
    ann = open_chat(url)
    ann.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ann.send("files")
    expect(ann.bots.first.get_by_text("Bold")).to_be_visible()
    ann.is_idle()
    conversations(ann).get_by_role("button", name="Actions for files").click()
    ann.page.get_by_role("menuitem", name="Share").click()
    expect(ann.page.get_by_text("Link copied")).to_be_visible()
    link = ann.page.evaluate("navigator.clipboard.readText()")
    ann.ask("said afterwards", "said afterwards!")

    bob = open_chat(url)
    bob.page.goto(link)
    expect(bob.page.get_by_text("This is a shared conversation.")).to_be_visible()
    expect(bob.bots.first.get_by_text("Bold")).to_be_visible()
    expect(bob.page.get_by_text("said afterwards")).to_have_count(0)
    expect(bob.page.get_by_test_id("textbox")).to_have_count(0)
    expect(bob.button("Retry")).to_have_count(0)
    address = bob.bots.last.get_by_role("link").first.evaluate("link => link.href")
    assert bob.page.request.get(address).body() == b"secret"
    assert_accessible(bob)
    assert bob.complaints == []
    bob.button("Continue from here").click()
    bob.ask("pears", "pears!")
    expect(bob.bots.first.get_by_text("Bold")).to_be_visible()

    conversations(ann).get_by_role("button", name="Actions for files").click()
    ann.page.get_by_role("menuitem", name="Stop sharing").click()
    expect(ann.page.get_by_text("no longer work")).to_be_visible()
    bob.page.goto(link)
    expect(bob.page.get_by_text("is no longer shared")).to_be_visible()
    bob.complaints.clear()
