"""Every route has a policy, and keeps it: who may call, from which origin, with how large a body."""

import http.client
from collections.abc import Iterator

import pytest

import salon
from salon.http.policies import SAFE_METHODS, PolicyRoute
from salon.serve.assemble import Application

PARAMETERS = {"model:path": "chat", "name:path": "x", "path:path": "x", "rest:path": "x"}


def demo() -> salon.ChatInterface:
    return salon.ChatInterface(lambda message, history: message, multimodal=True, save_history="server")


def table(application: Application) -> Iterator[tuple[PolicyRoute, str, str]]:
    """Yield each route with one of its methods and a path that it takes."""
    for route in application.routes:
        path = route.path
        for name in [part.split("}")[0] for part in path.split("{")[1:]]:
            path = path.replace(f"{{{name}}}", PARAMETERS.get(name, "conversation-1"))
        for method in sorted(route.methods - {"HEAD"}):
            yield route, method, path


def ask(client, method: str, path: str, headers: dict[str, str]) -> int:
    """Send the head of a request alone, and return the status of the answer."""
    connection = http.client.HTTPConnection(client.base_url.host, client.base_url.port, timeout=30)
    connection.putrequest(method, path)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    try:
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.fixture
def served(serve):
    def start(**settings):
        page = demo()
        client = serve(page, openai_api=True, ag_ui_api=True, mcp_server=True, **settings)
        return client, list(table(page._application))

    return start


def test_each_route_has_a_policy(served):
    _, routes = served()

    assert len(routes) > 70
    assert all(isinstance(route, PolicyRoute) for route, _, _ in routes)


def test_no_route_takes_a_body_that_is_one_byte_above_its_limit(served):
    client, routes = served()
    for route, method, path in routes:
        above = {"Content-Length": str(route.policy.body_bytes + 1), "Content-Type": "application/json"}
        assert ask(client, method, path, above) == 413, (method, path)


def test_every_route_looks_at_a_body_that_is_as_long_as_its_limit(served):
    client, routes = served()
    for route, method, path in routes:
        if "login" in path or method in SAFE_METHODS or route.policy.body_bytes > 2**20:
            continue  # those of the safe methods are not read; the others would wait for a megabyte
        headers = {"Content-Type": "application/json"}
        response = client.request(method, path, content=b" " * route.policy.body_bytes, headers=headers)
        assert response.status_code not in (413, 500), (method, path)


def test_no_route_that_changes_something_takes_requests_from_other_sites(served):
    client, routes = served()
    for _, method, path in routes:
        if method not in SAFE_METHODS:
            headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
            assert ask(client, method, path, headers) == 403, (method, path)


def test_where_there_is_sign_in_only_routes_for_anyone_answer_before_it(served):
    client, routes = served(auth=("ann", "secret"))
    open_to_all = {route.path for route, _, _ in routes if route.policy.caller == "anyone"}
    for route, method, path in routes:
        if route.policy.caller != "anyone":
            assert ask(client, method, path, {}) == 401, (method, path)

    assert open_to_all == {
        *("/", "/login", "/logout", "/healthz", "/favicon.ico", "/assets/{name}"),
        *("/frames/diagram", "/frames/html", "/frames/plot", "/frames/reply"),
        *("/gradio_api/app_id", "/gradio_api/startup-events", "/gradio_api/cancel", "/gradio_api/reset"),
    }
