"""Values of declared settings that people keep in the database."""

from __future__ import annotations

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model


class StoredSetting(Model):
    """One value, in the text form that its `Setting` reads; never a secret."""

    __tablename__ = "setting"
    __table_args__ = {"comment": "Values of declared settings, used when [settings] use_db is on."}
    __versioned__ = {}

    key: Mapped[str] = mapped_column(Text, unique=True)
    value: Mapped[str] = mapped_column(Text)

    def __str__(self) -> str:
        return self.key
