"""Incidents: things that need a person, what became of them, and who is told about it."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column, relationship

from app.db import Model
from app.db.types import Moment, Now, one_of, reference
from app.models.users import Role, User

SEVERITIES = ("critical", "error", "warning")
INCIDENT_STATES = ("open", "acknowledged", "snoozed", "closed")
INCIDENT_EVENT_KINDS = (
    "opened", "raised", "acknowledged", "snoozed", "woke", "assigned", "escalated", "noted",
    "closed", "recovered",
)  # fmt: skip
MAIL_WISHES = ("all", "mine", "none")


def _role() -> MappedColumn[UUID | None]:
    """A role that may be deleted: what happened stays, in words."""
    return mapped_column(ForeignKey("role.uuid", ondelete="SET NULL"), index=True)


_STATE = (
    "CASE WHEN closed_at IS NOT NULL THEN 'closed' WHEN snoozed_until IS NOT NULL THEN 'snoozed'"
    " WHEN acknowledged_at IS NOT NULL THEN 'acknowledged' ELSE 'open' END"
)


class Incident(Model):
    """One cause that needs a person: opened once, counted, answered, closed.

    While it is not closed there is no second one of its fingerprint; one that comes back after
    that is a new incident, which knows the one before.
    """

    __tablename__ = "incident"
    __table_args__ = (
        one_of("severity", SEVERITIES),
        one_of("state", INCIDENT_STATES),
        CheckConstraint("count > 0", name="count_positive"),
        CheckConstraint(r"link ~ '^/([^/\\].*)?$'", name="link_within_the_app"),
        CheckConstraint("num_nulls(subject_table, subject_uuid) <> 1", name="subject_whole"),
        CheckConstraint("num_nulls(snoozed_at, snoozed_until) <> 1", name="snoozed_whole"),
        Index("uq_incident_open", "fingerprint", unique=True,
              postgresql_where=text("closed_at IS NULL")),
        Index("ix_incident_fingerprint", "fingerprint", "closed_at"),
        Index("ix_incident_state", "state", "severity"),
        {"comment": "What needs a person, or did."},
    )  # fmt: skip
    __sample__: ClassVar[dict[str, Any]] = {"key": "storekeeper", "detail": "Ann Lee"}

    number: Mapped[int] = mapped_column(Identity(), unique=True)
    key: Mapped[str] = mapped_column(Text, index=True, comment="Of what kind, such as job.failed")
    fingerprint: Mapped[str] = mapped_column(Text, comment="The same for the same cause")
    title: Mapped[str] = mapped_column(Text, comment="One line")
    detail: Mapped[str | None] = mapped_column(Text, comment="As when it was last seen")
    severity: Mapped[str] = mapped_column(Text, default="error", server_default="error")
    state: Mapped[str] = mapped_column(Text, Computed(_STATE, persisted=True))
    link: Mapped[str | None] = mapped_column(Text, comment="A path of the web app")
    subject_table: Mapped[str | None] = mapped_column(Text, comment="The record it is about")
    subject_uuid: Mapped[UUID | None]
    opened_at: Mapped[Now] = mapped_column(index=True)
    last_seen_at: Mapped[Now]
    count: Mapped[int] = mapped_column(default=1, server_default="1", comment="How often seen")
    mailed: Mapped[bool] = mapped_column(
        default=True, server_default="true", comment="Whether mails tell of it"
    )
    assigned_user_uuid: Mapped[UUID | None] = reference("user", nullable=True)
    assigned_role_uuid: Mapped[UUID | None] = _role()
    acknowledged_at: Mapped[Moment | None]
    acknowledged_by_uuid: Mapped[UUID | None] = reference("user", nullable=True)
    snoozed_at: Mapped[Moment | None]
    snoozed_until: Mapped[Moment | None]
    waiting_since: Mapped[Now] = mapped_column(comment="From when the steps of escalation count")
    step: Mapped[int] = mapped_column(default=0, server_default="0", comment="Steps taken")
    closed_at: Mapped[Moment | None] = mapped_column(index=True)
    closed_by_uuid: Mapped[UUID | None] = reference("user", nullable=True)
    previous_uuid: Mapped[UUID | None] = reference("incident", nullable=True)

    assigned_user: Mapped[User | None] = relationship(foreign_keys=assigned_user_uuid)
    assigned_role: Mapped[Role | None] = relationship()
    acknowledged_by: Mapped[User | None] = relationship(foreign_keys=acknowledged_by_uuid)
    closed_by: Mapped[User | None] = relationship(foreign_keys=closed_by_uuid)
    previous: Mapped[Incident | None] = relationship(remote_side="Incident.uuid")
    events: Mapped[list[IncidentEvent]] = relationship(
        back_populates="incident", passive_deletes="all",
        order_by="IncidentEvent.happened_at.desc(), IncidentEvent.uuid.desc()",
    )  # fmt: skip

    @property
    def owner(self) -> User | Role | None:
        """Whose it is: a user, or else a role."""
        return self.assigned_user or self.assigned_role

    def __str__(self) -> str:
        return self.title


class IncidentEvent(Model):
    """What happened to an incident; rows are only ever added.

    Those with `tell` are changes of state: mails about them are written once, at `told_at`.
    """

    __tablename__ = "incident_event"
    __table_args__ = (
        one_of("kind", INCIDENT_EVENT_KINDS),
        Index("ix_incident_event_incident_uuid", "incident_uuid", "happened_at"),
        Index("ix_incident_event_to_tell", "happened_at",
              postgresql_where=text("tell AND told_at IS NULL")),
        {"comment": "What happened to incidents; rows are only ever added."},
    )  # fmt: skip

    incident_uuid: Mapped[UUID] = reference("incident", owner=True, index=False)
    kind: Mapped[str] = mapped_column(Text)
    happened_at: Mapped[Now] = mapped_column(index=True)
    user_uuid: Mapped[UUID | None] = reference("user", nullable=True)
    by: Mapped[str | None] = mapped_column(Text, comment="Who, where no user is known")
    role_uuid: Mapped[UUID | None] = _role()
    note: Mapped[str | None] = mapped_column(Text)
    tell: Mapped[bool] = mapped_column(default=False, server_default="false")
    told_at: Mapped[Moment | None] = mapped_column(comment="When it was known whom to write to")

    incident: Mapped[Incident] = relationship(back_populates="events")
    user: Mapped[User | None] = relationship()

    def __str__(self) -> str:
        return self.kind


class Notification(Model):
    """A mail to one address about one change of state, until the mail server has taken it."""

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("event_uuid", "recipient"),
        Index("ix_notification_due", "due_at",
              postgresql_where=text("sent_at IS NULL AND refused_at IS NULL")),
        {"comment": "Mails about incidents: to be sent, sent, or refused."},
    )  # fmt: skip

    event_uuid: Mapped[UUID] = reference("incident_event", owner=True, index=False)
    recipient: Mapped[str] = mapped_column(Text, comment="An address in small letters")
    created_at: Mapped[Now]
    due_at: Mapped[Now] = mapped_column(comment="Not to be tried before")
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    problem: Mapped[str | None] = mapped_column(Text, comment="Why the last try failed")
    sent_at: Mapped[Moment | None]
    refused_at: Mapped[Moment | None] = mapped_column(comment="Given up")

    event: Mapped[IncidentEvent] = relationship()

    def __str__(self) -> str:
        return self.recipient


class IncidentReader(Model):
    """What a user wants to hear of incidents, and when they last looked."""

    __tablename__ = "incident_reader"
    __table_args__ = (
        one_of("mails", MAIL_WISHES),
        {"comment": "What users want to hear of incidents, and when they last looked."},
    )

    user_uuid: Mapped[UUID] = mapped_column(
        ForeignKey("user.uuid", ondelete="CASCADE"), unique=True
    )
    mails: Mapped[str] = mapped_column(Text, default="mine", server_default="mine")
    seen_at: Mapped[Moment | None] = mapped_column(comment="When they last saw the list")


class DeadManPing(Model):
    """How the last ping of a machine to the service outside went."""

    __tablename__ = "dead_man_ping"
    __table_args__ = {"comment": "Pings to the service that notices when they stay away."}

    machine: Mapped[str] = mapped_column(Text, unique=True)
    tried_at: Mapped[Now]
    answered_at: Mapped[Moment | None]
    problem: Mapped[str | None] = mapped_column(Text, comment="Why the last one failed")
