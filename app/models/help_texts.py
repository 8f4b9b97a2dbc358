"""What a shop tells its own people about pages and fields."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model


class PageHelp(Model):
    """The help of the pages of a view: words in Markdown, or where to read on, or both."""

    __tablename__ = "page_help"
    __table_args__ = (
        CheckConstraint("url ~ '^https?://'", name="url_is_of_the_web"),
        CheckConstraint("url <> '' OR text <> ''", name="said"),
        {"comment": "Help for pages, written by the shop."},
    )
    __versioned__ = {}

    page: Mapped[str] = mapped_column(Text, unique=True, comment="The key of a view")
    url: Mapped[str | None] = mapped_column(Text, comment="Where to read on")
    text: Mapped[str | None] = mapped_column(Text, comment="Markdown (CommonMark), without HTML")

    def __str__(self) -> str:
        return self.page


class FieldHelp(Model):
    """The help of one field of a form."""

    __tablename__ = "field_help"
    __table_args__ = (
        UniqueConstraint("page", "field"),
        {"comment": "Help for fields of forms, written by the shop."},
    )
    __versioned__ = {}

    page: Mapped[str] = mapped_column(Text, comment="The key of a view")
    field: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text, comment="Markdown (CommonMark), without HTML")

    def __str__(self) -> str:
        return f"{self.page}: {self.field}"
