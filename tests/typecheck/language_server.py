"""Asks pyright's language server what an editor would offer."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class LanguageServer:
    """The server's process, as an editor speaks to it."""

    def __init__(self, process: "subprocess.Popen[bytes]", folder: Path) -> None:
        self._process = process
        self._folder = folder
        self._requests = 0

    def completions(self, program: str) -> set[str]:
        """Return what is offered at the end of a program."""
        uri = (self._folder / f"program_{self._requests}.py").as_uri()
        document = {"uri": uri, "languageId": "python", "version": 1, "text": program}
        self.notify("textDocument/didOpen", {"textDocument": document})
        lines = program.split("\n")
        at = {"line": len(lines) - 1, "character": len(lines[-1])}
        found = self.ask("textDocument/completion", {"textDocument": {"uri": uri}, "position": at})
        return {item["label"] for item in found["items"]}

    def ask(self, method: str, params: Any) -> Any:
        """Send a request, and return its result; what the server asks meanwhile gets an empty answer."""
        self._requests += 1
        self._send({"id": self._requests, "method": method, "params": params})
        while True:
            message = self._receive()
            if message.get("id") == self._requests and "method" not in message:
                return message["result"]
            if "id" in message:
                settings = [{} for _ in message.get("params", {}).get("items", [])]
                self._send({"id": message["id"], "result": settings or None})

    def notify(self, method: str, params: Any) -> None:
        """Send what needs no answer."""
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b": ")
            if name == b"Content-Length":
                length = int(value)
        return json.loads(self._process.stdout.read(length))


@contextmanager
def language_server(folder: Path) -> Iterator[LanguageServer]:
    """Run the server for the programs of a folder."""
    command = [sys.executable, "-m", "pyright.langserver", "--stdio"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, cwd=folder) as process:
        server = LanguageServer(process, folder)
        root = [{"uri": folder.as_uri(), "name": "programs"}]
        server.ask(
            "initialize", {"processId": None, "rootUri": root[0]["uri"], "capabilities": {}, "workspaceFolders": root}
        )
        server.notify("initialized", {})
        yield server
        server.ask("shutdown", None)
        server.notify("exit", None)
