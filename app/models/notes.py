"""Notes and attachments: what people write about a record, and files they put beside it.

They belong to a row of any table that is annotated: `subject_table` and `subject_uuid` name it,
triggers of the database see to it that it exists, and take them along when it is deleted. See
docs/why/notes.md.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, Text, func
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.db import Model
from app.db.types import one_of, reference
from app.models.files import StoredFile
from app.models.users import User

NOTE_KINDS = ("general", "personal", "member", "customer", "employee")


class About:
    """Columns of what belongs to a row of any annotated table."""

    subject_table: Mapped[str] = mapped_column(Text)
    subject_uuid: Mapped[UUID] = mapped_column(comment="Checked by a trigger, as a foreign key is")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    created_by_uuid: Mapped[UUID | None] = reference("user", nullable=True)

    @declared_attr
    @classmethod
    def created_by(cls) -> Mapped[User | None]:
        return relationship(User)


class Note(About, Model):
    """What somebody wrote about a record."""

    __tablename__ = "note"
    __table_args__ = (
        Index("ix_note_subject", "subject_uuid", "created_at"),
        one_of("kind", NOTE_KINDS),
        CheckConstraint("btrim(text) <> ''", name="text_says_something"),
        {"comment": "What people wrote about records of annotated tables."},
    )
    __versioned__ = {}

    kind: Mapped[str] = mapped_column(Text, default="general", server_default="general")
    subject: Mapped[str | None] = mapped_column(Text, comment="What it is about, in a few words")
    text: Mapped[str] = mapped_column(Text)

    def __str__(self) -> str:
        return self.subject or self.text[:60]


class Attachment(About, Model):
    """A file beside a record."""

    __tablename__ = "attachment"
    __table_args__ = (
        Index("ix_attachment_subject", "subject_uuid", "created_at"),
        {"comment": "Files beside records of annotated tables."},
    )
    __versioned__ = {}

    name: Mapped[str] = mapped_column(Text, comment="As uploaded; only ever shown, never a path")
    file_uuid: Mapped[UUID] = reference("stored_file")
    description: Mapped[str | None] = mapped_column(Text)

    file: Mapped[StoredFile] = relationship()

    def __str__(self) -> str:
        return self.name
