"""What importing Salon costs, and what it leaves alone."""

import json
import subprocess
import sys

_HEAVY = ["starlette", "uvicorn", "numpy", "PIL", "pandas", "pydantic", "fastapi", "httpx", "asyncio", "ssl"]


def loaded_by(code: str) -> list[str]:
    program = f"{code}\nimport sys, json\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_importing_salon_loads_next_to_nothing():
    bare, loaded = loaded_by(""), loaded_by("import salon")

    assert {name for name in set(loaded) - set(bare) if name.partition(".")[0] not in sys.stdlib_module_names} == {
        "salon"
    }


def test_describing_a_chat_loads_no_web_server():
    loaded = loaded_by("import salon\nsalon.ChatInterface(str, chatbot=salon.Chatbot(), textbox=salon.Textbox())")

    assert not [name for name in _HEAVY if name in loaded]
