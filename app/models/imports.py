"""Imports: what runs would change, or did not dare to, and how people mapped their files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Now, one_of, reference
from app.models.runs import Run
from app.models.users import User

CHANGE_ACTIONS = ("create", "update", "delete")
CHANGE_STATES = ("tried", "withheld", "made")


class ImportChange(Model):
    """One object that a run would create, update or delete, field by field."""

    __tablename__ = "import_change"
    __table_args__ = (
        one_of("action", CHANGE_ACTIONS),
        one_of("state", CHANGE_STATES),
        Index("ix_import_change_of_run", "run_uuid", "importer", "action", "uuid"),
        {"comment": "What a run of an import changed, tried, or withheld since it was too much."},
    )

    run_uuid: Mapped[UUID] = reference("run", owner=True, index=False)
    importer: Mapped[str] = mapped_column(Text, comment="Name of the importer within the run")
    table_name: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text, comment="What identifies the object, for people")
    record_uuid: Mapped[UUID | None] = mapped_column(comment="Empty: it would be created")
    line: Mapped[int | None] = mapped_column(comment="Of the source")
    before: Mapped[dict[str, Any]] = mapped_column(
        JSONB, default=dict, server_default="{}", comment="The fields that differ, as they were"
    )
    after: Mapped[dict[str, Any]] = mapped_column(
        JSONB, default=dict, server_default="{}", comment="The fields that differ, as they come"
    )

    run: Mapped[Run] = relationship()

    def __str__(self) -> str:
        return f"{self.importer} {self.key}"


class ImportMapping(Model):
    """Which column of files with one header is which field, as a person said last."""

    __tablename__ = "import_mapping"
    __table_args__ = (
        UniqueConstraint("handler", "signature"),
        {"comment": "Which columns of files people took for which fields, by header."},
    )

    handler: Mapped[str] = mapped_column(Text)
    signature: Mapped[str] = mapped_column(Text, comment="SHA-256 of the names of the columns")
    mapping: Mapped[dict[str, str]] = mapped_column(
        JSONB, comment="Fields with their columns; an empty one is left out"
    )
    user_uuid: Mapped[UUID | None] = reference("user", nullable=True)
    remembered_at: Mapped[Now]

    user: Mapped[User | None] = relationship()

    def __str__(self) -> str:
        return f"{self.handler}: {', '.join(self.mapping)}"
