"""How errors of work are told apart, and what an older worker does with work it does not know."""

import errno
from datetime import UTC, datetime, timedelta

import psycopg2
import pytest
from sqlalchemy import select, text, update

from app.models.runs import Run, RunLogLine
from app.plugins import Registry
from app.work import deferring
from app.work.executing import PATIENCE, execute, is_full_disk, is_lost_connection
from app.work.keeper import write_log
from app.work.running import Running
from app.work.work import Work
from tests.work.background import Works


def nothing(running):
    """Works."""


@pytest.fixture
def unknown(session):
    """A run that waits for work of a newer version."""
    run = deferring.defer(session, Work("new-work", "Newer", run=nothing), {}, by="ann")
    session.commit()
    return run


def test_work_of_a_newer_version_waits_and_uses_up_no_attempt(session, settings, unknown):
    for _ in range(30):
        execute(unknown.uuid, settings=settings, registry=Registry([Works()]))
        session.expire_all()
        assert (unknown.state, unknown.attempt) == ("waiting", 0)
    execute(unknown.uuid, settings=settings, registry=Registry([Newer()]))
    session.expire_all()
    assert (unknown.state, unknown.attempt) == ("succeeded", 1)


def test_work_that_nobody_knows_fails_in_the_end(session, settings, unknown):
    execute(unknown.uuid, settings=settings, registry=Registry([Works()]))
    long_ago = datetime.now(UTC) - PATIENCE - timedelta(seconds=1)
    session.execute(update(Run).where(Run.uuid == unknown.uuid).values(started_at=long_ago))
    session.commit()
    execute(unknown.uuid, settings=settings, registry=Registry([Works()]))
    session.expire_all()
    assert unknown.state == "failed"


class Newer(Works):
    def work(self):
        return (Work("new-work", "Newer", run=nothing),)


def test_a_mistake_of_the_program_is_no_lost_connection(session):
    with pytest.raises(psycopg2.ProgrammingError) as wrong:
        session.connection().connection.cursor().execute("SELECT %s", [object()])
    assert not is_lost_connection(wrong.value)
    assert is_lost_connection(psycopg2.OperationalError("server closed the connection"))
    assert is_lost_connection(psycopg2.InterfaceError("connection already closed"))


def test_a_full_disk_is_seen_through_what_was_made_of_it():
    full = OSError(errno.ENOSPC, "No space left on device")
    wrapped = RuntimeError("It could not be written.")
    wrapped.__cause__ = full
    assert is_full_disk(wrapped)
    assert not is_full_disk(FileNotFoundError(2, "No such file"))


def test_what_no_database_can_keep_is_said_otherwise(session, settings):
    run = session.scalar(text("INSERT INTO run (kind, key, title, state) VALUES"
                              " ('job', 'x', 'X', 'running') RETURNING uuid"))  # fmt: skip
    running = Running(run, settings=settings)
    running.log("reading \udce4.csv\0")
    running.progress(1, phase="in \0")
    write_log(session, running)
    assert session.scalars(select(RunLogLine.line)).one() == "reading ?.csv "
    assert running.position.phase == "in  "
