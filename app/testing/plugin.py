"""Pytest fixtures: a real PostgreSQL, an app on it, and a transaction rolled back per test."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import pytest

from app.testing.lending import Lent, lent
from app.testing.processes import under_test
from app.testing.server import TestServer

pytest_plugins = ["app.testing.browser", "app.testing.cli", "app.testing.mail", "app.testing.pages"]

LONGEST_START = 120  # seconds
TOLD = pytest.StashKey[str]()
"""The file that says where the server is, as soon as there is one."""

_STARTED: list[Callable[[], None]] = []


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        _keep_bytecode()
        config.stash[TOLD] = _start_server(config.rootpath)


def _keep_bytecode() -> None:
    """Let the processes that tests start share what they compile, also where none is kept."""
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        folder = mkdtemp(prefix="storekeeper-bytecode-")
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        _STARTED.append(lambda: rmtree(folder, ignore_errors=True))


def _start_server(root: Path) -> str:
    """Start a server in a process of its own, so that it gets ready while tests are collected."""
    folder = mkdtemp(prefix="storekeeper-server-")
    told = f"{folder}/uri"
    command = [sys.executable, "-m", "app.testing.server", told]
    process = subprocess.Popen(  # noqa: S603
        command,
        stdin=subprocess.PIPE,
        env=under_test(root),
        start_new_session=True,  # Ctrl-C is for us; it ends with its input
    )

    def stop() -> None:
        process.communicate()
        rmtree(folder, ignore_errors=True)

    _STARTED.append(stop)
    return told


def pytest_unconfigure() -> None:
    while _STARTED:
        _STARTED.pop()()


@pytest.hookimpl(tryfirst=True)
def pytest_collection() -> None:
    """Load all tables before test modules do: a part of them cannot be mapped without the rest."""
    from app.db.projects import load_models
    from app.plugins import Registry, load_plugins

    load_models(Registry(load_plugins()))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist who says where the server is."""
    node.workerinput["server_told"] = node.config.stash[TOLD]


@pytest.fixture(scope="session")
def server(pytestconfig: pytest.Config) -> TestServer:
    """The PostgreSQL server of this run."""
    worker = getattr(pytestconfig, "workerinput", None)
    told = Path(worker["server_told"] if worker else pytestconfig.stash[TOLD])
    deadline = time.monotonic() + LONGEST_START
    while not told.exists():
        if time.monotonic() > deadline:
            raise RuntimeError("The server of the tests did not start; what it said is above.")
        time.sleep(0.05)
    return TestServer(told.read_text())


@pytest.fixture(scope="session")
def app_plugins() -> tuple[Any, ...]:
    """Plugins beside the installed ones; a project that is not installed overrides this."""
    return ()


@pytest.fixture(scope="session")
def app_config(server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The configuration of the app under test, on databases of this worker."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    data = tmp_path_factory.mktemp("data")
    return {
        **server.clone(f"test_{worker}"),
        "data.folder": str(data),
        "settings.use_db": "on",
        "web.secret_key": "only-for-tests-0123456789abcdef0123456789",
    }


@pytest.fixture(scope="session")
def app(app_config: dict[str, str], app_plugins: tuple[Any, ...]) -> Any:
    """The whole application, with its pages."""
    from app import create_app

    app = create_app(app_config, plugins=app_plugins)
    if app_plugins:  # the template knows the installed ones only
        _migrate(app)
    app.testing = True
    gc.collect()
    gc.freeze()  # what stays for the whole run need not be looked through again and again
    return app


def _migrate(app: Any) -> None:
    from app.db import migrate

    with app.app_context():
        migrate.upgrade()


@pytest.fixture
def session(app: Any) -> Iterator[Any]:
    """A session inside one outer transaction that is rolled back at the end.

    Every unit of work of the test runs inside it too, on savepoints.
    """
    from app.db import db

    with app.app_context(), ExitStack() as stack:
        engines: Any = db.engines
        before = dict(engines)
        for bind in before:
            connection = stack.enter_context(before[bind].connect())
            stack.callback(connection.begin().rollback)
            engines[bind] = connection
        db.session.configure(join_transaction_mode="create_savepoint")
        app.extensions["stored_settings"].expire()
        try:
            yield db.session
        finally:
            db.session.remove()
            db.session.configure(join_transaction_mode="conditional_savepoint")
            engines.update(before)


@pytest.fixture
def client(app: Any, session: Any) -> Any:
    """A browser without JavaScript, not signed in."""
    return app.test_client()


@pytest.fixture(scope="session")
def databases_to_lend(server: TestServer) -> Iterator[Lent]:
    """The databases of this worker for tests that commit."""
    with lent(server, f"own_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}") as databases:
        yield databases


@pytest.fixture
def own_database(databases_to_lend: Lent) -> Iterator[dict[str, str]]:
    """Databases of this test alone, for tests that commit, kill or start processes."""
    yield databases_to_lend.lend()
    databases_to_lend.take_back()
