"""Files that people gave: kept on disk under the hash of their content, never in the database."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model
from app.db.types import Now

NAMES_FILE = {"names": "stored_file"}
"""The `info` of a column of another database that names a file, which no foreign key reaches."""


class StoredFile(Model):
    """A file on disk; one row however many records refer to it, and its content never changes.

    What it is called and what it is for is said by the record that refers to it. See
    app/services/files.py, which writes, finds and sweeps.
    """

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_hex"),
        CheckConstraint("size >= 0", name="size_not_negative"),
        {"comment": "Files on disk, by the hash of their content."},
    )

    sha256: Mapped[str] = mapped_column(
        Text, unique=True, comment="Of the content; its name on disk"
    )
    size: Mapped[int] = mapped_column(BigInteger, comment="In bytes")
    media_type: Mapped[str] = mapped_column(Text, comment="As in RFC 6838, such as image/webp")
    stored_at: Mapped[Now] = mapped_column(
        index=True, comment="When it last came in; a sweep leaves alone what is young"
    )

    def __str__(self) -> str:
        return self.sha256[:12]
