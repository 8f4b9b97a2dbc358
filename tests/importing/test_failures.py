"""Whatever breaks in the middle: one sentence, a run that says so, and nothing written."""

from __future__ import annotations

import os
import signal
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import errors
from sqlalchemy import select

from app import create_app
from app.importing.database_errors import in_words
from app.importing.engine import Engine
from app.importing.errors import AlreadyRunning, DatabaseTrouble
from app.importing.handlers.products_csv import ProductsCsv
from app.importing.stage import Stage
from app.models.runs import Run
from tests.importing.conftest import MILK, rows
from tests.importing.processes import start_import, wait_until


def slow_down(ask):
    """Each creation of products waits, with the work half done."""
    ask("""
        CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$;
        CREATE TRIGGER wait_here AFTER INSERT ON product
          FOR EACH STATEMENT EXECUTE FUNCTION wait_here();
    """)


WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'"


def nothing_was_written(ask):
    tables = ("department", "brand", "vendor", "product", "product_code", "product_version")
    counted = " + ".join(f"(SELECT count(*) FROM {table})" for table in tables)
    return ask(f"SELECT {counted} + (SELECT count(*) FROM transaction)") == [(0,)]


def test_a_connection_that_is_cut_in_the_middle_leaves_nothing(database, tmp_path):
    config, ask = database
    slow_down(ask)
    path = tmp_path / "products.csv"
    path.write_text(rows(MILK))
    running = start_import(config, path)
    ((pid,),) = wait_until(ask, WAITING)
    ask(f"SELECT pg_terminate_backend({pid})")
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (1, "")
    assert err == "Error: The database went away in the middle. Nothing was written.\n"
    assert nothing_was_written(ask)
    assert ask("SELECT state, message FROM run") == [
        ("failed", "The database went away in the middle. Nothing was written.")
    ]


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_leaves_nothing_and_stops_at_once(database, tmp_path, told):
    config, ask = database
    slow_down(ask)
    path = tmp_path / "products.csv"
    path.write_text(rows(MILK))
    running = start_import(config, path)
    wait_until(ask, WAITING)
    started = time.monotonic()
    os.kill(running.pid, told)
    _, err = running.communicate(timeout=60)
    assert time.monotonic() - started < 30
    assert (running.returncode, err.strip()) == (130, "Stopped.")
    assert nothing_was_written(ask)
    assert ask("SELECT state, message FROM run") == [("cancelled", "Stopped by hand.")]


def test_a_disk_that_is_full_is_told_and_leaves_nothing(database, tmp_path):
    """The kernel says that no space is left, as on a full disk: products lie on /dev/full."""
    config, ask = database
    path = tmp_path / "products.csv"
    path.write_text(rows(MILK))
    with lying_on(Path("/dev/full"), "product", ask):
        running = start_import(config, path)
        out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (1, "")
    assert err == "Error: The disk of the database is full. Nothing was written.\n"
    assert ask("SELECT state, message FROM run") == [
        ("failed", "The disk of the database is full. Nothing was written.")
    ]
    assert nothing_was_written(ask)


@contextmanager
def lying_on(device, table, ask):
    """Put the empty file of a table on a device meanwhile."""
    ((name,),) = ask(
        "SELECT current_setting('data_directory') || '/' || pg_relation_filepath(oid) FROM pg_class"
        f" WHERE oid = '{table}'::regclass AND pg_relation_size(oid) = 0"
    )
    file, aside = Path(name), Path(f"{name}.aside")
    file.rename(aside)
    file.symlink_to(device)
    try:
        yield
    finally:
        file.unlink()
        aside.rename(file)


def test_a_killed_process_leaves_nothing_and_the_next_run_completes_it(database, tmp_path):
    config, ask = database
    slow_down(ask)
    path = tmp_path / "products.csv"
    path.write_text(rows(MILK))
    running = start_import(config, path)
    ((pid,),) = wait_until(ask, WAITING)
    running.kill()
    running.communicate()
    ask(f"SELECT pg_terminate_backend({pid})")  # it would notice only after its sleep
    ask("DROP TRIGGER wait_here ON product")
    assert nothing_was_written(ask)
    again = start_import(config, path)
    again.communicate(timeout=60)
    assert again.returncode == 0
    assert ask("SELECT number FROM product") == [("1",)]


def test_two_runs_of_one_import_do_not_mix(own_database, tmp_path):
    app = create_app(own_database, web=False)
    path = tmp_path / "products.csv"
    path.write_text(rows(MILK))
    with app.app_context():
        first, second = (ProductsCsv(app.extensions["settings"], path) for _ in range(2))

        def meanwhile(phase, count):
            with pytest.raises(AlreadyRunning, match="products-csv is running already"):
                second.run()

        first.run(
            progress=lambda phase, count: meanwhile(phase, count) if phase == "checking" else 0
        )
        from app.db import db

        states = db.session.execute(select(Run.state).order_by(Run.started_at)).all()
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
    assert states == [("succeeded",), ("failed",)]


def test_a_full_disk_is_one_sentence(import_products, session, monkeypatch):
    # A real disk cannot be filled in a test; the driver's error is raised where COPY would.
    def full(stage, columns, chunks):
        raise errors.DiskFull("could not extend file: No space left on device")

    monkeypatch.setattr(Stage, "fill", full)
    with pytest.raises(DatabaseTrouble, match="disk of the database is full"):
        import_products(rows(MILK))
    assert session.scalars(select(Run.state)).all() == ["failed"]


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (errors.OutOfMemory("out of memory"), "no memory left"),
        (errors.DeadlockDetected("deadlock detected"), "start it again"),
        (errors.ReadOnlySqlTransaction("read-only"), "is it a replica"),
        (errors.InsufficientPrivilege("permission denied for table product"), "does not allow"),
        (errors.CheckViolation("violates check"), "refused the data"),
        (psycopg2.OperationalError("SSL connection has been closed"), "went away in the middle"),
        (psycopg2.InterfaceError("connection already closed"), "went away in the middle"),
        (errors.SyntaxError("syntax error"), "refused the work"),
    ],
)
def test_what_the_database_says_is_said_in_words(error, says):
    assert says in str(in_words(error))


def test_something_unforeseen_is_noted_under_the_run(import_products, session, monkeypatch):
    def broken(engine, report):
        raise ZeroDivisionError

    monkeypatch.setattr(Engine, "_gather", broken)
    with pytest.raises(ZeroDivisionError):
        import_products(rows(MILK))
    run = session.scalars(select(Run)).one()
    assert run.state == "failed"
    assert str(run.uuid) in run.message
