"""Units of measure: those that the program can compute with, and how others write them."""

from __future__ import annotations

from sqlalchemy import Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model
from app.db.types import one_of

UNITS = (
    "each", "ct", "dozen", "lb", "oz", "kg", "g", "gal", "qt", "pt", "fl oz", "l", "cl", "ml",
    "ft", "sq ft", "m",
)  # fmt: skip


class UnitOfMeasure(Model):
    """How files, vendors and labels write one of our units, such as LBS for lb.

    A product says one of our units itself, since prices per unit are computed from it.
    """

    __tablename__ = "unit_of_measure"
    __table_args__ = (
        one_of("unit", UNITS),
        Index("uq_unit_of_measure_abbreviation", text("lower(abbreviation)"), unique=True),
        {"comment": "How others write the units of products."},
    )
    __versioned__ = {}

    abbreviation: Mapped[str] = mapped_column(Text, comment="As written, whatever the case")
    unit: Mapped[str] = mapped_column(Text, comment="Which of our units it means")
    gs1_code: Mapped[str | None] = mapped_column(Text, comment="UN/ECE Rec. 20, such as LBR")
    sil_code: Mapped[str | None] = mapped_column(
        Text, comment="Of the Standard Interchange Language"
    )
    notes: Mapped[str | None] = mapped_column(Text)

    def __str__(self) -> str:
        return self.abbreviation
