"""What all tests share: async tests run on asyncio, and chats are built and served for real."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, settings

import salon
from tests.clients.node import install_salon_client
from tests.postgres import running_postgres

BROWSER = {"Accept": "text/html, */*"}
_ORDER = ("unit", "protocol", "contract", "arch", "typecheck", "surfaces", "clients", "e2e")
_TIMEOUT_S = {"surfaces": 120, "clients": 120, "e2e": 240}

# How long one example takes says something of the machine only.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put fast tests first, and the browser, which occupies the thread's event loop, last; give slow ones time."""
    items.sort(key=lambda item: _ORDER.index(item.path.parent.name))
    for item in items:
        timeout_s = _TIMEOUT_S.get(item.path.parent.name)
        if timeout_s is not None and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(timeout_s))


@pytest.fixture(scope="session", autouse=True)
def rates_for_one_address() -> Iterator[None]:
    """Let the tests, all of which come from one address, send as much as they like; `test_limits.py` sets its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SALON_LIMITS", "turns=1000000/1000000/1000000, uploads=1000000/1000000/1000000")
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Give the address of a PostgreSQL server, without a database's name; tests that want one are skipped without."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def salon_client(tmp_path_factory) -> Path:
    """Give a folder with the npm package `salon-client` installed, as it is packed."""
    folder = tmp_path_factory.mktemp("salon-client")
    install_salon_client(folder)
    return folder


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def serve(tmp_path, monkeypatch) -> Iterator[Callable[..., httpx.Client]]:
    """Serve a chat on a free port and return a client of it; all end with the test, and what they kept, too."""
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path / "data"))
    with_servers: list[salon.ChatInterface] = []
    clients: list[httpx.Client] = []

    def start(demo: salon.ChatInterface, **settings: object) -> httpx.Client:
        _, url, _ = demo.launch(server_port=0, prevent_thread_lock=True, quiet=True, **settings)
        with_servers.append(demo)
        client = httpx.Client(base_url=url, timeout=60, headers=BROWSER)
        clients.append(client)
        return client

    yield start
    for client in clients:
        client.close()
    for demo in with_servers:
        demo.close()
