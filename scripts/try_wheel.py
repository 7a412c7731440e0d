"""Serve a chat from the installed package and get its page: the least that an installation has to do."""

import urllib.request

import salon


def main() -> None:
    """Serve, look, and end.

    Raises:
        SystemExit: the page is not there.
    """
    demo = salon.ChatInterface(str, title="A chat from the wheel")
    _, url, _ = demo.launch(server_port=0, prevent_thread_lock=True, quiet=True)
    with urllib.request.urlopen(url) as page:
        if "A chat from the wheel" not in page.read().decode():
            raise SystemExit("The installed wheel does not serve its page.")
    demo.close()


if __name__ == "__main__":
    main()
