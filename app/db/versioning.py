"""History by trigger: Continuum gives the version tables and classes, PostgreSQL fills them.

Continuum's own unit of work is not installed; the trigger function of the first migration
records every write, also those of bulk SQL, COPY and psql. See docs/why/history-by-trigger.md.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    Sequence,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.orm import Mapped, Mapper, configure_mappers, mapped_column
from sqlalchemy_continuum import version_class, versioning_manager
from sqlalchemy_continuum.plugins import Plugin as ContinuumPlugin

from app.db.base import Keyless
from app.db.types import one_of

ORIGINS = ("web", "import", "batch", "datasync", "api", "cli", "sql")
CREATED, UPDATED, DELETED = 0, 1, 2


class ChangeSet(Keyless):
    """All that one unit of work wrote: who, when, from where and why."""

    __tablename__ = "transaction"
    __table_args__ = (
        one_of("origin", ORIGINS),
        {"comment": "Change sets: one row for each database transaction that changed something."},
    )

    id: Mapped[int] = mapped_column(
        BigInteger, Sequence("transaction_id_seq"), primary_key=True, autoincrement=False,
        server_default=text("nextval('transaction_id_seq')"),
    )  # fmt: skip
    issued_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), index=True
    )
    origin: Mapped[str] = mapped_column(Text)
    actor_uuid: Mapped[UUID | None] = mapped_column(index=True)
    actor: Mapped[str | None] = mapped_column(Text)
    real_actor_uuid: Mapped[UUID | None]
    real_actor: Mapped[str | None] = mapped_column(Text)
    database_role: Mapped[str] = mapped_column(Text)
    run_uuid: Mapped[UUID | None] = mapped_column(index=True)
    reason: Mapped[str | None] = mapped_column(Text)
    remote_address: Mapped[str | None] = mapped_column(Text)
    request_id: Mapped[str | None] = mapped_column(Text, comment="Under which the log tells more")


class _PlainVersionTables(ContinuumPlugin):  # type: ignore[misc]
    """Keep of a column what history needs: its name and type, no defaults, few indexes."""

    def after_build_version_table_columns(self, builder: Any, columns: list[Column[Any]]) -> None:
        owners = {c.name for c in builder.parent_table.columns if _names_owner(c)}
        columns[:] = [_plain(column, of_owner=column.name in owners) for column in columns]


def install() -> None:
    """Have Continuum build version tables for models marked `__versioned__`; call once, first."""
    manager = versioning_manager
    manager.options.update(native_versioning=False, create_composite_index=False)
    manager.plugins = [_PlainVersionTables()]
    manager.user_cls = None
    manager.transaction_cls = ChangeSet
    manager.apply_class_configuration_listeners(Mapper)


def finish() -> None:
    """Build the version classes, once all models are imported."""
    configure_mappers()
    for model, versions in versioning_manager.version_class_map.items():
        versions.__table__.comment = f"History of {model.__table__.name}."
        _index_too(model.__table__, versions.__table__)


def _index_too(table: Table, versions: Table) -> None:
    """An index with `info={"history": {}}` is on the old states too, for grids as of a day.

    What stands there, such as `postgresql_with`, holds for that of the old states alone.
    """
    there = {index.name for index in versions.indexes}
    for index in table.indexes:
        name = str(index.name).replace(table.name, versions.name, 1)
        if "history" in index.info and name not in there:
            parts = [
                versions.c[part.name] if isinstance(part, Column) else text(str(part))
                for part in index.expressions
            ]
            options: dict[str, Any] = {**index.dialect_kwargs, **index.info["history"]}
            Index(name, *parts, _table=versions, **options)


def add_column(model: type[Any], column: Column[Any]) -> None:
    """Keep a history of a column that joins a model whose version class is already built."""
    if is_versioned(model):
        plain = _plain(column, of_owner=_names_owner(column))
        plain.nullable = True
        setattr(versions_of(model), column.key, plain)


def versioned_models() -> list[type[Any]]:
    """Every model with a history."""
    return list(versioning_manager.version_class_map)


def is_versioned(model: type[Any]) -> bool:
    return model in versioning_manager.version_class_map


def versions_of(model: type[Any]) -> type[Any]:
    """The class of old states of a model."""
    found: type[Any] = version_class(model)
    return found


def _names_owner(column: Column[Any]) -> bool:
    return any(key.ondelete == "CASCADE" for key in column.foreign_keys)


def _plain(column: Column[Any], *, of_owner: bool) -> Column[Any]:
    return Column(
        column.name,
        column.type,
        key=column.key,
        primary_key=column.primary_key,
        nullable=column.nullable,
        autoincrement=False,
        # By change set, and by owner: a record's page shows what happened to its parts.
        index=column.name == "transaction_id" or of_owner or None,
    )


install()
