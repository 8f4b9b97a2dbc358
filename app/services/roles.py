"""Roles: making and changing them; nobody hands out more than they have."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.errors import AppError
from app.models.users import ADMINISTRATOR, EVERYBODY, Role
from app.services import dependents
from app.services.permissions import (
    By,
    may_hand_out,
    require_power_over_role,
    set_permissions,
)


class AlwaysThere(AppError):
    """This role is always there; it cannot be deleted."""


def save(
    session: Session,
    role: Role,
    *,
    by: By,
    name: str,
    notes: str | None,
    allows: Collection[str],
    known: Collection[str],
    idle_minutes: int | None = None,
) -> Role:
    """Keep a new or changed role that allows exactly these; the administrator has all anyway.

    Raises BeyondYou when the role allows, before or afterwards, more than whoever acts may do.
    """
    if role.uuid is not None:
        require_power_over_role(session, role, by=by)
    role.name, role.notes, role.idle_minutes = name, notes, idle_minutes
    session.add(role)
    session.flush()
    if role.built_in != ADMINISTRATOR:
        set_permissions(session, role, allows, known=known)
        require_power_over_role(session, role, by=by)
    return role


def delete(session: Session, role: Role, *, by: By) -> None:
    """Delete a role; its users lose what it allowed at their next click."""
    if role.built_in:
        raise AlwaysThere
    require_power_over_role(session, role, by=by)
    dependents.delete(session, role)


def to_hand_out(session: Session, *, by: By) -> list[Role]:
    """The roles that somebody may grant and withdraw, by name."""
    query = select(Role).options(selectinload(Role.permissions)).order_by(Role.name)
    query = query.where(Role.built_in.is_distinct_from(EVERYBODY))
    return [role for role in session.scalars(query) if may_hand_out(session, role, by=by)]
