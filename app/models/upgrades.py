"""Upgrades of a system: which packages, not before when, and how it went."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Moment, Now, one_of, reference
from app.models.runs import Run
from app.models.users import User

UPGRADE_STATES = ("pending", "running", "succeeded", "failed")


class Upgrade(Model):
    """An upgrade of one system, planned or done."""

    __tablename__ = "upgrade"
    __table_args__ = (
        one_of("state", UPGRADE_STATES),
        CheckConstraint("state = 'pending' OR started_at IS NOT NULL", name="started_has_a_moment"),
        CheckConstraint("finished_at >= started_at", name="finished_after_start"),
        Index("ix_upgrade_state_not_before_at", "state", "not_before_at"),
        {"comment": "Upgrades of systems, planned and done."},
    )
    __versioned__ = {}

    title: Mapped[str] = mapped_column(Text)
    system: Mapped[str] = mapped_column(
        Text, default="storekeeper", server_default="storekeeper", comment="What is upgraded"
    )
    not_before_at: Mapped[Moment | None] = mapped_column(comment="The earliest moment to begin")
    enabled: Mapped[bool] = mapped_column(
        default=True, server_default="true", comment="Without this it does not begin"
    )
    state: Mapped[str] = mapped_column(Text, default="pending", server_default="pending")
    created_at: Mapped[Now] = mapped_column(index=True)
    created_by_uuid: Mapped[UUID | None] = reference("user", nullable=True)
    started_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]
    executed_by_uuid: Mapped[UUID | None] = reference("user", nullable=True)
    exit_code: Mapped[int | None] = mapped_column(comment="Of its command; 0 is fine")
    run_uuid: Mapped[UUID | None] = reference("run", nullable=True)
    notes: Mapped[str | None] = mapped_column(Text)

    created_by: Mapped[User | None] = relationship(foreign_keys="Upgrade.created_by_uuid")
    executed_by: Mapped[User | None] = relationship(foreign_keys="Upgrade.executed_by_uuid")
    run: Mapped[Run | None] = relationship()
    requirements: Mapped[list[UpgradeRequirement]] = relationship(
        back_populates="upgrade", order_by="UpgradeRequirement.package", passive_deletes="all"
    )

    def __str__(self) -> str:
        return self.title


class UpgradeRequirement(Model):
    """A package of which an upgrade wants a version."""

    __tablename__ = "upgrade_requirement"
    __table_args__ = (
        UniqueConstraint("upgrade_uuid", "package"),
        {"comment": "Which versions of packages upgrades want."},
    )
    __versioned__ = {}

    upgrade_uuid: Mapped[UUID] = reference("upgrade", owner=True, index=False)
    package: Mapped[str] = mapped_column(Text)
    version: Mapped[str] = mapped_column(Text, comment="As 2.1.4, or >=2.1")

    upgrade: Mapped[Upgrade] = relationship(back_populates="requirements")

    def __str__(self) -> str:
        return f"{self.package} {self.version}"
