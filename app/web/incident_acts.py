"""What people do with incidents, as forms send it: each act is one POST with a few fields."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import get_timezone
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.db.types import uuid_of
from app.errors import AppError
from app.models.users import EVERYBODY, Role, User
from app.services import zones
from app.web import formats
from app.work import incidents

MORNING = time(8)
MOST_PEOPLE = 500
SNOOZES = {"hour": _l("for 1 hour"), "morning": _l("until tomorrow, 8:00"), "until": _l("until …")}


class NoTime(AppError):
    """Say until when, as 2026-11-23 14:30."""


class NoSuchOwner(AppError):
    """Choose a user or a role of the list."""


class NothingToNote(AppError):
    """Write something into the note first."""


def act_on(session, incident, act, fields, by):
    """Do one of acknowledge, snooze, assign, close and note. AppError refuses."""
    note, at = fields.get("note", "").replace("\0", "").strip(), formats.now()
    told = {"by": by, "note": note, "at": at}
    if act == "acknowledge":
        incidents.acknowledge(session, incident, **told)
    elif act == "close":
        incidents.close(session, incident, **told)
    elif act == "snooze":
        incidents.snooze(session, incident, until=snoozed_until(fields, at), **told)
    elif act == "assign":
        incidents.assign(session, incident, to=owner(session, fields.get("to", "")), **told)
    elif not note:
        raise NothingToNote
    else:
        incidents.note(session, incident, note, by=by, at=at)


def snoozed_until(fields, at):
    """The moment that a form means, by the clock of the shop."""
    zone = ZoneInfo(str(get_timezone()))
    if fields.get("snooze") == "hour":
        return at + timedelta(hours=1)
    if fields.get("snooze") == "morning":
        tomorrow = zones.day_of(at, zone) + timedelta(days=1)
        return zones.moment(datetime.combine(tomorrow, MORNING), zone)
    try:
        return zones.moment(
            datetime.fromisoformat(fields.get("until", "")).replace(tzinfo=None), zone
        )
    except (ValueError, OverflowError):
        raise NoTime from None


def owner(session, text):
    """Whom `user:…` or `role:…` names; None for nobody."""
    if not text:
        return None
    kind, _colon, key = text.partition(":")
    model = {"user": User, "role": Role}.get(kind)
    uuid = uuid_of(key)
    found = session.get(model, uuid) if model and uuid else None
    if found is None:
        raise NoSuchOwner
    return found


def owners(session):
    """(roles, users) to choose from, by name."""
    roles = select(Role).where(Role.built_in.is_distinct_from(EVERYBODY)).order_by(Role.name)
    users = select(User).where(User.active).options(joinedload(User.person))
    found = session.scalars(users.order_by(User.username).limit(MOST_PEOPLE)).all()
    return session.scalars(roles).all(), sorted(found, key=lambda user: user.name.lower())
