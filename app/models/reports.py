"""Reports that were made: what was asked, by whom, and the file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Identity, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Now, reference
from app.models.files import StoredFile
from app.models.runs import Run
from app.models.users import User


class ReportOutput(Model):
    """The file that a report made of some parameters."""

    __tablename__ = "report_output"
    __table_args__ = (
        CheckConstraint("record_count >= 0", name="record_count_not_negative"),
        Index("ix_report_output_report_created_at", "report", "created_at"),
        {"comment": "Reports that were made, with what was asked and the file."},
    )

    number: Mapped[int] = mapped_column(Identity(), unique=True)
    report: Mapped[str] = mapped_column(Text, comment="The key of the report")
    title: Mapped[str] = mapped_column(Text)
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    created_at: Mapped[Now] = mapped_column(index=True)
    created_by_uuid: Mapped[UUID | None] = reference("user", nullable=True)
    run_uuid: Mapped[UUID | None] = reference("run", nullable=True)
    record_count: Mapped[int | None]
    file_name: Mapped[str | None] = mapped_column(Text)
    file_uuid: Mapped[UUID | None] = reference("stored_file", nullable=True)

    created_by: Mapped[User | None] = relationship()
    run: Mapped[Run | None] = relationship()
    file: Mapped[StoredFile | None] = relationship()

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
