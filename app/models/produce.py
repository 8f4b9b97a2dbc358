"""The list of PLU numbers that the International Federation for Produce Standards keeps."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Computed, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model


class IfpsPlu(Model):
    """A PLU number and the fruit or vegetable it stands for, in every shop."""

    __tablename__ = "ifps_plu"
    __table_args__ = (
        CheckConstraint("plu BETWEEN 1 AND 99999", name="plu_in_range"),
        Index("ix_ifps_plu_name_trgm", "name", postgresql_using="gin",
              postgresql_ops={"name": "gin_trgm_ops"}),
        {"comment": "PLU numbers of the International Federation for Produce Standards."},
    )  # fmt: skip
    __versioned__ = {}

    plu: Mapped[int] = mapped_column(unique=True)
    category: Mapped[str | None] = mapped_column(Text)
    commodity: Mapped[str] = mapped_column(Text)
    variety: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str] = mapped_column(
        Text, Computed("commodity || coalesce(', ' || variety, '')", persisted=True)
    )
    size: Mapped[str | None] = mapped_column(Text)
    measurements_north_america: Mapped[str | None] = mapped_column(Text)
    measurements_elsewhere: Mapped[str | None] = mapped_column(Text)
    restrictions: Mapped[str | None] = mapped_column(Text)
    botanical_name: Mapped[str | None] = mapped_column(Text)
    also_known_as: Mapped[str | None] = mapped_column(Text)
    revised_on: Mapped[date | None]
    added_on: Mapped[date | None]
    gpc: Mapped[str | None] = mapped_column(Text, comment="GS1 Global Product Classification")
    image: Mapped[str | None] = mapped_column(Text, comment="Its name at the IFPS")
    image_source: Mapped[str | None] = mapped_column(Text)

    def __str__(self) -> str:
        return f"{self.plu} {self.name}"
