"""Heartbeats: when each process that lives long last said that it lives."""

from __future__ import annotations

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model
from app.db.types import Now


class Heartbeat(Model):
    """A process, by what it is and where it runs."""

    __tablename__ = "heartbeat"
    __table_args__ = (
        UniqueConstraint("kind", "name"),
        {"comment": "When each process last said that it lives."},
    )

    kind: Mapped[str] = mapped_column(Text, comment="worker, scheduler or of a daemon")
    name: Mapped[str] = mapped_column(Text, comment="Its machine and process")
    version: Mapped[str] = mapped_column(Text, comment="Of the program")
    started_at: Mapped[Now]
    beat_at: Mapped[Now]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
