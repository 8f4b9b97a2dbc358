"""Pytest fixtures: a real PostgreSQL, an app on it, and a transaction rolled back per test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import pytest

from app.testing.server import TestServer

pytest_plugins = ["app.testing.browser", "app.testing.cli", "app.testing.mail", "app.testing.pages"]

_STARTED: list[Callable[[], None]] = []


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        _keep_bytecode()
        server, stop = TestServer.start()
        _STARTED.append(stop)
        config.stash[SERVER] = server


def _keep_bytecode() -> None:
    """Let the processes that tests start share what they compile, also where none is kept."""
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        folder = mkdtemp(prefix="storekeeper-bytecode-")
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        _STARTED.append(lambda: rmtree(folder, ignore_errors=True))


def pytest_unconfigure() -> None:
    while _STARTED:
        _STARTED.pop()()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist where the server is."""
    node.workerinput["server_uri"] = node.config.stash[SERVER].uri


SERVER = pytest.StashKey[TestServer]()


@pytest.fixture(scope="session")
def server(pytestconfig: pytest.Config) -> TestServer:
    """The PostgreSQL server of this run."""
    told = getattr(pytestconfig, "workerinput", None)
    return TestServer(told["server_uri"]) if told else pytestconfig.stash[SERVER]


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


@pytest.fixture
def own_database(server: TestServer, request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Databases of this test alone, for tests that commit, kill or start processes."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"own_{worker}_{abs(hash(request.node.nodeid)) % 10**8}"
    yield server.clone(name)
    server.drop(name)
