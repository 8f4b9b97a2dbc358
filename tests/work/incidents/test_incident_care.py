"""One call does all that is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.config import Config, Settings
from app.config.core import CORE_SETTINGS
from app.services.permissions import ensure_built_in_roles
from app.work import error_log, incidents
from app.work.incident_care import care

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def test_all_that_is_due_is_done_in_one_call(session, postbox, new_user):
    ensure_built_in_roles(session)
    ann = new_user("ann", administrator=True)
    told = {"incidents.mail_to": "shop@example.org", **postbox.config}
    settings = Settings(Config.of(told), CORE_SETTINGS)
    incidents.report(session, "job.failed", title="The nightly prices failed", at=AT)
    late = incidents.report(session, "late", title="Late", at=AT)
    incidents.snooze(session, late, until=AT + timedelta(minutes=30), by=ann, at=AT)
    incidents.report(session, "late", title="Late", at=AT + timedelta(minutes=10))
    incidents.report(session, error_log.KEY, title="Old", at=AT - timedelta(days=7))
    session.commit()
    done = care(settings, at=AT + timedelta(hours=1))
    assert (done.woken, done.escalated, done.forgotten) == (1, 2, 1)
    again = care(settings, at=AT + timedelta(hours=1, minutes=1))
    assert (again.woken, again.escalated, again.mails.tried) == (0, 0, 0)
    assert done.mails.sent == len(postbox.mails)
    assert [mail["Subject"] for mail in postbox.mails if mail["To"] == "ann@example.org"]
