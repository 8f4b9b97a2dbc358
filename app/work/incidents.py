"""Incidents: opened once for each cause, counted, answered by people, closed.

Whoever finds something that needs a person reports it; whoever finds it well again recovers it:

    incidents.report(session, "job.failed", fingerprint=f"job:{job.key}", title=…, link="/runs/…")
    incidents.recover(session, f"job:{job.key}")

Each change of state is an event in the same transaction; app/work/notifying.py tells people.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db import Model, unit_of_work
from app.errors import AppError
from app.models.incidents import SEVERITIES, Incident
from app.models.users import Role, User
from app.work.incident_events import By, clean, now, one_line, role_named, user_uuid, write_down

LONGEST_DETAIL = 20_000


class AlreadyClosed(AppError):
    """This incident is closed already; if it comes back, a new one opens."""


class AlreadyAnswered(AppError):
    """Somebody else was faster and has acknowledged this incident."""


class NotLater(AppError):
    """Choose a time that is still to come, at most a year from now."""


class NobodyToAssign(AppError):
    """This user cannot sign in any more; choose somebody else."""


# -- what machines say -------------------------------------------------------------------------


def report(
    session: Session,
    key: str,
    *,
    title: str,
    fingerprint: str | None = None,
    detail: str | None = None,
    severity: str = "error",
    link: str | None = None,
    subject: Model | None = None,
    owner: str | None = None,
    mailed: bool = True,
    count: int = 1,
    at: datetime | None = None,
) -> Incident:
    """Open an incident, or count the one that is open for this fingerprint.

    `key` says of what kind it is; the fingerprint (the key, if none is given) is the same for the
    same cause, whatever the moment. `link` is a path of the web app, `subject` the record it is
    about, `owner` the name of a role. Any number of processes may report one cause at once; a more
    severe report raises the incident and ends its snooze.

    It belongs to the transaction of the session: **if that rolls back, nobody hears of it.** Where
    the work itself failed use `report_apart`. The row stays locked until the end of the
    transaction, so report late in a long one.
    """
    at = at or now()
    facts: dict[str, Any] = {
        "title": one_line(title),
        "detail": clean(detail)[:LONGEST_DETAIL] if detail else None,
        "link": link,
        "subject_table": str(subject.__tablename__) if subject is not None else None,
        "subject_uuid": subject.uuid if subject is not None else None,
    }
    fingerprint = fingerprint or key
    uuid = _count_open(session, fingerprint, facts, count, at)
    if uuid is not None:
        incident = _fresh(session, uuid)
        _raise(session, incident, severity, at)
        return incident
    facts |= {"key": key, "severity": severity, "mailed": mailed, "count": count}
    uuid, is_new = _open(session, fingerprint, facts, at)
    incident = _fresh(session, uuid)
    if not is_new:  # another process opened it between our two statements
        _raise(session, incident, severity, at)
        return incident
    incident.assigned_role = role_named(session, owner) if owner else None
    write_down(session, incident, "opened", at=at)
    return incident


def report_apart(key: str, *, title: str, **facts: Any) -> UUID:
    """Report in a unit of work of its own, for an edge whose own work was rolled back.

    It is committed when this returns, whatever becomes of the caller's transaction. Takes what
    `report` takes, and needs an application context. A `subject` must be committed already.
    """
    with unit_of_work(reason="Incident") as session:
        return report(session, key, title=title, **facts).uuid


def recover(session: Session, fingerprint: str, *, at: datetime | None = None) -> Incident | None:
    """The cause is gone: close its incident; None when there is none. Cheap, so ask always."""
    query = select(Incident.uuid).where(
        Incident.fingerprint == fingerprint, Incident.closed_at.is_(None)
    )
    uuid = session.scalar(query)
    if uuid is None:
        return None
    incident = _locked(session, uuid)
    if incident.closed_at is None:
        incident.closed_at = at or now()
        write_down(session, incident, "recovered", at=incident.closed_at)
    return incident


def is_open(session: Session, fingerprint: str) -> bool:
    """Whether an incident of this cause is there that nobody closed."""
    query = select(Incident.uuid).where(
        Incident.fingerprint == fingerprint, Incident.closed_at.is_(None)
    )
    return session.scalar(query) is not None


def recover_apart(fingerprint: str) -> None:
    """Recover in a unit of work of its own."""
    with unit_of_work(reason="Incident") as session:
        recover(session, fingerprint)


# -- what people say ---------------------------------------------------------------------------


def acknowledge(
    session: Session, incident: Incident, *, by: By, note: str = "", at: datetime | None = None
) -> None:
    """Somebody looks after it: it is not escalated any more. Raises AlreadyAnswered."""
    at = at or now()
    _lock_open(session, incident)
    if incident.acknowledged_at is not None and incident.snoozed_until is None:
        raise AlreadyAnswered
    incident.acknowledged_at, incident.acknowledged_by_uuid = at, user_uuid(by)
    incident.snoozed_at = incident.snoozed_until = None
    write_down(session, incident, "acknowledged", by=by, note=note, at=at)


def snooze(
    session: Session,
    incident: Incident,
    *,
    until: datetime,
    by: By,
    note: str = "",
    at: datetime | None = None,
) -> None:
    """Be quiet about it until a moment; if it is seen meanwhile, people hear again then."""
    at = at or now()
    _lock_open(session, incident)
    if not 0 < (until - at).total_seconds() <= 366 * 86_400:
        raise NotLater
    incident.snoozed_at, incident.snoozed_until = at, until
    # As it is on clocks depends on who reads: the page shows the moment itself.
    write_down(session, incident, "snoozed", by=by, note=note, at=at)


def assign(
    session: Session,
    incident: Incident,
    *,
    to: User | Role | None,
    by: By,
    note: str = "",
    at: datetime | None = None,
) -> None:
    """Give it to a user or to everybody with a role; None: to nobody."""
    _lock_open(session, incident)
    if isinstance(to, User) and not to.active:
        raise NobodyToAssign
    incident.assigned_user_uuid = to.uuid if isinstance(to, User) else None
    incident.assigned_role_uuid = to.uuid if isinstance(to, Role) else None
    session.flush()
    session.expire(incident, ["assigned_user", "assigned_role"])
    told = ": ".join(part for part in (str(to) if to else "–", note.strip()) if part)
    write_down(session, incident, "assigned", by=by, note=told, at=at or now())


def close(
    session: Session, incident: Incident, *, by: By, note: str = "", at: datetime | None = None
) -> None:
    """A person says that it is done, and why. Raises AlreadyClosed."""
    at = at or now()
    _lock_open(session, incident)
    incident.closed_at, incident.closed_by_uuid = at, user_uuid(by)
    write_down(session, incident, "closed", by=by, note=note, at=at)


def note(
    session: Session, incident: Incident, text: str, *, by: By, at: datetime | None = None,
    tell: bool = False,
) -> None:  # fmt: skip
    """Write something down, also about one that is closed; with `tell` people hear of it, unless
    they want to be reminded later."""
    tell = tell and incident.snoozed_until is None
    write_down(session, incident, "noted", by=by, note=text, at=at or now(), tell=tell)


# -- inside ------------------------------------------------------------------------------------


def _count_open(
    session: Session, fingerprint: str, facts: dict[str, Any], count: int, at: datetime
) -> UUID | None:
    # An update first: an insert that meets a row would use up a number each time.
    return session.scalar(
        update(Incident)
        .where(Incident.fingerprint == fingerprint, Incident.closed_at.is_(None))
        .values(count=Incident.count + count, last_seen_at=_later(at), **facts)
        .returning(Incident.uuid)
        .execution_options(synchronize_session=False)
    )


def _open(
    session: Session, fingerprint: str, facts: dict[str, Any], at: datetime
) -> tuple[UUID, bool]:
    before = select(Incident.uuid).where(Incident.fingerprint == fingerprint)
    before = before.order_by(Incident.opened_at.desc()).limit(1)
    new = insert(Incident).values(
        fingerprint=fingerprint, opened_at=at, last_seen_at=at, waiting_since=at,
        previous_uuid=before.scalar_subquery(), **facts,
    )  # fmt: skip
    met = new.on_conflict_do_update(
        index_elements=[Incident.fingerprint],
        index_where=Incident.closed_at.is_(None),
        set_={
            "count": Incident.count + new.excluded.count,
            "last_seen_at": func.greatest(Incident.last_seen_at, new.excluded.last_seen_at),
        },
    )
    # PostgreSQL: xmax is 0 in a row that was inserted, and our own transaction in one we met.
    is_new = literal_column("incident.xmax = 0", Boolean())
    uuid, new_here = session.execute(met.returning(Incident.uuid, is_new)).one()
    return uuid, new_here


def _later(at: datetime) -> Any:
    return func.greatest(Incident.last_seen_at, at)


def _raise(session: Session, incident: Incident, severity: str, at: datetime) -> None:
    if SEVERITIES.index(severity) >= SEVERITIES.index(incident.severity):
        return
    incident.severity = severity
    incident.snoozed_at = incident.snoozed_until = None
    write_down(session, incident, "raised", at=at)


def _lock_open(session: Session, incident: Incident) -> None:
    # Lock first, look second: two people may press at once.
    session.refresh(incident, with_for_update={"of": Incident})
    if incident.closed_at is not None:
        raise AlreadyClosed


def _locked(session: Session, uuid: UUID) -> Incident:
    query = select(Incident).where(Incident.uuid == uuid).with_for_update(of=Incident)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _fresh(session: Session, uuid: UUID) -> Incident:
    query = select(Incident).where(Incident.uuid == uuid)
    return session.scalars(query.execution_options(populate_existing=True)).one()
