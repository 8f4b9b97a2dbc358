"""What is known of jobs: how long they take, what takes too long, what must be done today."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import text

from app.models.runs import Run
from app.work import job_facts, watching
from app.work.job import Job
from app.work.plans import zone_of
from tests.work.scheduling import AFTERWARDS, NIGHT, NIGHTLY, nothing


def ran(session, job, start, seconds, state="succeeded"):
    end = start + timedelta(seconds=seconds)
    session.add(Run(kind="job", key=job.key, title="", state=state, asked_at=start,
                    started_at=start, finished_at=None if state == "running" else end))  # fmt: skip
    session.flush()


def test_how_long_it_takes_is_learned_and_what_takes_far_longer_is_told(session, known, settings):
    registry, _rows = known(NIGHTLY, until=datetime.now(UTC))
    now = datetime.now(UTC)
    for ago, seconds in enumerate((20, 30, 400), start=1):
        ran(session, NIGHTLY, now - timedelta(days=ago), seconds)
    ran(session, NIGHTLY, now - timedelta(hours=6), 1, "failed")
    (found,) = job_facts.last_runs(session, ["nightly"]).values()
    assert job_facts.expected(found) == timedelta(seconds=30)
    ran(session, NIGHTLY, now - timedelta(seconds=80), 0, "running")
    assert [one.key for one in watching.concerns(session, registry, settings)] == []
    session.execute(text("UPDATE run SET started_at = started_at - interval '1 minute'"
                         " WHERE state = 'running'"))  # fmt: skip
    found = watching.concerns(session, registry, settings)
    assert [one.key for one in found] == ["job-slow:nightly"]


@pytest.mark.parametrize(
    ("finished", "now", "state"),
    [
        (None, time(5), "waiting"),
        (None, time(7), "missed"),
        (time(5), time(7), "done"),
        (time(6, 30), time(7), "late"),
    ],
)
def test_the_deadlines_of_a_day_are_told(session, known, settings, finished, now, state):
    registry, _rows = known(NIGHTLY, until=NIGHT - timedelta(days=2))
    if finished:
        done = datetime.combine(NIGHT.date(), finished, tzinfo=UTC)
        ran(session, NIGHTLY, NIGHT, (done - NIGHT).total_seconds())
    at = datetime.combine(NIGHT.date(), now, tzinfo=UTC)
    (due,) = job_facts.due_today(session, registry, zone_of(settings), at)
    assert (due.state, due.by) == (state, NIGHT.replace(hour=6, minute=0))


def test_a_deadline_of_a_chain_is_that_of_its_last_link(session, known, settings):
    registry, _rows = known(NIGHTLY, AFTERWARDS, until=NIGHT - timedelta(days=2))
    ran(session, NIGHTLY, NIGHT, 60)
    at = NIGHT.replace(hour=8)
    states = {one.plan.job.key: one.state
              for one in job_facts.due_today(session, registry, zone_of(settings), at)}  # fmt: skip
    assert states == {"nightly": "done", "afterwards": "missed"}


def test_nothing_is_due_on_a_day_without_it(session, known, settings):
    weekly = Job("weekly", "Weekly", run=nothing, cron="0 3 * * sun", deadline=time(6))
    registry, _rows = known(weekly, until=NIGHT - timedelta(days=9))
    assert job_facts.due_today(session, registry, zone_of(settings), NIGHT) == []


def test_a_job_that_has_just_come_has_missed_nothing(session, known, settings):
    registry, _rows = known(NIGHTLY, until=NIGHT.replace(hour=5))
    at = NIGHT.replace(hour=7)
    assert job_facts.due_today(session, registry, zone_of(settings), at) == []
