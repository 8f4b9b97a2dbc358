"""Label profiles: the kinds of labels that are printed for products."""

from __future__ import annotations

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model
from app.db.types import one_of

LABEL_LANGUAGES = ("html", "zpl", "epl", "text")


class LabelProfile(Model):
    """A kind of label: what it looks like, and which printer prints it."""

    __tablename__ = "label_profile"
    __table_args__ = (
        one_of("language", LABEL_LANGUAGES),
        {"comment": "Kinds of labels for products."},
    )
    __versioned__ = {}

    code: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    printer: Mapped[str | None] = mapped_column(Text, comment="As the configuration names it")
    language: Mapped[str] = mapped_column(
        Text, default="html", server_default="html", comment="What the printer understands"
    )
    template: Mapped[str | None] = mapped_column(Text, comment="The label, with places for facts")
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    is_synced: Mapped[bool] = mapped_column(
        default=False, server_default="false", comment="Whether other nodes get it too"
    )

    def __str__(self) -> str:
        return self.name
