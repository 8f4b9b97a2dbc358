"""Workers as real processes, on databases of one test; and jobs that a session knows."""

import json
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.models.jobs import JobClock, ShopJob
from app.plugins import Registry
from app.work.plans import make_known, plan_of
from tests.work.background import Works
from tests.work.scheduling import NIGHT, Jobs

ROOT = Path(__file__).parents[2]


@pytest.fixture
def config(own_database, tmp_path):
    return {**own_database, "data.folder": str(tmp_path)}


@pytest.fixture
def shop(config):
    """The app on these databases, in whose context the test runs."""
    from app import create_app
    from app.db import db

    app = create_app(config, plugins=[Works()], web=False)
    with app.app_context():
        yield app
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def ask(shop):
    """Ask for work by its key; tells the run's uuid."""
    from app.db import unit_of_work
    from app.work.deferring import defer
    from app.work.work import find

    def ask(key, *, by="ann", **parameters):
        with unit_of_work(by=by) as session:
            work = find(shop.extensions["storekeeper"], key)
            return defer(session, work, parameters, by=by).uuid

    return ask


@pytest.fixture
def start_worker(config):
    """Start a worker process; it is killed at the end if it still runs."""
    started = []

    def start(concurrency=4, grace=1):
        command = [sys.executable, "-m", "tests.work.background", json.dumps(config)]
        process = subprocess.Popen([*command, str(concurrency), str(grace)], cwd=ROOT)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def state_of(shop):
    """The run as it is now."""
    from app.db import unit_of_work
    from app.models.runs import Run

    def state_of(run):
        with unit_of_work() as session:
            found = session.get_one(Run, run)
            session.expunge(found)
            return found

    return state_of


@pytest.fixture
def until(state_of):
    """Wait until a run is in one of these states; tells the run."""

    def until(run, *states, seconds=30):
        deadline = time.monotonic() + seconds
        while (found := state_of(run)).state not in states:
            assert time.monotonic() < deadline, f"still {found.state}: {found.message}"
            time.sleep(0.03)
        return found

    return until


@pytest.fixture
def settings(app):
    return app.extensions["settings"]


@pytest.fixture
def known(session):
    """Make these jobs known, with all their times up to a moment dealt with; gives their rows."""

    def known(*jobs, until=NIGHT - timedelta(minutes=1)):
        registry = Registry([Jobs(*jobs)])
        make_known(session, registry)
        rows = {row.key: row for row in session.scalars(select(ShopJob))}
        for job in jobs:
            clock = session.get_one(JobClock, rows[job.key].uuid)
            clock.until = clock.since = until
            clock.schedule = plan_of(job, rows[job.key]).text
        session.flush()
        return registry, rows

    return known
