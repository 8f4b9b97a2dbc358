"""An incident opens once for each cause, is counted, answered, closed, and may come back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from app.config.incidents import steps_of
from app.models.incidents import Incident, IncidentEvent
from app.models.users import Role
from app.services import users
from app.services.permissions import ensure_built_in_roles
from app.work import incident_clock, incidents

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def later(**span):
    return AT + timedelta(**span)


@pytest.fixture
def ann(session):
    return users.create(session, "ann", by=None, name="Ann Lee")


@pytest.fixture
def warm(session):
    """A freezer is too warm."""
    return incidents.report(session, "freezer.warm", fingerprint="freezer:3", at=AT,
                            title="Freezer 3 is too warm")  # fmt: skip


def kinds(session, incident):
    query = select(IncidentEvent.kind).where(IncidentEvent.incident_uuid == incident.uuid)
    return session.scalars(query.order_by(IncidentEvent.uuid)).all()


def test_the_second_report_of_a_cause_is_counted(session, warm):
    again = incidents.report(session, "freezer.warm", fingerprint="freezer:3",
                             title="Freezer 3 is still too warm", at=later(minutes=5))  # fmt: skip
    assert again is warm
    assert (warm.count, warm.state, warm.last_seen_at) == (2, "open", later(minutes=5))
    assert warm.title == "Freezer 3 is still too warm"
    assert kinds(session, warm) == ["opened"]


def test_counting_uses_up_no_numbers(session, warm):
    for _ in range(5):
        incidents.report(session, "freezer.warm", fingerprint="freezer:3", title="Warm")
    assert incidents.report(session, "other", title="Other").number == warm.number + 1


def test_another_cause_is_another_incident(session, warm):
    other = incidents.report(session, "freezer.warm", fingerprint="freezer:4", title="Freezer 4")
    assert other.uuid != warm.uuid


def test_recovery_closes_it_once(session, warm):
    assert incidents.recover(session, "freezer:3", at=later(hours=1)) is warm
    assert incidents.recover(session, "freezer:3") is None
    session.refresh(warm)
    assert (warm.state, warm.closed_by, warm.closed_at) == ("closed", None, later(hours=1))
    assert kinds(session, warm) == ["opened", "recovered"]


def test_one_that_comes_back_is_new_and_knows_the_one_before(session, warm):
    incidents.recover(session, "freezer:3")
    again = incidents.report(session, "freezer.warm", fingerprint="freezer:3", title="Warm again")
    assert (again.previous, again.count, again.state) == (warm, 1, "open")
    assert again.uuid != warm.uuid


def test_a_worse_report_raises_it_and_ends_its_snooze(session, ann, warm):
    incidents.snooze(session, warm, until=later(hours=2), by=ann, at=AT)
    incidents.report(session, "freezer.warm", fingerprint="freezer:3", title="Warm",
                     severity="critical")  # fmt: skip
    assert (warm.severity, warm.state) == ("critical", "open")
    incidents.report(session, "freezer.warm", fingerprint="freezer:3", title="Warm",
                     severity="warning")  # fmt: skip
    assert warm.severity == "critical"
    assert kinds(session, warm) == ["opened", "snoozed", "raised"]


def test_it_belongs_to_a_role_from_the_start(session):
    managers = Role(name="Managers")
    session.add(managers)
    session.flush()
    found = incidents.report(session, "x", title="X", owner="managers")
    assert found.owner is managers
    assert incidents.report(session, "y", title="Y", owner="nobody knows").owner is None


def test_a_title_is_one_line_whatever_was_reported(session):
    found = incidents.report(session, "x", title="  one\r\nBcc: eve@x.org\0 two ", detail="a\0b\nc")
    assert (found.title, found.detail) == ("one Bcc: eve@x.org two", "a b\nc")


def test_what_rolls_back_is_not_reported_but_apart_it_is(session):
    outer = session.begin_nested()
    incidents.report(session, "lost", title="Lost")
    outer.rollback()
    assert session.scalar(select(Incident).filter_by(key="lost")) is None
    incidents.report_apart("kept", title="Kept")
    assert session.scalar(select(Incident).filter_by(key="kept")) is not None


def test_somebody_acknowledges_it_and_a_second_is_told(session, ann, warm):
    incidents.acknowledge(session, warm, by=ann, note="On my way", at=later(minutes=3))
    assert (warm.state, warm.acknowledged_by) == ("acknowledged", ann)
    with pytest.raises(incidents.AlreadyAnswered):
        incidents.acknowledge(session, warm, by=ann)


def test_what_is_closed_takes_no_answer(session, ann, warm):
    incidents.close(session, warm, by=ann, note="New door seal")
    assert (warm.state, warm.closed_by) == ("closed", ann)
    for act in (incidents.acknowledge, incidents.close):
        with pytest.raises(incidents.AlreadyClosed):
            act(session, warm, by=ann)


def test_it_is_assigned_to_a_user_or_to_a_role(session, ann, warm):
    managers = Role(name="Managers")
    session.add(managers)
    incidents.assign(session, warm, to=managers, by=ann)
    assert warm.owner is managers
    incidents.assign(session, warm, to=ann, by=ann)
    assert (warm.owner, warm.assigned_role) == (ann, None)
    ann.active = False
    with pytest.raises(incidents.NobodyToAssign):
        incidents.assign(session, warm, to=ann, by=None)


@pytest.mark.parametrize("wait", [timedelta(0), timedelta(seconds=-1), timedelta(days=400)])
def test_a_snooze_ends_later_and_within_a_year(session, ann, warm, wait):
    with pytest.raises(incidents.NotLater):
        incidents.snooze(session, warm, until=AT + wait, by=ann, at=AT)


def test_what_was_seen_during_its_snooze_wakes_and_is_told(session, ann, warm):
    incidents.acknowledge(session, warm, by=ann, at=AT)
    incidents.snooze(session, warm, until=later(hours=1), by=ann, at=later(minutes=1))
    assert warm.state == "snoozed"
    incidents.report(session, "freezer.warm", fingerprint="freezer:3", title="Warm",
                     at=later(minutes=30))  # fmt: skip
    assert incident_clock.wake_due(session, at=later(minutes=59)) == 0
    assert incident_clock.wake_due(session, at=later(hours=1)) == 1
    assert (warm.state, warm.waiting_since) == ("open", later(hours=1))
    assert warm.events[0].kind == "woke"
    assert warm.events[0].tell


def test_what_was_not_seen_wakes_quietly(session, ann, warm):
    incidents.snooze(session, warm, until=later(hours=1), by=ann, at=AT)
    incident_clock.wake_due(session, at=later(hours=2))
    assert warm.state == "open"
    assert not warm.events[0].tell


def test_steps_are_taken_in_turn_while_nobody_answers(session, ann, warm):
    ensure_built_in_roles(session)
    session.add(Role(name="Managers"))
    steps = steps_of(["2 h: administrator", "30 min: managers"])
    due = [incident_clock.escalate_due(session, steps, at=later(minutes=m)) for m in (29, 30, 31)]
    assert due == [0, 1, 0]
    assert incident_clock.escalate_due(session, steps, at=later(hours=2)) == 1
    notes = [event.note for event in warm.events if event.kind == "escalated"]
    assert notes == ["Administrator", "Managers"]
    assert incident_clock.escalate_due(session, steps, at=later(days=9)) == 0


def test_warnings_and_what_is_acknowledged_are_not_escalated(session, ann, warm):
    incidents.acknowledge(session, warm, by=ann)
    incidents.report(session, "disk", title="Disk", severity="warning", at=AT)
    assert incident_clock.escalate_due(session, steps_of(["1 s: x"]), at=later(days=1)) == 0


def test_a_role_that_is_gone_is_said(session, warm):
    incident_clock.escalate_due(session, steps_of(["1 s: Buyers"]), at=later(days=1))
    assert warm.events[0].note == "Buyers (?)"


def test_errors_that_stopped_are_forgotten(session, warm):
    old = incidents.report(session, "log.error", fingerprint="a", title="A", at=AT)
    new = incidents.report(session, "log.error", fingerprint="b", title="B", at=later(days=6))
    incident_clock.forget(session, ["log.error"], unseen_since=later(days=1), at=later(days=8))
    session.expire_all()
    assert [one.state for one in (old, new, warm)] == ["closed", "open", "open"]


@pytest.mark.parametrize("text", ["30 min", "Managers", "soon: Managers", "30 min:", "-1 h: x"])
def test_a_step_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        steps_of([text])


def test_twenty_processes_report_one_cause(own_database):
    from app import create_app
    from app.db import db

    app = create_app(own_database, web=False)
    start, ended = Barrier(20), []

    def tell():
        start.wait()
        with app.app_context():
            incidents.report_apart("freezer.warm", fingerprint="freezer:3", title="Warm")
        ended.append(True)

    threads = [Thread(target=tell) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        found = db.session.execute(select(Incident.count, Incident.number)).all()
        events = db.session.scalar(select(func.count()).select_from(IncidentEvent))
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
    assert len(ended) == 20
    assert [(row.count, events) for row in found] == [(20, 1)]
