"""A node of its own for each test, with parts that can be broken."""

import os
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.config import Setting
from app.config.core import CORE_SETTINGS
from app.plugins import Plugin
from app.services.health import Check, good, look
from app.work.work import Work

OF_OTHERS = (
    Setting("mail.host", None, "Mail server", type=str, file_only=True),
    Setting("mail.port", 587, "Port", file_only=True),
    Setting("mail.security", "starttls", "Encryption", file_only=True),
    Setting("web.address", None, "Address", type=str, file_only=True),
    Setting("bounces.host", None, "Mailbox", type=str, file_only=True),
    Setting("bounces.port", 993, "Port", file_only=True),
)


class Parts(Plugin):
    key, title = "parts", "Parts that break"
    breaks = hangs = None

    def settings(self):
        known = {one.key for one in CORE_SETTINGS}
        return [one for one in OF_OTHERS if one.key not in known]

    def jobs(self):
        return (Work("nightly", "Nightly", run=print),)

    def checks(self):
        return (
            Check("till", "Till", lambda node: good("It rings.") if self.breaks is None else 1 / 0),
            Check("scale", "Scale", self.weigh, longest=timedelta(seconds=0.2)),
        )

    def weigh(self, node):
        if self.hangs is not None:
            self.hangs.wait(10)
        return good("It weighs.")


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """A busy machine that runs tests is no slow database."""
    from app.services.health import databases

    monkeypatch.setattr(databases, "SLOW", 30)


@pytest.fixture(scope="module")
def databases(server):
    """Databases of these tests, which repair what they break."""
    name = f"health_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    yield server.clone(name)
    server.drop(name)


@pytest.fixture
def config(databases, tmp_path):
    """What a test may add to before it makes the node."""
    (tmp_path / "data").mkdir()
    return {
        **databases,
        "data.folder": str(tmp_path / "data"),
        "web.secret_key": "only-for-tests-0123456789abcdef0123456789",
    }


@pytest.fixture
def parts():
    return Parts()


@pytest.fixture
def node(config, parts):
    """The app, where everything that must be there is there."""
    from app import create_app
    from app.db import db

    app = create_app(config, plugins=[parts])
    app.testing = True
    with app.app_context():
        with db.engines[None].begin() as connection:
            for table in ("run", "heartbeat", "procrastinate_workers"):
                connection.execute(text(f"DELETE FROM {table}"))
            connection.execute(text("INSERT INTO procrastinate_workers DEFAULT VALUES"))
        leads = db.engines[None].connect()
        leads.execute(text("SELECT pg_advisory_lock(7041778, 2)"))
        app.leads = leads
        yield app
        leads.invalidate()
        leads.close()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def run_sql(node):
    """Run a statement and commit it."""
    from app.db import db

    def run_sql(statement, bind=None, **values):
        with db.engines[bind].begin() as connection:
            return connection.execute(text(statement), values)

    return run_sql


@pytest.fixture
def states(node):
    """The state of each check that is not well."""

    def states(**how):
        return {one.key: one.state for one in look(node, **how) if one.state in ("bad", "warn")}

    return states
