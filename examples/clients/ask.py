"""Ask a chat that is served somewhere: `python ask.py http://localhost:7860 What is new?`

It needs `pip install 'salon[client]'`. Ctrl+C stops the reply on the server, too.
"""

import sys

import salon


def main(url: str = "http://localhost:7860", *words: str) -> int:
    """Print the reply as it comes."""
    with salon.Client(url) as client:
        answer = client.conversation().stream(" ".join(words) or "Hello")
        try:
            for piece in answer:
                print(piece, end="", flush=True)
        except KeyboardInterrupt:
            answer.cancel()
        except salon.ReplyFailed as error:
            print(f"\n{error}", file=sys.stderr)
            return 1
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
