"""Serve the chat with the local model, or the built-in tour where the model cannot be had."""

import importlib
import os
import sys
from pathlib import Path


def main() -> None:
    """Serve until Ctrl-C."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "examples"))
    try:
        demo = importlib.import_module("local_model").demo
    except Exception as error:
        print(f"The local model cannot be loaded ({type(error).__name__}: {error}). This is the tour.")
        demo = importlib.import_module("salon.tour").demo
    has_screen = sys.platform in ("darwin", "win32") or bool(os.environ.keys() & {"DISPLAY", "WAYLAND_DISPLAY"})
    print("Open the address below in a browser; Ctrl-C ends it.")
    demo.launch(inbrowser=has_screen)


if __name__ == "__main__":
    main()
