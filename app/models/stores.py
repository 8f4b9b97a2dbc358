"""The shop's own places."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model


class Store(Model):
    """A store, with the time zone in which its days begin."""

    __tablename__ = "store"
    __table_args__ = (
        CheckConstraint("number > 0", name="number_positive"),
        {"comment": "The shop's own places."},
    )
    __versioned__ = {}
    __annotated__ = True

    number: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(Text)
    time_zone: Mapped[str | None] = mapped_column(
        Text, comment="IANA name, such as America/Chicago; none: that of the settings"
    )
    currency: Mapped[str | None] = mapped_column(
        Text, comment="ISO 4217 code; none: that of the settings"
    )
    phone: Mapped[str | None] = mapped_column(Text, info={"show": "phone"})
    email: Mapped[str | None] = mapped_column(Text)
    database_key: Mapped[str | None] = mapped_column(
        Text, unique=True, comment="Under which the configuration names its own database"
    )
    active: Mapped[bool] = mapped_column(default=True, server_default="true")

    def __str__(self) -> str:
        return self.name
