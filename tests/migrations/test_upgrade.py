"""`storekeeper db upgrade` in real processes: two at once, and one that is killed."""

import subprocess
import sys
import time

import psycopg2
import pytest

from app.testing.cli import write_config

PROGRAM = "import sys; from app.cli import main; sys.argv[0] = 'storekeeper'; main()"


@pytest.fixture
def empty(storekeeper, own_database, tmp_path):
    """The configuration file of databases that nobody has migrated."""
    for bind in ("tempmon", "trainwreck", "core"):
        assert storekeeper("db", "downgrade", bind, "base", config=own_database).code == 0
    return write_config(tmp_path / "own.conf", own_database)


def upgrade(config):
    command = [sys.executable, "-c", PROGRAM, "-c", config, "db", "upgrade"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def test_two_at_once_wait_for_each_other(empty, storekeeper, own_database):
    both = [upgrade(empty), upgrade(empty)]
    said = [process.communicate(timeout=120)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert storekeeper("db", "check", config=own_database).code == 0


def test_one_that_is_killed_is_finished_by_the_next(empty, storekeeper, own_database):
    process = upgrade(empty)
    until_it_works(own_database["db.url"])
    process.kill()
    process.communicate(timeout=30)
    answer = storekeeper("db", "upgrade", config=own_database)
    assert answer.code == 0, answer.err
    assert storekeeper("db", "check", config=own_database).code == 0


def until_it_works(url):
    """Wait until somebody is in a transaction that has made a table of ours."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    cursor = connection.cursor()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted"
            " AND locktype = 'relation' AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        if cursor.fetchone()[0]:
            break
        time.sleep(0.005)
    else:
        pytest.fail("The upgrade did not begin.")
    connection.close()
