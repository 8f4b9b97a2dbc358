"""What people ask for is done by a worker process, once, whatever happens to it."""

import signal
import time

import pytest
from sqlalchemy import func, select, text

from app.db import db, unit_of_work
from app.models.incidents import Incident
from app.models.products import Brand
from app.models.runs import Run, RunLogLine
from app.work import runs
from tests.work.background import TooFew


def brands():
    with unit_of_work() as session:
        return session.scalar(select(func.count()).select_from(Brand))


def test_a_run_is_done_with_its_counts_its_log_and_its_change_set(ask, until, start_worker):
    run = ask("brands", many=3)
    start_worker()
    done = until(run, "succeeded", "failed")
    assert (done.state, done.counts) == ("succeeded", {"brands": {"created": 3}})
    assert done.attempt == 1
    assert done.worker
    with unit_of_work() as session:
        author = session.execute(
            text("SELECT actor, run_uuid FROM transaction WHERE id = :id"),
            {"id": done.change_set_id},
        ).one()
        said = session.scalars(select(RunLogLine.line).where(RunLogLine.run_uuid == run)).all()
    assert tuple(author) == ("ann", run)
    assert said == ["3 brands were created"]
    assert brands() == 3


def test_progress_is_seen_while_it_goes_on(ask, until, start_worker, state_of):
    run = ask("brands", many=100, pause=0.03)
    start_worker()
    until(run, "running")
    seen = set()
    while state_of(run).state == "running":
        with unit_of_work() as session:
            position = session.get_one(Run, run).progress
            seen.add((position.done, position.total, position.phase))
        time.sleep(0.1)
    assert any(done and 0 < done < 100 and total == 100 for done, total, _ in seen)


def test_a_run_is_cancelled_within_two_seconds_and_leaves_nothing(ask, until, start_worker):
    run = ask("brands", many=1000, pause=0.05)
    start_worker()
    until(run, "running")
    asked = time.monotonic()
    with unit_of_work() as session:
        assert runs.ask_to_stop(session, run, by="bob") == "running"
    ended = until(run, "cancelled", "succeeded", "failed")
    assert ended.state == "cancelled"
    assert ended.cancel_asked_by == "bob"
    assert time.monotonic() - asked < 2.5
    assert brands() == 0


@pytest.mark.parametrize("work", ["sleep", "sales"])
def test_a_long_statement_is_cancelled_too(ask, until, start_worker, work):
    run = ask(work)
    start_worker()
    until(run, "running")
    with unit_of_work() as session:
        runs.ask_to_stop(session, run, by="bob")
    assert until(run, "cancelled", "failed", "succeeded", seconds=5).state == "cancelled"


def test_a_waiting_run_is_cancelled_at_once(ask, state_of):
    run = ask("brands", many=3)
    with unit_of_work() as session:
        assert runs.ask_to_stop(session, run, by="bob") == "cancelled"
        assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0
    assert state_of(run).message == "Cancelled by bob before it began."


def test_a_killed_workers_run_begins_anew_within_ten_seconds(ask, until, start_worker):
    run = ask("brands", many=30, pause=0.1)
    first = start_worker()
    until(run, "running")
    first.kill()
    killed = time.monotonic()
    start_worker()
    while until(run, "running", "waiting", "succeeded").attempt < 2:
        assert time.monotonic() - killed < 12
        time.sleep(0.1)
    assert until(run, "succeeded", "failed", "lost").state == "succeeded"
    assert brands() == 30


def test_what_must_not_begin_anew_is_marked_as_lost(ask, until, start_worker):
    run = ask("once", many=100, pause=0.1)
    first = start_worker()
    until(run, "running")
    first.kill()
    start_worker()
    lost = until(run, "lost", "succeeded", "failed", seconds=15)
    assert lost.state == "lost"
    assert "Its process ended" in lost.message
    assert brands() == 0


def test_a_worker_that_stops_lets_go_of_what_does_not_finish(ask, until, start_worker, state_of):
    run = ask("brands", many=1000, pause=0.05)
    worker = start_worker()
    until(run, "running")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
    handed_back = state_of(run)
    assert (handed_back.state, handed_back.attempt) == ("waiting", 0)
    assert brands() == 0


def test_a_worker_that_stops_finishes_what_is_short(ask, until, start_worker):
    run = ask("brands", many=5, pause=0.1)
    worker = start_worker(grace=5)
    until(run, "running")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
    assert until(run, "succeeded").attempt == 1


def test_work_that_does_not_hear_ends_with_its_worker(ask, until, start_worker):
    run = ask("deaf")
    worker = start_worker(grace=0.5)
    until(run, "running")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 1
    start_worker()
    while until(run, "running", "waiting").attempt < 2:
        time.sleep(0.1)


def test_an_error_for_people_is_told_and_another_one_is_not(ask, until, start_worker):
    closed, broken = ask("closed"), ask("broken")
    start_worker()
    assert until(closed, "failed").message == "The till is closed."
    message = until(broken, "failed").message
    assert "unforeseen" in message
    assert "secret" not in message


def test_a_full_disk_is_told_in_a_sentence_and_as_an_incident(ask, until, start_worker):
    run = ask("full")
    start_worker()
    assert until(run, "failed").message.startswith("The disk is full. Make room")
    with unit_of_work() as session:
        assert session.scalars(select(Incident.title)).all() == ["“A disk that is full” failed"]


def test_connections_that_are_cut_lose_and_double_nothing(ask, until, start_worker):
    asked = [ask("brands", many=10, name=f"no. {number}", pause=0.02) for number in range(12)]
    start_worker()
    until(asked[0], "running", "succeeded")
    for _ in range(4):
        with db.engines[None].connect() as connection:
            connection.execute(text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ))  # fmt: skip
        time.sleep(0.3)
    assert {until(run, "succeeded", "failed", "lost").state for run in asked} == {"succeeded"}
    assert brands() == 120


@pytest.mark.parametrize(("good_at", "state", "attempts"), [(2, "succeeded", 2), (9, "failed", 3)])
def test_work_is_tried_again_as_often_as_declared(
    ask, until, start_worker, good_at, state, attempts
):
    run = ask("flaky", until=good_at)
    start_worker()
    ended = until(run, "succeeded", "failed")
    assert (ended.state, ended.attempt) == (state, attempts)


def test_runs_of_one_lock_go_one_by_one(ask, until, start_worker):
    both = [ask("one-brand", many=5, pause=0.05, name=name) for name in ("a", "b")]
    start_worker()
    first, second = (until(run, "succeeded") for run in both)
    assert second.started_at >= first.finished_at


def test_parameters_that_do_not_hold_are_refused_when_asked_and_when_done(ask, until, start_worker):
    with pytest.raises(TooFew):
        ask("brands", many=0)
    run = ask("brands", many=1)
    with unit_of_work() as session:
        session.execute(text("UPDATE run SET parameters = '{\"many\": 0}'"))
    start_worker()
    assert until(run, "failed").message == "There must be one at least."


def test_two_workers_share_the_queue_and_do_each_run_once(ask, until, start_worker):
    every = [ask("brands", many=2, name=f"n{number}") for number in range(40)]
    start_worker()
    start_worker()
    assert {until(run, "succeeded", "failed").attempt for run in every} == {1}
    assert brands() == 80


def test_a_large_undo_is_a_run(shop, until, start_worker):
    from app.db.unit_of_work import change_set_of
    from app.services.undo_work import UNDO
    from app.work.deferring import defer

    with unit_of_work(by="ann") as session:
        session.execute(
            text("INSERT INTO brand (name) SELECT 'b' || i FROM generate_series(1, 50) i")
        )
        number = change_set_of(session)
    with unit_of_work(by="bob") as session:
        run = defer(session, UNDO, {"change_set": number}, by="bob").uuid
    start_worker()
    done = until(run, "succeeded", "failed")
    assert (done.state, done.counts) == ("succeeded", {"brand": {"deleted": 50}})
    assert brands() == 0
