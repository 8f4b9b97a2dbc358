"""An incident opens where a run failed and nobody looks; the next success closes it."""

import pytest
from sqlalchemy import select, text

from app.models.incidents import Incident
from app.models.runs import Run
from app.services import users
from app.work import deferring, runs, telling
from app.work.work import Work

PRICES = Work("prices", "Apply prices", run="jobs.prices:apply")
NIGHTLY = Work("nightly", "Every night", run="jobs.prices:apply", kind="job")


@pytest.fixture
def running(session):
    """A run of the queue that a worker has begun."""

    def begin(work, by="scheduler", **asked):
        run = deferring.defer(session, work, by=by, **asked)
        session.execute(
            text("UPDATE run SET state = 'running', started_at = now() WHERE uuid = :run"),
            {"run": run.uuid},
        )
        return run.uuid

    return begin


@pytest.fixture
def ann(session):
    return users.create(session, "ann", by=None)


def found(session):
    session.expire_all()
    query = select(Incident).where(Incident.key == telling.KEY)
    return [(one.title, one.count, one.state) for one in session.scalars(query)]


def test_failures_are_one_incident_until_it_works_again(session, running):
    for _ in range(2):
        runs.fail(session, running(NIGHTLY), "The till is closed.")
    assert found(session) == [("“Every night” failed", 2, "open")]
    runs.succeed(session, running(PRICES))
    assert found(session) == [("“Every night” failed", 2, "open")]
    runs.succeed(session, running(NIGHTLY))
    assert found(session) == [("“Every night” failed", 2, "closed")]


def test_it_leads_to_the_run_and_says_why(session, running):
    run = running(NIGHTLY)
    runs.fail(session, run, "The till is closed.")
    incident = session.scalars(select(Incident)).one()
    assert (incident.link, incident.detail) == (f"/runs/{run}", "The till is closed.")


def test_a_person_who_asked_is_told_by_the_page_alone(session, running, ann):
    runs.fail(session, running(PRICES, by=ann), "The file is empty.")
    assert found(session) == []


def test_an_error_of_the_program_is_told_in_any_case(session, running, ann):
    runs.fail(session, running(PRICES, by=ann), "Something unforeseen.", unforeseen=True)
    assert len(found(session)) == 1


def test_a_lost_run_is_told_in_any_case(session, running, ann):
    runs.lose(session, running(PRICES, by=ann))
    assert len(found(session)) == 1


def test_a_dry_run_and_one_that_was_stopped_say_nothing(session, running):
    runs.fail(session, running(NIGHTLY, dry_run=True), "The till is closed.")
    runs.cancel(session, running(NIGHTLY))
    assert found(session) == []


def test_a_run_that_ended_already_says_nothing(session, running):
    run = running(NIGHTLY)
    runs.cancel(session, run)
    runs.fail(session, run, "Too late.")
    assert found(session) == []
    assert session.get_one(Run, run).state == "cancelled"


def test_a_dry_run_that_works_settles_nothing(session, running):
    runs.fail(session, running(NIGHTLY), "The till is closed.")
    runs.succeed(session, running(NIGHTLY, dry_run=True))
    assert found(session) == [("“Every night” failed", 1, "open")]
