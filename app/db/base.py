"""The base of every table: a time-ordered key, and names that are the same on every machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from uuid_utils.compat import uuid7

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table has a UUID version 7 key (RFC 9562, 5.7), since several nodes exchange rows.

    The server makes it for plain SQL; Python makes it for objects, so that a flush can insert
    many rows in one statement and still know which is which.
    """

    __abstract__ = True
    metadata = MetaData(naming_convention=NAMING)
    __versioned__: ClassVar[dict[str, Any]]
    __annotated__: ClassVar[bool] = False  # whether rows have notes and attachments

    uuid: Mapped[UUID] = mapped_column(
        primary_key=True, default=uuid7, server_default=text("uuidv7()"), sort_order=-1
    )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.uuid}>"


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model
