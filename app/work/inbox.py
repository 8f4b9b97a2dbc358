"""What waits for people: the incidents that need attention, and what is new to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, and_, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from app.models.incidents import MAIL_WISHES, Incident, IncidentEvent, IncidentReader
from app.models.users import UserRole
from app.work.incident_events import now

WAITING = ("open", "acknowledged")


@dataclass(frozen=True)
class Counts:
    """How many incidents need attention, and how many of them have news for somebody."""

    waiting: int
    new: int


def counts(session: Session, user_uuid: UUID) -> Counts:
    """For the bell and the menu: one question, which looks at what is not closed."""
    looked = select(IncidentReader.seen_at).where(IncidentReader.user_uuid == user_uuid)
    since = func.coalesce(
        looked.scalar_subquery(), literal("-infinity", literal_execute=True).cast(_MOMENT)
    )
    news = exists().where(
        IncidentEvent.incident_uuid == Incident.uuid, IncidentEvent.happened_at > since,
        IncidentEvent.user_uuid.is_distinct_from(user_uuid),
        or_(IncidentEvent.kind != "noted", IncidentEvent.tell),
    )  # fmt: skip
    query = select(func.count(), func.count().filter(news)).where(Incident.state.in_(WAITING))
    return Counts(*session.execute(query).one())


def waiting(session: Session, *, limit: int = 6) -> list[Incident]:
    """What needs attention: the most severe first, then what has waited longest."""
    query = select(Incident).where(Incident.state.in_(WAITING))
    query = query.options(joinedload(Incident.assigned_user), joinedload(Incident.assigned_role))
    # In the order of the alphabet critical, error, warning happen to be most severe first.
    order = (Incident.severity, Incident.opened_at, Incident.uuid)
    return list(session.scalars(query.order_by(*order).limit(limit)))


def looked(session: Session, user_uuid: UUID, *, at: datetime | None = None) -> None:
    """Somebody has seen the list: nothing is new to them now."""
    _keep(session, user_uuid, seen_at=at or now())


def wish(session: Session, user_uuid: UUID, mails: str) -> None:
    """Somebody says which mails they want: all, mine or none."""
    if mails not in MAIL_WISHES:
        raise ValueError(mails)
    _keep(session, user_uuid, mails=mails)


def is_of(user_uuid: UUID | None) -> ColumnElement[bool]:
    """Whether an incident is assigned to a user, or to one of their roles."""
    roles = select(UserRole.role_uuid).where(UserRole.user_uuid == user_uuid)
    by_role = and_(Incident.assigned_user_uuid.is_(None), Incident.assigned_role_uuid.in_(roles))
    # What nobody has is not known to be theirs; that must count as no.
    return func.coalesce(or_(Incident.assigned_user_uuid == user_uuid, by_role), False)


_MOMENT = DateTime(timezone=True)


def _keep(session: Session, user_uuid: UUID, **facts: object) -> None:
    row = insert(IncidentReader).values(user_uuid=user_uuid, **facts)
    session.execute(row.on_conflict_do_update(index_elements=["user_uuid"], set_=facts))
