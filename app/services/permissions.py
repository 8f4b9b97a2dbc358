"""Permissions: what a role may be allowed, and what a user is allowed."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.errors import AppError
from app.models.users import (
    ADMINISTRATOR,
    BUILT_IN_ROLES,
    EVERYBODY,
    Role,
    RolePermission,
    User,
    UserRole,
)

VERBS = ("list", "view", "create", "edit", "delete")


class UnknownPermission(AppError):
    """There is no such permission; see `storekeeper permissions`."""


class AdministratorHasAll(AppError):
    """The administrator may do everything; this role has no list of permissions."""


class _Everything(frozenset[str]):
    """The permissions of an administrator: also those that a plugin brings tomorrow."""

    def __contains__(self, permission: object) -> bool:
        return True

    def __repr__(self) -> str:
        return "EVERYTHING"


EVERYTHING: frozenset[str] = _Everything()


def known(views: Iterable[str], pages: Iterable[str] = ()) -> tuple[str, ...]:
    """Every permission there is: five for each view, and those that pages name themselves."""
    return tuple(sorted({f"{view}.{verb}" for view in views for verb in VERBS} | set(pages)))


def permissions_of(session: Session, user: User) -> frozenset[str]:
    """What a user may do: all their roles together, and the role that everybody has."""
    if not user.active:
        return frozenset()
    if user.is_administrator:
        return EVERYTHING
    theirs = select(UserRole.role_uuid).where(UserRole.user_uuid == user.uuid)
    query = (
        select(RolePermission.permission)
        .join(RolePermission.role)
        .where(or_(Role.built_in == EVERYBODY, Role.uuid.in_(theirs)))
    )
    return frozenset(session.scalars(query))


def permissions_of_role(session: Session, role: Role) -> frozenset[str]:
    """What a role allows."""
    if role.built_in == ADMINISTRATOR:
        return EVERYTHING
    query = select(RolePermission.permission).where(RolePermission.role_uuid == role.uuid)
    return frozenset(session.scalars(query))


def covers(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether one may do all that the other may."""
    return mine is EVERYTHING or (theirs is not EVERYTHING and theirs <= mine)


def set_permissions(
    session: Session, role: Role, names: Collection[str], *, known: Collection[str]
) -> None:
    """Let a role allow exactly these; keeps those of plugins that are not loaded now.

    The caller has asked `users.may_shape` whether this user may do so. Raises UnknownPermission.
    """
    if role.built_in == ADMINISTRATOR:
        raise AdministratorHasAll
    wrong = sorted(set(names) - set(known))
    if wrong:
        raise UnknownPermission(f"There is no permission {', '.join(wrong)}.")
    has = permissions_of_role(session, role)
    gone = (has & set(known)) - set(names)
    session.execute(
        delete(RolePermission).where(
            RolePermission.role_uuid == role.uuid, RolePermission.permission.in_(gone)
        )
    )
    session.add_all(
        RolePermission(role_uuid=role.uuid, permission=name) for name in sorted(set(names) - has)
    )
    session.flush()
    session.expire(role, ["permissions"])


def ensure_built_in_roles(session: Session) -> dict[str, Role]:
    """The roles that are always there, made if they are not; any number of processes may ask."""
    query = select(Role).where(Role.built_in.in_(BUILT_IN_ROLES))
    roles = session.scalars(query).all()
    if len(roles) < len(BUILT_IN_ROLES):
        rows = [{"name": name.capitalize(), "built_in": name} for name in BUILT_IN_ROLES]
        session.execute(insert(Role).values(rows).on_conflict_do_nothing())
        roles = session.scalars(query).all()
    return {role.built_in: role for role in roles if role.built_in}
