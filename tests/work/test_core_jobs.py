"""Each job of the product does its work and says what it did."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.models.jobs import JobTick, ShopJob
from app.models.runs import Run, RunFile, RunLogLine
from app.services import run_files, run_keeping
from app.testing.samples import sample
from app.work import deferring, executing
from app.work.core_jobs import CORE_JOBS

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def shop(own_database, tmp_path):
    """The app on databases of its own, since a run commits."""
    from app import create_app
    from app.db import db

    app = create_app({**own_database, "data.folder": str(tmp_path)}, web=False)
    with app.app_context():
        yield app
        for engine in db.engines.values():
            engine.dispose()


def test_every_job_of_the_product_succeeds_in_a_shop(shop):
    from app.db import unit_of_work

    registry, settings = shop.extensions["storekeeper"], shop.extensions["settings"]
    with unit_of_work() as session:
        asked = [deferring.defer(session, job, by="scheduler").uuid for job in CORE_JOBS]
    for run in asked:
        executing.execute(run, settings=settings, registry=registry)
    with unit_of_work() as session:
        found = session.scalars(select(Run).where(Run.uuid.in_(asked))).all()
        ended = {run.key: (run.state, bool(run.message)) for run in found}
    assert ended == dict.fromkeys((job.key for job in CORE_JOBS), ("succeeded", True))


def test_files_of_runs_expire(session):
    old = sample(session, RunFile, expires_at=NOW - timedelta(seconds=1))
    new = sample(session, RunFile, expires_at=NOW + timedelta(seconds=1))
    assert run_files.expire(session, now=NOW) == 1
    assert session.scalars(select(RunFile.uuid)).all() == [new.uuid]
    assert old.uuid != new.uuid


def a_run(session, ago, **facts):
    ended = {"state": "succeeded", "finished_at": NOW - timedelta(days=ago)}
    return sample(session, Run, kind="job", key="nightly", **{**ended, **facts})


def test_old_runs_are_forgotten_with_what_they_said(session):
    old, new = a_run(session, 100), a_run(session, 10)
    waiting = a_run(session, 100, state="waiting", finished_at=None)
    for run in (old, new):
        sample(session, RunLogLine, run_uuid=run.uuid)
    job = sample(session, ShopJob)
    for ago in (100, 10):
        session.add(JobTick(job_uuid=job.uuid, outcome="started",
                            planned_at=NOW - timedelta(days=ago)))  # fmt: skip
    session.flush()
    done = run_keeping.forget(
        session, before=NOW - timedelta(days=90), logs_before=NOW - timedelta(days=30)
    )
    assert (done.runs, done.lines, done.ticks) == (1, 1, 1)
    kept = session.scalars(select(Run.uuid).where(Run.key == "nightly"))
    assert set(kept) == {new.uuid, waiting.uuid}


def test_a_run_that_wrote_history_stays_with_it(session):
    from app.db.versioning import ChangeSet

    wrote = a_run(session, 100)
    session.add(ChangeSet(issued_at=NOW, origin="import", database_role="x",
                          run_uuid=wrote.uuid))  # fmt: skip
    again = a_run(session, 100)
    a_run(session, 1, again_of_uuid=again.uuid)
    session.flush()
    done = run_keeping.forget(session, before=NOW - timedelta(days=90), logs_before=NOW)
    assert done.runs == 0
