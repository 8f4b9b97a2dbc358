"""The importer of a target that is no table: the same comparison, then record by record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import Column, MetaData, Table, Uuid, text
from sqlalchemy.types import TypeEngine

from app.importing.comparison import Comparison
from app.importing.importer import Field, TableImporter
from app.importing.targets.comparison import RecordComparison
from app.importing.targets.target import Target

if TYPE_CHECKING:
    from app.importing.handler import ImportHandler


class RecordImporter(TableImporter):
    """Keeps the records of a target equal to those of a source.

    The records of the target are read into a stage of their own, so that PostgreSQL compares, and
    limits, dry runs, approvals and stored differences are those of any import.
    """

    model: ClassVar[Any] = None
    columns: ClassVar[Mapping[str, TypeEngine[Any]]]
    """What a record has, with types; the key is among them."""
    fields: ClassVar[Any] = ()
    """By default all columns."""
    comparison: ClassVar[type[Comparison] | None] = RecordComparison
    on_violation = "stop"
    chunk: ClassVar[int] = 500
    _made: ClassVar[tuple[Any, Table] | None] = None

    @classmethod
    def target(cls, handler: ImportHandler) -> Target:
        """Where its records go; it is opened and closed by the run."""
        raise NotImplementedError

    @classmethod
    def name(cls) -> str:
        return (cls.title or cls.__name__).lower().replace(" ", "_")

    @classmethod
    def field_map(cls) -> dict[str, Field]:
        return super().field_map() if cls.fields else {name: name for name in cls.columns}

    @classmethod
    def table(cls) -> Table:
        """The stage of what the target has."""
        if cls._made is None or cls._made[0] is not cls.columns:
            cls._made = cls.columns, cls._table()
        return cls._made[1]

    @classmethod
    def _table(cls) -> Table:
        keys = cls.keys_of()
        columns = [Column(n, type_, nullable=n not in keys) for n, type_ in cls.columns.items()]
        return Table(
            f"target_{cls.name()}",
            MetaData(),
            Column("uuid", Uuid(), server_default=text("gen_random_uuid()"), nullable=False),
            *columns,
            prefixes=["TEMPORARY"],
            postgresql_on_commit="DROP",
        )
