"""What happened to incidents, written down: the one place where their events are made."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.unit_of_work import Person
from app.models.incidents import Incident, IncidentEvent
from app.models.users import Role

By = Person | str | None
"""Who acts: a user, a name where no user is known, or nobody."""

LONGEST_TITLE, LONGEST_NOTE = 200, 2_000


def write_down(
    session: Session,
    incident: Incident,
    kind: str,
    *,
    at: datetime,
    by: By = None,
    role: Role | None = None,
    note: str = "",
    tell: bool = True,
) -> None:
    """Add an event; with `tell` it is a change of state that people hear of."""
    session.add(
        IncidentEvent(
            incident_uuid=incident.uuid, kind=kind, happened_at=at, user_uuid=user_uuid(by),
            by=by if isinstance(by, str) else None, role_uuid=role.uuid if role else None,
            note=clean(note).strip()[:LONGEST_NOTE] or None, tell=tell and incident.mailed,
        )
    )  # fmt: skip
    session.flush()
    session.expire(incident, ["events", "state"])


def role_named(session: Session, name: str) -> Role | None:
    """A role by its name, or a built-in one by its key, whatever the case."""
    asked = name.strip().lower()
    query = select(Role).where((func.lower(Role.name) == asked) | (Role.built_in == asked))
    return session.scalars(query.order_by(func.lower(Role.name) != asked).limit(1)).first()


def user_uuid(by: By) -> UUID | None:
    """The key of the user who acts, if a user does."""
    return None if by is None or isinstance(by, str) else by.uuid


def one_line(text: str) -> str:
    """A title in one line: it becomes the subject of a mail."""
    return " ".join(clean(text).split())[:LONGEST_TITLE] or "?"


def clean(text: str) -> str:
    """A text that the database can keep; control characters but line ends and tabs are replaced."""
    kept = (
        letter if letter in "\n\t" or (letter >= " " and not "\x7f" <= letter <= "\x9f") else " "
        for letter in text.encode("utf-8", "replace").decode()
    )
    return "".join(kept)


def now() -> datetime:
    """This moment, with its zone."""
    return datetime.now(UTC)
