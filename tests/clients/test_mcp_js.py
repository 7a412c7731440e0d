"""`@modelcontextprotocol/sdk`, as published, in Node, against a chat as a tool."""

import threading
import time

import salon
from tests.clients.node import needs_node, node

pytestmark = needs_node
IMPORTS = """
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
"""


def run(code: str, url: str, **values: object):
    """Run code that has a connected `client`."""
    begin = """
        const client = new Client({ name: "tests", version: "1" });
        await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), options));
        try { %s } finally { await client.close(); }
    """
    values.setdefault("options", {})
    return node(begin % code, imports=IMPORTS, url=url, **values)


def shout(message, history):
    """Says it louder."""
    return message.upper()


def test_the_tool_is_listed_and_called(url_of):
    name, description, result = run(
        """
        const { tools: [tool] } = await client.listTools();
        const result = await client.callTool({ name: tool.name, arguments: { message: "hello" } });
        return [tool.name, tool.description, result];
        """,
        url_of(shout, mcp_server=True),
    )

    assert (name, description) == ("shout", "Says it louder.")
    assert result == {"content": [{"type": "text", "text": "HELLO"}], "isError": False}


def test_progress_is_told(url_of):
    release = threading.Event()

    def slow(message, history, progress=salon.Progress()):
        if message == "go on":
            release.set()
        else:
            progress(0.5, desc="half")
            release.wait(30)
        return "done"

    told = run(
        """
        const told = [];
        const call = (message, options) =>
            client.callTool({ name: "slow", arguments: { message } }, undefined, options);
        let further;
        const onprogress = (progress) => {
            told.push(progress);
            further = call("go on");
        };
        await call("hello", { onprogress });
        await further;
        return told;
        """,
        url_of(slow, mcp_server=True),
    )
    assert told == [{"progress": 0.5, "total": 1, "message": "half"}]


def test_aborting_stops_the_function(url_of):
    closed = threading.Event()

    def endless(message, history):
        try:
            while True:
                yield "on"
                time.sleep(0.01)
        finally:
            closed.set()

    run(
        """
        const stop = new AbortController();
        const options = { signal: stop.signal, onprogress: () => stop.abort() };
        await client.callTool({ name: "endless", arguments: { message: "a" } }, undefined, options).catch(() => null);
        await client.listTools();
        """,
        url_of(endless, mcp_server=True),
    )
    assert closed.wait(20)


def test_a_key_is_needed_where_there_are_keys(url_of):
    url = url_of(shout, mcp_server=True, api_keys=["key-1"])
    options = {"requestInit": {"headers": {"Authorization": "Bearer key-1"}}}

    assert run("return (await client.listTools()).tools.length;", url, options=options) == 1
    refused = node(
        """
        const client = new Client({ name: "tests", version: "1" });
        return await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`))).then(() => "in", () => "out");
        """,
        imports=IMPORTS,
        url=url,
    )
    assert refused == "out"
