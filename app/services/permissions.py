"""Permissions: what a role may be allowed, and what a user is allowed."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db.unit_of_work import Person
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

By = Person | str | None
"""Who acts: a user, whose powers count, or the name of whoever sits at the command line."""

VERBS = ("list", "view", "create", "edit", "delete")


class UnknownPermission(AppError):
    """There is no such permission; see `storekeeper permissions`."""


class AdministratorHasAll(AppError):
    """The administrator may do everything; this role has no list of permissions."""


class BeyondYou(AppError):
    """You can hand out only what you may do yourself, and only to others."""


class LastAdministrator(AppError):
    """This is the last active administrator; make another one first."""


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

    The caller has asked `require_power_over_role` first. Raises UnknownPermission.
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


# -- powers ------------------------------------------------------------------------------------


def has_administrator(session: Session) -> bool:
    """Whether anybody active may do everything."""
    return bool(session.scalar(select(_administrators().exists())))


def require_power_over_user(session: Session, user: User, *, by: By) -> None:
    """Refuse (BeyondYou) whoever acts on themselves, or on somebody who may do more than they."""
    acting = _acting(session, by)
    if acting is None:
        return
    mine, theirs = permissions_of(session, acting), permissions_of(session, user)
    if acting.uuid == user.uuid or user.is_administrator or not covers(mine, theirs):
        raise BeyondYou


def require_power_over_role(session: Session, role: Role, *, by: By) -> None:
    """Refuse (BeyondYou) whoever would hand out, take or edit more than they may do themselves."""
    if not may_hand_out(session, role, by=by):
        raise BeyondYou


def may_hand_out(session: Session, role: Role, *, by: By) -> bool:
    """Whether somebody may do all that a role allows."""
    acting = _acting(session, by)
    if acting is None:
        return True
    return covers(permissions_of(session, acting), permissions_of_role(session, role))


def require_another_administrator(session: Session, user: User) -> None:
    """Refuse when the shop would be left without an active administrator."""
    if not (user.active and user.is_administrator):
        return
    # Lock first: two administrators may remove each other at the same moment.
    session.scalars(select(Role).where(Role.built_in == ADMINISTRATOR).with_for_update()).one()
    if not session.scalar(select(_administrators().where(User.uuid != user.uuid).exists())):
        raise LastAdministrator


def _acting(session: Session, by: By) -> User | None:
    """The user whose powers limit this act; None for the command line and for administrators."""
    if by is None or isinstance(by, str):
        return None
    acting = session.get(User, by.uuid)
    if acting is None:
        raise BeyondYou
    return None if acting.active and acting.is_administrator else acting


def _administrators() -> Select[User]:
    return (
        select(User)
        .join(UserRole, UserRole.user_uuid == User.uuid)
        .join(Role, Role.uuid == UserRole.role_uuid)
        .where(User.active, Role.built_in == ADMINISTRATOR)
    )
