"""Each part broken alone: the check names it and no other, and is well again after the repair."""

import json
import os
import shutil
import socket
import threading
import time
from collections import namedtuple

import psycopg2
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from app.services import health
from app.services.health import databases, machine, outside
from app.work import heartbeats

WAITS = (
    "INSERT INTO run (kind, key, title, state, asked_at, queue)"
    " VALUES ('job', 'x', 'X', 'waiting', now() - make_interval(secs => :old), 'slow')"
)
ENDED = (
    "INSERT INTO run (kind, key, title, state, started_at, finished_at)"
    " VALUES ('job', 'x', 'X', :state, now(), now())"
)


def closed(server, config, key, *, open_=False):
    """Let nobody into one database, or everybody again."""
    name = config[key].split("?")[0].rpartition("/")[2]
    server._execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {"on" if open_ else "off"}')
    if not open_:
        server._execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        )


def readyz(node):
    answer = node.test_client().get("/readyz")
    node.extensions.pop("health", None)  # what is kept for some seconds
    return answer.status_code, answer.json


def test_a_whole_node_is_well(node, states):
    assert states(deep=True) == {}
    assert readyz(node) == (200, {"status": "ok", "faults": []})


@pytest.mark.parametrize(
    ("key", "bad"),
    [("db.url", "database_core"), ("db.trainwreck_url", "database_trainwreck"),
     ("db.tempmon_url", "database_tempmon")],
)  # fmt: skip
def test_a_database_that_is_away_is_named_alone(node, server, config, states, key, bad):
    closed(server, config, key)
    try:
        assert states() == {bad: "bad"}
        status, told = readyz(node)
        assert (status, told["status"]) == (503, "unready")
        assert [line.split(":")[0] for line in told["faults"]] == [bad]
        assert config[key].split("?")[0].rpartition("/")[2] not in str(told)
    finally:
        closed(server, config, key, open_=True)
    if bad != "database_core":  # its end took the leader's lock with it
        assert states() == {}
        assert readyz(node)[0] == 200


@pytest.mark.parametrize("revision", ["0007", "from_tomorrow"])
def test_a_database_of_another_revision_is_named(node, run_sql, states, revision):
    now = run_sql("SELECT version_num FROM alembic_version").scalars().all()
    run_sql("UPDATE alembic_version SET version_num = :revision", revision=revision)
    assert states() == {"revisions": "bad"}
    assert readyz(node)[1]["faults"] == ["revisions: Revisions of the tables"]
    run_sql("UPDATE alembic_version SET version_num = :revision", revision=now[0])
    assert states() == {}


def test_a_table_that_somebody_changed_is_seen_by_a_deep_look(run_sql, states):
    run_sql("ALTER TABLE brand ADD COLUMN colour text")
    assert states() == {}
    assert states(deep=True) == {"tables": "bad"}
    run_sql("ALTER TABLE brand DROP COLUMN colour")
    assert states(deep=True) == {}


@pytest.mark.parametrize(("seconds", "state"), [(1, None), (10, "warn"), (100, "bad")])
def test_clocks_that_differ_are_told(node, states, monkeypatch, seconds, state):
    monkeypatch.setattr(databases.time, "time", lambda now=time.time: now() + seconds)
    assert states() == ({"clock": state} if state else {})


@pytest.mark.parametrize(("free", "state"), [(5e9, None), (5e8, "warn"), (5e7, "bad")])
def test_a_disk_that_is_almost_full_is_told(node, states, monkeypatch, free, state):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda path: usage(1e11, 1e11 - free, free))
    assert states() == ({"disk": state} if state else {})


def test_a_data_folder_that_is_gone_is_named(node, states, config):
    shutil.rmtree(config["data.folder"])
    assert states() == {"folders": "bad"}
    os.mkdir(config["data.folder"])
    assert states() == {}


def test_a_backup_that_did_not_come_is_named(config, tmp_path, request):
    folder = tmp_path / "backups"
    config["backup.folder"] = str(folder)
    states = request.getfixturevalue("states")
    assert states() == {"backups": "bad"}  # no folder
    folder.mkdir()
    assert states() == {"backups": "bad"}  # no file
    (folder / "shop.dump").touch()
    assert states() == {}
    two_days_ago = time.time() - 48 * 3600
    os.utime(folder / "shop.dump", (two_days_ago, two_days_ago))
    assert states() == {"backups": "bad"}


def test_a_worker_that_is_dead_is_named_and_makes_nobody_unready(node, run_sql, states):
    run_sql("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    assert states() == {"workers": "bad"}
    assert readyz(node) == (200, {"status": "degraded", "faults": ["workers: Workers"]})
    run_sql("UPDATE procrastinate_workers SET last_heartbeat = now()")
    assert states() == {}


@pytest.mark.parametrize(("old", "state"), [(30, None), (120, "warn"), (1200, "bad")])
def test_a_queue_that_stands_still_is_told(node, run_sql, states, old, state):
    run_sql(WAITS, old=old)
    assert states() == ({"queues": state} if state else {})


def test_what_is_to_run_later_does_not_wait_yet(run_sql, states):
    run_sql(WAITS, old=1200)
    run_sql("UPDATE run SET not_before = now() + interval '1 hour'")
    assert states() == {}


def test_a_scheduler_that_nobody_replaces_is_named(node, states):
    node.leads.invalidate()
    deadline = time.monotonic() + 5
    while states() == {} and time.monotonic() < deadline:
        time.sleep(0.05)
    assert states() == {"scheduler": "bad"}


@pytest.mark.parametrize("state", ["failed", "lost"])
def test_runs_that_ended_badly_are_told(run_sql, states, state):
    run_sql(ENDED, state="succeeded")
    assert states() == {}
    run_sql(ENDED, state=state)
    assert states() == {"runs": "warn"}


def test_a_daemon_that_is_silent_is_named_until_another_takes_its_place(node, run_sql, states):
    from app.db import unit_of_work

    with unit_of_work() as session:
        heartbeats.beat(session, "filemon")
    assert states() == {}
    run_sql(
        "UPDATE heartbeat SET beat_at = now() - interval '2 minutes',"
        " name = concat(split_part(name, chr(58), 1), chr(58), '0')"
    )
    assert states() == {"daemons": "bad"}
    with unit_of_work() as session:
        heartbeats.beat(session, "filemon")
    assert states() == {}
    with unit_of_work() as session:
        heartbeats.leave(session, "filemon")
    assert states() == {}


def test_processes_of_two_versions_are_told(run_sql, states):
    run_sql("INSERT INTO heartbeat (kind, name, version) VALUES ('worker', 'old:1', '0.0.9')")
    assert states() == {"versions": "warn"}


def test_a_mail_server_that_is_away_is_named(config, closed_port, request):
    config |= {"mail.host": "127.0.0.1", "mail.port": str(closed_port), "mail.security": "none"}
    assert request.getfixturevalue("states")() == {"smtp": "bad"}


@pytest.mark.parametrize(("security", "found"), [("none", {}), ("starttls", {"smtp": "bad"})])
def test_a_mail_server_that_does_not_encrypt_is_named(config, request, security, found):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(Sink(), hostname="127.0.0.1", port=port)
    server.start()
    config |= {"mail.host": "127.0.0.1", "mail.port": str(port), "mail.security": security}
    try:
        assert request.getfixturevalue("states")() == found
    finally:
        server.stop()


def test_a_mailbox_that_is_away_is_named(config, closed_port, request):
    config |= {"bounces.host": "127.0.0.1", "bounces.port": str(closed_port)}
    assert request.getfixturevalue("states")() == {"imap": "bad"}


def test_a_certificate_that_ends_soon_is_told(config, closed_port, request, monkeypatch):
    from datetime import UTC, datetime, timedelta

    config["web.address"] = f"https://127.0.0.1:{closed_port}"
    states = request.getfixturevalue("states")
    assert states() == {"certificate": "bad"}  # nobody answers
    for days, found in ((90, {}), (10, {"certificate": "warn"})):
        ends = datetime.now(UTC) + timedelta(days=days)
        monkeypatch.setattr(outside, "_end_of_certificate", lambda host, port, ends=ends: ends)
        assert states() == found


def test_a_check_that_breaks_is_named_and_the_others_go_on(node, parts, states):
    parts.breaks = True
    assert states() == {"till": "bad"}
    (found,) = health.look(node, keys=["till"])
    assert found.verdict.fact_told == "Looking failed: division by zero"


def test_a_check_that_hangs_is_named_in_time(node, parts, states):
    parts.hangs = threading.Event()
    began = time.monotonic()
    assert states() == {"scale": "bad"}
    assert time.monotonic() - began < 4
    parts.hangs.set()


def test_the_command_tells_the_same_and_its_exit_code(node, config, run_sql, storekeeper):
    run_sql("DELETE FROM procrastinate_workers")
    answer = storekeeper("check", "--json", config=config)
    assert answer.code == 1
    told = {one["key"]: one for one in answer.json["checks"]}
    assert [key for key, one in told.items() if one["state"] == "bad"] == ["workers"]
    assert "storekeeper worker" in told["workers"]["do"]
    run_sql("INSERT INTO procrastinate_workers DEFAULT VALUES")
    answer = storekeeper("check", config=config)
    assert answer.code == 0, answer.out
    assert "good   Database: It answers in" in answer.out


def test_the_command_tells_of_a_server_that_is_away(config, closed_port, storekeeper):
    away = config | {
        f"db.{name}": f"postgresql://nobody@127.0.0.1:{closed_port}/{name}"
        for name in ("url", "trainwreck_url", "tempmon_url")
    }
    answer = storekeeper("check", "--json", config=away)
    assert answer.code == 1
    bad = [one["key"] for one in answer.json["checks"] if one["state"] == "bad"]
    assert bad == ["database_core", "database_trainwreck", "database_tempmon"]


def test_the_command_makes_no_databases_where_there_are_none(tmp_path, storekeeper):
    answer = storekeeper("check", "--json", config={"data.folder": str(tmp_path / "nothing")})
    assert answer.code == 1
    assert [one["key"] for one in json.loads(answer.out)["checks"]] == ["database_core"]
    assert not (tmp_path / "nothing").exists()


def test_a_process_that_goes_on_is_well_after_a_restart_of_the_database(
    node, server, config, states
):
    name = config["db.url"].split("?")[0].rpartition("/")[2]
    with psycopg2.connect(server.uri) as connection:
        connection.cursor().execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
    assert states().keys() <= {"scheduler"}  # the leader was one of those
