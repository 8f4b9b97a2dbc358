"""Problems in the data: what the reports found, and how many each time they looked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Numeric, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model
from app.db.types import Moment, Now, reference


class ProblemLook(Model):
    """One look of a report: how much it found."""

    __tablename__ = "problem_look"
    __table_args__ = (
        Index("ix_problem_look_report", "report", "looked_at"),
        {"comment": "Looks for problems in the data, with what they found."},
    )

    report: Mapped[str] = mapped_column(Text, comment="The key of the problem report")
    looked_at: Mapped[Now]
    run_uuid: Mapped[UUID | None] = reference("run", nullable=True)
    found: Mapped[int] = mapped_column(comment="How many were open then")
    new: Mapped[int] = mapped_column(comment="Of them not known before")
    solved: Mapped[int] = mapped_column(comment="Known before and gone now")
    seconds: Mapped[Decimal] = mapped_column(Numeric(10, 3), comment="How long looking took")

    def __str__(self) -> str:
        return self.report


class ProblemFinding(Model):
    """Something that a report found about a record; open until a later look misses it."""

    __tablename__ = "problem_finding"
    __table_args__ = (
        Index("uq_problem_finding_open", "report", "record_uuid", unique=True,
              postgresql_where="solved_at IS NULL"),
        Index("ix_problem_finding_page", "report", "uuid", postgresql_where="solved_at IS NULL"),
        Index("ix_problem_finding_solved", "report", "solved_at",
              postgresql_where="solved_at IS NOT NULL"),
        {"comment": "What problem reports found; open while solved_at is empty."},
    )  # fmt: skip

    report: Mapped[str] = mapped_column(Text, comment="The key of the problem report")
    record_uuid: Mapped[UUID] = mapped_column(index=True, comment="Of the record it is about")
    name: Mapped[str] = mapped_column(Text, comment="What the record is called")
    facts: Mapped[dict[str, Any]] = mapped_column(
        JSONB, default=dict, server_default="{}", comment="The columns of the report"
    )
    first_seen_at: Mapped[Now] = mapped_column(index=True)
    solved_at: Mapped[Moment | None] = mapped_column(comment="When it was not there any more")

    def __str__(self) -> str:
        return self.name
