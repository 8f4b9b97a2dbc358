"""Fixtures for journeys: a real browser, and the app in real processes on databases of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from app.testing.chromium import MISSING, find_chromium
from app.testing.lending import Lent, lent
from app.testing.processes import under_test
from app.testing.server import TestServer

DESK, PHONE = (1440, 900), (390, 844)
LONGEST_START = 60  # seconds


@dataclass
class LiveServer:
    """The app as people reach it. `app` is a second one on the same databases, for the test."""

    url: str
    config: dict[str, str]
    process: subprocess.Popen[bytes]

    @cached_property
    def app(self) -> Any:
        from app import create_app

        return create_app(self.config, web=False)

    @contextmanager
    def unit_of_work(self) -> Iterator[Any]:
        """A session whose writes the browser sees afterwards."""
        from app.db import unit_of_work

        with self.app.app_context(), unit_of_work(by="test", reason="Given") as session:
            yield session

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(20)
        if "app" in self.__dict__:
            from app.db import db

            with self.app.app_context():
                for engine in db.engines.values():
                    engine.dispose()


class Served:
    """Keeps one live server for all tests of a worker; one that ended is replaced."""

    def __init__(self, databases: Lent, folder: Path, root: Path) -> None:
        self.databases, self.folder, self.root = databases, folder, root
        self.live: LiveServer | None = None

    def start(self) -> LiveServer:
        config = self.databases.lend()
        if self.live is None or self.live.process.poll() is not None:
            self.close()
            self.live = _serve(config, self.folder, self.root)
        return self.live

    def empty(self) -> None:
        self.databases.take_back(alone=False)
        if not self.databases.is_made:
            self.close()

    def close(self) -> None:
        if self.live is not None:
            self.live.close()
        self.live = None


def _serve(databases: dict[str, str], folder: Path, root: Path) -> LiveServer:
    config = {
        **databases,
        "data.folder": str(folder),
        "web.secret_key": "only-for-tests-0123456789abcdef0123456789",
    }
    bind = f"127.0.0.1:{free_port()}"
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-P", "-m", "app.cli.serving", bind, "1"],
        env=environment(config, root),
    )
    live = LiveServer(f"http://{bind}", config, process)
    try:
        _wait_for(live)
    except RuntimeError:
        live.close()
        raise
    return live


@pytest.fixture(scope="session")
def served(
    server: TestServer, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[Served]:
    """The server of this worker: it starts once, and each test finds it empty."""
    name = f"live_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with lent(server, name) as databases:
        served = Served(databases, tmp_path_factory.mktemp("live"), pytestconfig.rootpath)
        yield served
        served.close()


@pytest.fixture
def live_server(served: Served) -> Iterator[LiveServer]:
    """The whole app under gunicorn, in processes of its own, on databases without a row."""
    yield served.start()
    served.empty()


@pytest.fixture
def worker(live_server: LiveServer, pytestconfig: pytest.Config) -> Iterator[Any]:
    """A worker beside the live app, in a process of its own."""
    with _beside(live_server, pytestconfig, "daemons.worker", "--grace", "0") as process:
        yield process


@pytest.fixture
def scheduler(live_server: LiveServer, pytestconfig: pytest.Config) -> Iterator[Any]:
    """A scheduler beside the live app, in a process of its own."""
    with _beside(live_server, pytestconfig, "jobs.runner") as process:
        yield process


@contextmanager
def _beside(live: LiveServer, config: pytest.Config, module: str, *given: str) -> Iterator[Any]:
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-P", "-m", module, *given], env=environment(live.config, config.rootpath)
    )
    yield process
    process.terminate()
    process.wait(20)


def environment(config: dict[str, str], root: Path) -> dict[str, str]:
    """The environment of a program that works on these databases with the code under test."""
    given = {f"STOREKEEPER__{key.upper().replace('.', '__')}": config[key] for key in config}
    return {**under_test(root), "STOREKEEPER_CONFIG": os.devnull, **given}


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium without a window, one for all tests of a process."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium())
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens pages as fresh as a first visit: `new_page(PHONE, theme="dark", base_url=…)`.

    The test fails if a script of a page did, or if the browser complained in its console.
    """
    contexts, complaints = [], []

    def open_page(size: tuple[int, int] = DESK, theme: str = "light", **options: Any) -> Any:
        viewport = {"width": size[0], "height": size[1]}
        phone = {"has_touch": True, "is_mobile": True} if size[0] < 600 else {}
        context = browser.new_context(
            viewport=viewport, color_scheme=theme, locale="en-US", **phone, **options
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.extend(_complaint(message)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page: Callable[..., Any], live_server: LiveServer) -> Any:
    """A page on a desk, in the light theme; `page.goto("/products/")` is on the live server."""
    return new_page(base_url=live_server.url)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave journeys out where there is no browser; in CI that is an error."""
    journeys = [item for item in items if item.get_closest_marker("journey")]
    if not journeys or find_chromium():
        return
    if os.environ.get("CI"):
        raise pytest.UsageError(f"{MISSING} In CI there must be one.")
    items[:] = [item for item in items if item not in journeys]
    config.hook.pytest_deselected(items=journeys)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if not hasattr(terminalreporter.config, "workerinput") and find_chromium() is None:
        terminalreporter.write_line(MISSING, yellow=True)


def _complaint(message: Any) -> Iterator[str]:
    # An answer of 403 or 422 is written to the console too, and may be what the test wants.
    if message.type == "error" and "Failed to load resource" not in message.text:
        yield f"{message.text} ({message.location.get('url')})"


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        port: int = attempt.getsockname()[1]
        return port


def _wait_for(live: LiveServer) -> None:
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline and live.process.poll() is None:
        try:
            with urlopen(f"{live.url}/healthz", timeout=5):  # noqa: S310
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("The app did not come up; what it said is above.")
