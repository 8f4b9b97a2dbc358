"""Pictures of products; the pixels are stored files."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import reference
from app.models.files import StoredFile

if TYPE_CHECKING:
    from app.models.products import Product


class ProductImage(Model):
    """A picture of a product, drawn anew by us, and a small one of it; its files never change."""

    __tablename__ = "product_image"
    __table_args__ = (
        UniqueConstraint("product_uuid", "file_uuid"),
        CheckConstraint("width > 0 AND height > 0", name="size_positive"),
        Index("uq_product_image_primary", "product_uuid", unique=True,
              postgresql_where=text("is_primary")),
        {"comment": "Pictures of products."},
    )  # fmt: skip
    __versioned__ = {}

    product_uuid: Mapped[UUID] = reference("product", owner=True, index=False)
    file_uuid: Mapped[UUID] = reference("stored_file")
    thumbnail_uuid: Mapped[UUID] = reference("stored_file")
    width: Mapped[int] = mapped_column(comment="Of the large one, in pixels")
    height: Mapped[int] = mapped_column(comment="Of the large one, in pixels")
    caption: Mapped[str | None] = mapped_column(
        Text, comment="What it shows, for who cannot see it"
    )
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    is_primary: Mapped[bool] = mapped_column(
        default=False, server_default="false", comment="The one that stands for the product"
    )

    product: Mapped[Product] = relationship(back_populates="images")
    file: Mapped[StoredFile] = relationship(foreign_keys=[file_uuid])
    thumbnail: Mapped[StoredFile] = relationship(foreign_keys=[thumbnail_uuid])

    @property
    def alt(self) -> str:
        """What it shows, in words."""
        return self.caption or str(self.product)

    def __str__(self) -> str:
        return self.caption or str(self.position + 1)
