"""Whom to write to about a change of an incident."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.models.incidents import Incident, IncidentEvent, IncidentReader
from app.models.people import EmailAddress
from app.models.users import ADMINISTRATOR, EVERYBODY, Role, RolePermission, User, UserRole


def recipients(session: Session, event: IncidentEvent, mail_to: Iterable[str]) -> list[str]:
    """The addresses, in small letters: those of the settings, and of users whom it concerns.

    A step of escalation goes to its role alone; that role then hears of what follows. Who acted
    gets no mail about it.
    """
    known = [address.lower() for address in mail_to]
    if event.kind == "escalated":
        found = _addresses(session, _has_role(event.role_uuid)) if event.role_uuid else []
        return sorted(set(found or known))
    incident = event.incident
    concerned = or_(_wishes(incident), _was_told(incident))
    others = User.uuid != event.user_uuid if event.user_uuid else User.uuid.is_not(None)
    return sorted({*known, *_addresses(session, and_(concerned, others))})


def wish_of(session: Session, user_uuid: UUID) -> str:
    """What mails a user wants: all, mine or none."""
    query = select(IncidentReader.mails).where(IncidentReader.user_uuid == user_uuid)
    return session.scalar(query) or "mine"


def _wishes(incident: Incident) -> ColumnElement[bool]:
    """Those whose it is, unless they want no mails; those who want all and may see incidents."""
    theirs = select(IncidentReader.mails).where(IncidentReader.user_uuid == User.uuid)
    wish = theirs.correlate(User).scalar_subquery()
    mine = or_(
        User.uuid == incident.assigned_user_uuid,
        _has_role(incident.assigned_role_uuid),
    )
    return or_(and_(mine, wish.is_distinct_from("none")), and_(wish == "all", _may_view()))


def _was_told(incident: Incident) -> ColumnElement[bool]:
    """Users to whose role it was escalated before."""
    roles = select(IncidentEvent.role_uuid).where(
        IncidentEvent.incident_uuid == incident.uuid, IncidentEvent.kind == "escalated"
    )
    return exists().where(UserRole.user_uuid == User.uuid, UserRole.role_uuid.in_(roles))


def _has_role(role: UUID | None) -> ColumnElement[bool]:
    return exists().where(UserRole.user_uuid == User.uuid, UserRole.role_uuid == role)


def _may_view() -> ColumnElement[bool]:
    opened = select(RolePermission.role_uuid).where(RolePermission.permission == "incidents.view")
    opens = or_(Role.built_in == ADMINISTRATOR, Role.uuid.in_(opened))
    has = exists().where(UserRole.user_uuid == User.uuid, UserRole.role_uuid == Role.uuid, opens)
    everybody = exists().where(Role.built_in == EVERYBODY, Role.uuid.in_(opened))
    return or_(has, everybody)


def _addresses(session: Session, who: ColumnElement[bool]) -> list[str]:
    """The first valid address of each active user."""
    query = (
        select(EmailAddress.address)
        .join(User, User.person_uuid == EmailAddress.person_uuid)
        .where(User.active, EmailAddress.valid, who)
        .ext(distinct_on(User.uuid))
        .order_by(User.uuid, EmailAddress.position, EmailAddress.uuid)
    )
    return [address.strip().lower() for address in session.scalars(query)]
