"""Who may sign in, what they may do, and what they did at the door."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Moment, Now, one_of, reference
from app.models.people import Person

ADMINISTRATOR = "administrator"
EVERYBODY = "everybody"
BUILT_IN_ROLES = (ADMINISTRATOR, EVERYBODY)
EVENT_KINDS = (
    "login", "login_failed", "logout", "password_changed", "user_created", "role_granted",
    "role_withdrawn", "activated", "deactivated", "denied", "token_made", "token_revoked",
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
    __annotated__ = True

    username: Mapped[str] = mapped_column(Text)
    person_uuid: Mapped[UUID | None] = reference("person", nullable=True)
    password_hash: Mapped[str | None] = mapped_column(Text)
    session_key: Mapped[str | None] = mapped_column(
        Text, comment="Part of every session; a new one ends them all"
    )
    last_login_at: Mapped[Moment | None]
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    stays_active: Mapped[bool] = mapped_column(
        default=False, server_default="false", comment="No import or clean-up may deactivate them"
    )
    password_fixed: Mapped[bool] = mapped_column(
        default=False, server_default="false",
        comment="They may not change their own password, as with one that a team shares",
    )  # fmt: skip

    person: Mapped[Person | None] = relationship(back_populates="users")
    roles: Mapped[list[Role]] = relationship(
        secondary="user_role", back_populates="users", order_by="Role.name"
    )
    tokens: Mapped[list[UserToken]] = relationship(
        back_populates="user", order_by="UserToken.description", passive_deletes="all"
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
    __table_args__ = (
        one_of("built_in", BUILT_IN_ROLES),
        CheckConstraint("idle_minutes > 0", name="idle_minutes_positive"),
        {"comment": "Bundles of permissions."},
    )
    __versioned__ = {}

    name: Mapped[str] = mapped_column(Text, unique=True)
    built_in: Mapped[str | None] = mapped_column(Text, unique=True)
    notes: Mapped[str | None] = mapped_column(Text)
    idle_minutes: Mapped[int | None] = mapped_column(
        comment="Sessions end after so long without a click; the shortest of a user's roles counts"
    )

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


class UserToken(Model):
    """A key by which a machine acts as a user; only its hash is kept.

    It has no history, so that no undo brings back one that was revoked; `user_event` tells of both.
    """

    __tablename__ = "user_token"
    __table_args__ = (
        CheckConstraint("token_hash ~ '^[0-9a-f]{64}$'", name="token_hash_in_hex"),
        {"comment": "Keys by which machines act as users; only hashes are kept."},
    )

    user_uuid: Mapped[UUID] = reference("user", owner=True)
    description: Mapped[str] = mapped_column(Text, comment="What it is for")
    token_hash: Mapped[str] = mapped_column(Text, unique=True, comment="SHA-256, in hex")
    beginning: Mapped[str] = mapped_column(Text, comment="Its first letters, to tell it by")
    created_at: Mapped[Now]
    expires_on: Mapped[date | None] = mapped_column(comment="Its last day; none: until revoked")
    last_used_at: Mapped[Moment | None]

    user: Mapped[User] = relationship(back_populates="tokens")

    def __str__(self) -> str:
        return self.description


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
