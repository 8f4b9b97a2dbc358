"""Brands: the names on the package."""

from __future__ import annotations

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model


class Brand(Model):
    """The name on the package."""

    __tablename__ = "brand"
    __table_args__ = (
        Index("ix_brand_name_trgm", "name", postgresql_using="gin",
              postgresql_ops={"name": "gin_trgm_ops"}),
        {"comment": "The names on packages."},
    )  # fmt: skip
    __versioned__ = {}
    __annotated__ = True

    name: Mapped[str] = mapped_column(Text, unique=True)
    own_label: Mapped[bool] = mapped_column(default=False, server_default="false")

    confirmed: Mapped[bool] = mapped_column(
        default=True, server_default="true", comment="False: somebody should look at its name"
    )

    def __str__(self) -> str:
        return self.name
