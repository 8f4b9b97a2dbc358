"""What an order keeps of a product: the words and numbers of that day, whatever becomes of it."""

from __future__ import annotations

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.types import Quantity


class ProductFacts:
    """Columns for tables that keep what a product was called at the time."""

    gtin: Mapped[str | None] = mapped_column(Text, comment="Canonical, 14 digits")
    product_number: Mapped[str | None] = mapped_column(Text)
    brand: Mapped[str | None] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    size: Mapped[str | None] = mapped_column(Text)
    department_number: Mapped[int | None]
    department_name: Mapped[str | None] = mapped_column(Text)
    case_size: Mapped[Quantity | None] = mapped_column(comment="Units in a case")
