"""Errors in the log are grouped into incidents, and logging never suffers from it."""

from __future__ import annotations

import logging
import threading
import time

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from app.config import Config, Settings
from app.config.core import CORE_SETTINGS
from app.models.incidents import Incident
from app.work import error_log, incidents

log = logging.getLogger("poser.till")


@pytest.fixture
def handler(app, session):
    """Takes errors in this process; `flush` writes them, as the thread would."""
    made = error_log.IncidentHandler(app, pause=3600)
    logging.getLogger().addHandler(made)
    yield made
    logging.getLogger().removeHandler(made)
    made.close()


def reported(session):
    session.expire_all()
    query = select(Incident).where(Incident.key == error_log.KEY)
    return session.scalars(query.order_by(Incident.number)).all()


def read_till(text):
    return int(text)


def read_sales(text):
    return int(text)


def fail(read=read_till, text="12,5"):
    try:
        read(text)
    except ValueError:
        log.exception("The till %s cannot be read", text)


def test_five_hundred_errors_of_one_cause_are_one_incident(session, handler):
    for number in range(500):
        fail(text=f"x{number}")
    handler.flush()
    [found] = reported(session)
    assert (found.count, found.severity, found.state) == (500, "error", "open")
    assert found.title.startswith("ValueError in")
    assert "test_error_log.read_till" in found.title
    for _ in range(3):
        fail()
    handler.flush()
    assert [one.count for one in reported(session)] == [503]


def test_errors_of_other_places_or_types_are_others(session, handler):
    fail()
    fail(read_sales)
    log.error("The till %s is offline", 3)
    log.error("The till %s is offline", 4)
    handler.flush()
    assert [one.count for one in reported(session)] == [1, 1, 2]


def test_warnings_open_nothing(session, handler):
    log.warning("Nearly")
    handler.flush()
    assert reported(session) == []


def test_the_innermost_place_of_our_code_counts_not_that_of_a_library(session, handler):
    try:
        session.begin_nested()
        session.execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": "secret-ann"})
    except SQLAlchemyError:
        session.rollback()
        log.exception("No answer")
    handler.flush()
    [found] = reported(session)
    assert "test_the_innermost_place" in found.fingerprint
    assert 'relation "nowhere" does not exist' in found.detail
    assert "secret-ann" not in found.detail + found.title


def test_a_password_in_an_address_is_not_kept(session, handler):
    log.error("No answer from postgresql://ann:hunter2@db/shop")
    handler.flush()
    [found] = reported(session)
    assert "hunter2" not in f"{found.title} {found.detail} {found.fingerprint}"


def test_an_error_while_reporting_is_not_reported(session, handler, monkeypatch, caplog):
    def broken(*args, **facts):
        log.error("Reporting failed, too")
        raise RuntimeError("no database")

    log.error("First")
    with monkeypatch.context() as patch:
        patch.setattr(incidents, "report_apart", broken)
        handler.flush()
    assert "could not be reported" in caplog.text
    handler.flush()
    assert [one.title for one in reported(session)] == ["First"]


def test_logging_does_not_wait_and_what_is_too_much_is_dropped(handler, monkeypatch):
    monkeypatch.setattr(handler, "_start", lambda: None)
    begun = time.monotonic()
    for number in range(error_log.WAITING + 500):
        log.error("Error %s", number)
    assert time.monotonic() - begun < 5
    assert handler.dropped == 500


def test_very_many_causes_are_told_as_one(session, handler):
    for number in range(error_log.CAUSES + 30):
        logging.getLogger(f"poser.{number}").error("No")
    handler.flush()
    found = reported(session)
    assert len(found) == error_log.CAUSES + 1
    assert (found[-1].title, found[-1].count) == ("Many different errors", 30)


def test_a_message_that_does_not_fit_its_arguments_is_told_as_meant(session, handler):
    handler.handle(log.makeRecord(log.name, logging.ERROR, "", 0, "%d tills", ("x",), None))
    handler.flush()
    assert [one.title for one in reported(session)] == ["%d tills"]


def test_a_process_watches_if_the_settings_say_so(own_database):
    from app import create_app
    from app.db import db

    app = create_app(own_database, web=False)
    handler = error_log.watch(app, pause=0.05)
    log.error("In the thread")
    with app.app_context():
        query = select(Incident.title).where(Incident.key == error_log.KEY)
        deadline = time.monotonic() + 20
        while not (found := db.session.scalars(query).all()) and time.monotonic() < deadline:
            db.session.rollback()
            time.sleep(0.05)
    assert found == ["In the thread"]
    app.extensions["settings"] = Settings(Config.of({"incidents.from_logs": "off"}), CORE_SETTINGS)
    assert error_log.watch(app) is None
    assert handler not in logging.getLogger().handlers
    assert error_log.NAME not in [thread.name for thread in threading.enumerate()]
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def test_what_waits_is_written_when_the_process_ends(own_database):
    from app import create_app
    from app.db import db

    app = create_app(own_database, web=False)
    handler = error_log.watch(app, pause=60)
    log.error("At the end")
    logging.getLogger().removeHandler(handler)
    handler.close()
    with app.app_context():
        assert db.session.scalars(select(Incident.title)).all() == ["At the end"]
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
