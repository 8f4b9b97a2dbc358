"""The base of every table: a time-ordered key, and names that are the same on every machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, Engine, MetaData, text
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


class RoutedSession(FlaskSession):
    """A session that asks, instead of the database of a bind, another of the same tables.

    `session.info["databases"]` says which: {"trainwreck": "2019"} is the bind `trainwreck.2019`.
    """

    def get_bind(self, *given: Any, **named: Any) -> Engine | Connection:
        found = super().get_bind(*given, **named)
        for bind, name in self.info.get("databases", {}).items():
            if found is self._db.engines[bind]:
                return self._db.engines[f"{bind}.{name}"]
        return found


db = SQLAlchemy(model_class=Base, session_options={"class_": RoutedSession})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class Keyless(Model):
    """The base of tables without a uuid of their own: their key is what they are about."""

    __abstract__ = True

    uuid = None  # type: ignore[assignment]
