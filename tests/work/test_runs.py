"""Runs begin once and end once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.models.runs import RejectedRow, Run
from app.models.users import User
from app.work import deferring, runs


@dataclass
class Rejection:
    line: int
    reason: str
    content: str | None = None


def a_run(session, **facts):
    return runs.start(session, kind="import", key="import:products-csv", title="Products", **facts)


def again(session, run):
    session.expire_all()
    return session.get_one(Run, run.uuid)


def test_a_run_begins_with_who_and_what(session):
    run = again(session, a_run(session, by="cron", dry_run=True, parameters={"file": "a.csv"}))
    assert (run.state, run.by, run.user_uuid, run.dry_run) == ("running", "cron", None, True)
    assert run.parameters == {"file": "a.csv"}
    assert run.started_at
    assert run.finished_at is None


def test_a_user_is_remembered_as_such(session):
    ann = User(username="ann")
    session.add(ann)
    session.flush()
    run = again(session, a_run(session, by=ann))
    assert (run.user, run.by) == (ann, None)


def test_a_run_succeeds_with_its_counts_and_rejected_rows(session):
    run = a_run(session, parameters={"file": "a.csv"})
    runs.succeed(
        session,
        run.uuid,
        counts={"product": {"created": 3}},
        change_set_id=7,
        rejected=[Rejection(3, "Why not", "a,b")],
        facts={"encoding": "utf-8"},
    )
    run = again(session, run)
    assert (run.state, run.change_set_id, run.counts) == (
        "succeeded", 7, {"product": {"created": 3}},
    )  # fmt: skip
    assert run.parameters == {"file": "a.csv", "encoding": "utf-8"}
    assert run.finished_at >= run.started_at
    (row,) = session.scalars(select(RejectedRow))
    assert (row.run_uuid, row.line, row.reason, row.content) == (run.uuid, 3, "Why not", "a,b")


def test_a_run_fails_with_a_sentence(session):
    run = a_run(session)
    runs.fail(session, run.uuid, "The till hung up.")
    assert (again(session, run).state, run.message) == ("failed", "The till hung up.")


def test_a_run_that_has_ended_stays_as_it_is(session):
    run = a_run(session)
    runs.cancel(session, run.uuid)
    runs.fail(session, run.uuid, "Too late.")
    assert (again(session, run).state, run.message) == ("cancelled", "Stopped by hand.")


def test_an_end_of_an_earlier_attempt_is_not_noted(session):
    run = runs.start(session, kind="job", key="x", title="X", by="ann")
    run.attempt = 2  # another worker has begun it anew
    session.flush()
    runs.fail(session, run.uuid, "The database went away.", attempt=1)
    runs.succeed(session, run.uuid, attempt=1)
    deferring.put_back(session, run.uuid, attempt=1)
    session.expire_all()
    assert run.state == "running"
    runs.succeed(session, run.uuid, attempt=2)
    session.expire_all()
    assert run.state == "succeeded"
