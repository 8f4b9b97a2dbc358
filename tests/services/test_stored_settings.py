"""A setting changed in the database is seen by every running process, soon and without restart."""

import subprocess
import sys
import time

import pytest
from sqlalchemy import text

from app import create_app
from app.config.core import SHOP_NAME, WEB_SECRET_KEY
from app.db import db, unit_of_work
from app.services import settings

WATCHER = """
import sys, time
from app import create_app
from app.config.core import SHOP_NAME
app = create_app({"db.url": sys.argv[1], "settings.use_db": "on"}, web=False)
if sys.argv[2] == "listen":
    app.extensions["stored_settings"].listen()
seen = None
while True:
    name = app.extensions["settings"][SHOP_NAME]
    if name != seen:
        print(name, flush=True)
        seen = name
    time.sleep(0.05)
"""


@pytest.fixture
def node(own_database):
    app = create_app({**own_database, "settings.use_db": "on"}, web=False)
    with app.app_context():
        yield app
        for engine in db.engines.values():
            engine.dispose()


def save(key, value):
    with unit_of_work(by="ann") as session:
        settings.save(session, key, value)


@pytest.mark.parametrize("way", ["poll", "listen"])
def test_another_process_sees_a_change_within_two_seconds(node, own_database, way):
    watcher = subprocess.Popen(
        [sys.executable, "-c", WATCHER, own_database["db.url"], way],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert watcher.stdout.readline() == "Storekeeper\n"
        for name in ("Green Valley", "Main Street"):
            save("shop.name", name)
            start = time.monotonic()
            assert watcher.stdout.readline() == f"{name}\n"
            assert time.monotonic() - start < 2
    finally:
        watcher.kill()
        watcher.wait()
        watcher.stdout.close()


def test_forgetting_goes_back_to_the_default(node):
    save("shop.name", "Green Valley")
    with unit_of_work(by="ann") as session:
        settings.forget(session, "shop.name")
    node.extensions["stored_settings"].expire()
    assert node.extensions["settings"][SHOP_NAME] == "Storekeeper"


def test_a_secret_in_the_database_is_never_read(node):
    save("web.secret_key", "planted by somebody who can write to the database")
    node.extensions["stored_settings"].expire()
    assert node.extensions["settings"][WEB_SECRET_KEY] is None


def test_while_the_database_is_away_the_last_known_values_hold(node, own_database):
    save("shop.name", "Green Valley")
    stored = node.extensions["stored_settings"]
    stored.expire()
    assert node.extensions["settings"][SHOP_NAME] == "Green Valley"
    with unit_of_work() as session:
        session.execute(text("ALTER TABLE setting RENAME TO setting_gone"))
    stored.expire()
    assert node.extensions["settings"][SHOP_NAME] == "Green Valley"


def test_a_change_of_a_setting_has_a_history(node):
    from app.models.settings import StoredSetting
    from app.services import history

    save("shop.name", "Green Valley")
    save("shop.name", "Main Street")
    with unit_of_work() as session:
        (stored,) = session.query(StoredSetting)
        newest = history.of(session, StoredSetting, stored.uuid)[0]
        assert newest.changes[0].differences[0].old == "Green Valley"
        assert newest.change_set.actor == "ann"
