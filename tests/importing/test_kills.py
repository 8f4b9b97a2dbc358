"""Killed at random moments, and cut off from the database in many places: before or after.

STOREKEEPER_TEST_KILLS says how many kills there are, and STOREKEEPER_TEST_CUTS how many places.
With 100 and 10, as before a release, this takes some minutes.
"""

from __future__ import annotations

import os
import random
import time

import pytest

from app import create_app
from app.barcodes import with_check_digit
from app.db import db
from app.importing.errors import DatabaseTrouble
from app.importing.handlers.products_csv import ProductsCsv
from tests.importing.processes import start_import, wait_until

KILLS = int(os.environ.get("STOREKEEPER_TEST_KILLS", "3"))
CUTS = int(os.environ.get("STOREKEEPER_TEST_CUTS", "3"))
PRODUCTS = 1_000

WHOLE = """
    SELECT count(*), md5(string_agg(
             concat_ws('|', p.number, p.description, b.name, c.gtin, r.price), ','
             ORDER BY p.number))
      FROM product p LEFT JOIN brand b ON b.uuid = p.brand_uuid
      LEFT JOIN product_code c ON c.product_uuid = p.uuid
      LEFT JOIN product_price r ON r.product_uuid = p.uuid
"""
CHANGE_SETS = "SELECT count(*) FROM transaction"
RUNS = "SELECT count(*) FROM run"
ALONE = """
    SELECT 1 WHERE NOT EXISTS (
      SELECT FROM pg_stat_activity WHERE datname = current_database()
         AND pid <> pg_backend_pid() AND backend_type = 'client backend')
"""
CUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture
def files(tmp_path):
    """Two files of the same products, each with other words, brands and prices."""
    made = []
    for name, word, cents in (("a", "Milk", 10), ("b", "Tea", 50)):
        lines = ["number,description,brand,code,price"]
        for number in range(PRODUCTS):
            code = with_check_digit(f"4{number:010d}")
            lines.append(f"{number},{word} {number},{word} Farm,{code},{1 + number}.{cents}")
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join(lines) + "\n")
        made.append(path)
    return made


def state(ask):
    """What is there, and how many change sets."""
    return ask(WHOLE)[0], ask(CHANGE_SETS)[0][0]


@pytest.fixture
def bring(own_database):
    """Import a file in this process, and leave no connection behind."""
    app = create_app(own_database, web=False)

    def run(path, progress=None, **options):
        with app.app_context():
            try:
                ProductsCsv(app.extensions["settings"], path).run(progress=progress, **options)
            finally:
                db.session.remove()
                for engine in db.engines.values():
                    engine.dispose()

    return run


@pytest.fixture
def expected(database, files, bring):
    """What is there after each of the two files; the first one is there now."""
    _, ask = database
    found = {}
    for path in (files[1], files[0], files[1], files[0]):
        bring(path)
        whole, _ = state(ask)
        assert found.setdefault(path, whole) == whole
    assert found[files[0]][0] == PRODUCTS
    return found


def test_a_kill_at_any_moment_leaves_before_or_after(database, files, expected, bring):
    config, ask = database
    took = ask("SELECT extract(epoch FROM min(finished_at - started_at))::float FROM run")[0][0]
    seed = random.randrange(1 << 32)
    moments = random.Random(seed)
    there, wanted = files
    for kill in range(KILLS):
        about = f"kill {kill} of seed {seed}"
        sets = state(ask)[1]
        runs = ask(RUNS)[0][0]
        running = start_import(config, wanted)
        wait_until(ask, f"SELECT 1 WHERE ({RUNS}) > {runs}")
        time.sleep(moments.uniform(0, took))
        running.kill()
        running.communicate()
        wait_until(ask, ALONE)  # what was sent before the kill may still be done
        assert state(ask) in ((expected[there], sets), (expected[wanted], sets + 1)), about
        bring(wanted)
        assert state(ask) == (expected[wanted], sets + 1), about
        there, wanted = wanted, there
    assert ask("SELECT count(*) FROM run WHERE state = 'running'") == [(0,)]


def test_a_connection_that_is_lost_anywhere_leaves_what_was(database, files, expected, bring):
    _, ask = database
    wanted = files[1]
    before = state(ask)
    seen = []
    bring(wanted, lambda phase, rows: seen.append(phase), dry_run=True)
    for place in places(len(seen)):
        told = []

        def cut(phase, rows, told=told, place=place):
            if len(told) == place:
                ask(CUT)
            told.append(phase)

        with pytest.raises(DatabaseTrouble, match="went away in the middle"):
            bring(wanted, cut)
        assert (state(ask), told) == (before, seen[: place + 1])
    bring(wanted)
    assert state(ask) == (expected[wanted], before[1] + 1)


def places(count):
    """So many of the moments at which an import says how far it is, the last one among them."""
    return sorted({round(count * (n + 1) / CUTS) - 1 for n in range(CUTS)})
