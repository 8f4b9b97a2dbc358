"""Schedulers as real processes: killed, stopped, several at once; no time is lost or doubled."""

import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.db import db, unit_of_work
from app.models.jobs import JobTick, ShopJob
from app.work.plans import make_known
from app.work.scheduler import Scheduler
from tests.work.scheduling import SECOND, Jobs

ROOT = Path(__file__).parents[2]
FAIL_OVER = 20.0  # seconds, however busy the machine is; benchmarks/scheduler.py measures it


@pytest.fixture
def config(own_database, tmp_path):
    return {**own_database, "data.folder": str(tmp_path)}


@pytest.fixture
def shop(config):
    from app import create_app

    app = create_app(config, plugins=[Jobs(SECOND)], web=False)
    with app.app_context():
        yield app
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def start(config):
    """Start a scheduler process; it is killed at the end if it still runs."""
    started = []

    def start():
        command = [sys.executable, "-m", "tests.work.scheduling", json.dumps(config)]
        process = subprocess.Popen(command, cwd=ROOT)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def ticks(key="second"):
    """(planned, noted) of every tick of a job that started, oldest first."""
    query = select(JobTick.planned_at, JobTick.noted_at).join(JobTick.job)
    with unit_of_work() as session:
        query = query.where(ShopJob.key == key, JobTick.outcome == "started")
        return session.execute(query.order_by(JobTick.planned_at)).all()


def until(true, seconds=120):
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def leader(shop):
    """The process id of the scheduler that leads; None while nobody does."""
    with unit_of_work() as session:
        return session.scalar(text(
            "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            " WHERE l.locktype = 'advisory' AND l.classid = 7041778 AND l.objid = 2 AND l.granted"
            " AND a.datname = current_database()"
        ))  # fmt: skip


def runs_of(key):
    with unit_of_work() as session:
        return session.scalar(text("SELECT count(*) FROM run WHERE key = :key"), {"key": key})


def assert_each_second_once(found):
    planned = [one.planned_at for one in found]
    seconds = [int(one.timestamp()) for one in planned]
    assert seconds == list(range(seconds[0], seconds[-1] + 1))
    assert runs_of("second") == len(planned)


def leading_process(shop, processes):
    """The process that leads, found by the connections it has."""
    name = until(lambda: leader(shop))
    return next(one for one in processes if f"scheduler {one.pid}" == name)


def test_three_schedulers_of_which_the_leader_is_killed_lose_and_double_no_second(shop, start):
    processes = [start() for _ in range(3)]
    until(lambda: len(ticks()) >= 2)
    for _ in range(3):
        led = leading_process(shop, processes)
        led.kill()
        killed = datetime.now(UTC)
        processes = [one for one in processes if one is not led] + [start()]
        after = until(lambda killed=killed: [t for t in ticks() if t.noted_at > killed])
        assert (after[0].noted_at - killed).total_seconds() <= FAIL_OVER
    assert_each_second_once(ticks())


def test_a_leader_that_was_stopped_does_nothing_wrong_when_it_goes_on(shop, start):
    processes = [start() for _ in range(2)]
    until(lambda: len(ticks()) >= 2)
    led = leading_process(shop, processes)
    led.send_signal(signal.SIGSTOP)
    stopped = datetime.now(UTC)
    after = until(lambda: [t for t in ticks() if t.noted_at > stopped + timedelta(seconds=1)])
    assert (after[0].noted_at - stopped).total_seconds() <= 2 * FAIL_OVER
    time.sleep(5)
    led.send_signal(signal.SIGCONT)
    count = len(ticks())
    until(lambda: len(ticks()) >= count + 3)
    assert leading_process(shop, processes) is not led
    assert_each_second_once(ticks())


def test_a_scheduler_that_is_asked_to_stop_ends_soon(shop, start):
    process = start()
    until(lambda: len(ticks()) >= 1)
    asked = time.monotonic()
    process.terminate()
    assert process.wait(5) == 0
    assert time.monotonic() - asked < FAIL_OVER


def test_it_goes_on_when_the_database_was_away(shop, start):
    start()
    until(lambda: len(ticks()) >= 2)
    for _ in range(3):
        with db.engines[None].connect() as connection:
            connection.execute(text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ))  # fmt: skip
        count = len(ticks())
        until(lambda count=count: len(ticks()) >= count + 2)
    assert_each_second_once(ticks())


def test_schedulers_whose_clocks_are_apart_start_each_time_once(shop):
    """Not even where they would believe their own clocks, and the leadership goes to and fro."""
    begin = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    clocks = {"right": begin, "ahead": begin + timedelta(hours=1)}
    right, ahead = (Scheduler(shop, clock=lambda name=name: clocks[name]) for name in clocks)
    with unit_of_work() as session:
        make_known(session, shop.extensions["storekeeper"])
        session.execute(text("UPDATE job_clock SET until = :at, schedule = 'every 1 s' FROM job"
                             " WHERE job.uuid = job_clock.uuid AND key = 'second'"),
                        {"at": begin})  # fmt: skip
    for _ in range(20):
        for name in clocks:
            clocks[name] += timedelta(seconds=1)
        right.look()
        if _ == 10:
            ahead.look()
    planned = [one.planned_at for one in ticks()]
    assert len(planned) == len(set(planned)) == runs_of("second")
    with unit_of_work() as session:
        query = select(JobTick).join(JobTick.job).where(JobTick.outcome == "missed")
        missed = session.scalars(query.where(ShopJob.key == "second")).one()
        first, last, count = missed.missed_since, missed.planned_at, missed.missed
    started = [moment for moment in planned if moment < first]
    assert started == [begin + timedelta(seconds=n) for n in range(1, len(started) + 1)]
    assert first == started[-1] + timedelta(seconds=1)
    assert last == planned[-1] - timedelta(seconds=1)
    assert count == 1000
