"""Who may sign in, what they may do, and what they did at the door."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Moment, Now, one_of, reference
from app.models.people import Person

ADMINISTRATOR = "administrator"
EVERYBODY = "everybody"
BUILT_IN_ROLES = (ADMINISTRATOR, EVERYBODY)
EVENT_KINDS = (
    "login", "login_failed", "logout", "password_changed", "user_created", "role_granted",
    "role_withdrawn", "activated", "deactivated", "denied",
)  # fmt: skip


class User(Model):
    """Somebody, or some machine, that may sign in.

    The password hash (argon2id) and the session key are secrets: they have no history.
    """

    __tablename__ = "user"
    __table_args__ = (
        Index("uq_user_username", text("lower(username)"), unique=True),
        {"comment": "Who may sign in."},
    )
    __versioned__ = {"exclude": ["password_hash", "session_key", "last_login_at"]}

    username: Mapped[str] = mapped_column(Text)
    person_uuid: Mapped[UUID | None] = reference("person", nullable=True)
    password_hash: Mapped[str | None] = mapped_column(Text)
    session_key: Mapped[str | None] = mapped_column(
        Text, comment="Part of every session; a new one ends them all"
    )
    last_login_at: Mapped[Moment | None]
    active: Mapped[bool] = mapped_column(default=True, server_default="true")

    person: Mapped[Person | None] = relationship()
    roles: Mapped[list[Role]] = relationship(
        secondary="user_role", back_populates="users", order_by="Role.name"
    )

    @property
    def name(self) -> str:
        return str(self.person) if self.person else self.username

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    @property
    def is_administrator(self) -> bool:
        return any(role.built_in == ADMINISTRATOR for role in self.roles)

    def __str__(self) -> str:
        return self.name


class Role(Model):
    """A bundle of permissions. The administrator has all of them, everybody has `everybody`'s."""

    __tablename__ = "role"
    __table_args__ = (one_of("built_in", BUILT_IN_ROLES), {"comment": "Bundles of permissions."})
    __versioned__ = {}

    name: Mapped[str] = mapped_column(Text, unique=True)
    built_in: Mapped[str | None] = mapped_column(Text, unique=True)
    notes: Mapped[str | None] = mapped_column(Text)

    users: Mapped[list[User]] = relationship(secondary="user_role", back_populates="roles")
    permissions: Mapped[list[RolePermission]] = relationship(
        back_populates="role", order_by="RolePermission.permission", passive_deletes="all"
    )

    def __str__(self) -> str:
        return self.name


class UserRole(Model):
    """A role of a user."""

    __tablename__ = "user_role"
    __table_args__ = (
        UniqueConstraint("user_uuid", "role_uuid"),
        {"comment": "Which users have which roles."},
    )
    __versioned__ = {}

    user_uuid: Mapped[UUID] = reference("user", owner=True, index=False)
    role_uuid: Mapped[UUID] = reference("role", owner=True)


class RolePermission(Model):
    """A permission of a role, such as products.edit."""

    __tablename__ = "role_permission"
    __table_args__ = (
        UniqueConstraint("role_uuid", "permission"),
        {"comment": "Which roles have which permissions."},
    )
    __versioned__ = {}

    role_uuid: Mapped[UUID] = reference("role", owner=True, index=False)
    permission: Mapped[str] = mapped_column(Text)

    role: Mapped[Role] = relationship(back_populates="permissions")

    def __str__(self) -> str:
        return self.permission


class UserEvent(Model):
    """What a user did at the door; rows are only ever added."""

    __tablename__ = "user_event"
    __table_args__ = (
        one_of("kind", EVENT_KINDS),
        Index("ix_user_event_username_happened_at", text("lower(username)"), "happened_at"),
        {"comment": "Logins, refusals and changes of rights; rows are only ever added."},
    )

    user_uuid: Mapped[UUID | None] = mapped_column(
        index=True, comment="No foreign key: the event outlives the user"
    )
    username: Mapped[str] = mapped_column(Text, comment="As typed")
    kind: Mapped[str] = mapped_column(Text)
    happened_at: Mapped[Now] = mapped_column(index=True)
    remote_address: Mapped[str | None] = mapped_column(Text, index=True)
    detail: Mapped[str | None] = mapped_column(Text)

    def __str__(self) -> str:
        return f"{self.username}: {self.kind}"
