"""An importer: how one kind of record comes into one table. Declared, not programmed.

class CustomerImporter(TableImporter):
    model, key = Customer, "number"
    fields = ("number", "name", "email")
    def rows(self, keys=None): return self.source.customers(keys)
    def record(self, row): return {"number": row.card, "name": row.name, "email": row.email}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, cast

from sqlalchemy import Column, Table
from sqlalchemy.types import TypeEngine

from app.db import Model
from app.importing.errors import BadDeclaration
from app.importing.feed import Check, Feed
from app.importing.options import Limit
from app.importing.same import Same

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from app.importing.comparison import Comparison


@dataclass(frozen=True)
class Fixed:
    """A field that has the same value in every record."""

    value: Any


@dataclass(frozen=True, init=False)
class Ref:
    """The uuid of another object, found by its natural key: `Ref(Department, number="dept")`.

    Each keyword names a column of the other table, its value a staged column or another Ref.
    With `create=True` an object that is missing is made from that key; where it needs more, say
    from which staged columns: `create={"name": "department_name"}`.
    """

    model: type[Model]
    by: tuple[tuple[str, str | Ref], ...]
    creates: bool
    more: tuple[tuple[str, str], ...]
    """Further columns of an object that is created, each with its staged column."""

    def __init__(
        self, model: type[Model], *, create: bool | Mapping[str, str] = False, **by: str | Ref
    ) -> None:
        more = dict(create) if isinstance(create, Mapping) else {}
        object.__setattr__(self, "model", model)
        object.__setattr__(self, "by", tuple(by.items()))
        object.__setattr__(self, "creates", bool(create))
        object.__setattr__(self, "more", tuple(more.items()))

    def staged(self) -> Iterator[tuple[str, Column[Any]]]:
        """The staged columns it needs, with the columns they are compared with."""
        for name, value in self.by:
            if isinstance(value, Ref):
                yield from value.staged()
            else:
                yield value, table_of(self.model).c[name]

    def staged_for_create(self) -> Iterator[tuple[str, Column[Any]]]:
        """The staged columns that only a new object needs, those of Refs inside of it too."""
        for name, staged in self.more:
            yield staged, table_of(self.model).c[name]
        for _, value in self.by:
            if isinstance(value, Ref):
                yield from value.staged_for_create()


class StagedColumn(NamedTuple):
    type: TypeEngine[Any]
    nullable: bool


def table_of(model: type[Model]) -> Table:
    """The table of a model."""
    return cast(Table, model.__table__)


Field = str | Ref | Fixed
"""Where a field comes from: a staged column, another object, or a constant."""


@dataclass(frozen=True)
class OnlyOne:
    """Of all objects that share `per`, one has `flag`: whoever gets it takes it from the other."""

    flag: str
    per: str


class TableImporter:
    """Keeps the rows of a table equal to records of a source.

    Without a `feed` it stages its own records, which come from `rows` and `record`. Raise
    `Rejected` in `record` for a row that cannot be taken, return None for one to leave out.
    """

    model: ClassVar[type[Model]]
    key: ClassVar[str | tuple[str, ...]]
    """The fields by which a record and an object are the same; they are never changed."""
    fields: ClassVar[Sequence[str] | Mapping[str, Field]]
    """What is compared and written; a mapping says where each field comes from."""
    feed: ClassVar[type[Feed] | None] = None
    title: ClassVar[str] = ""
    """What the objects are called, such as `Regular prices`; by default after the table."""

    given: ClassVar[tuple[str, ...]] = ()
    """Staged columns without which a row says nothing about this kind of object."""
    shared: ClassVar[bool] = False
    """Whether many rows speak of one object, as all products of a department do."""
    scope: ClassVar[str] = "true"
    """An SQL condition over the columns of the table: which objects this importer is about."""
    only_one: ClassVar[OnlyOne | None] = None
    on_create: ClassVar[Mapping[str, str]] = {}
    """Columns written at creation only, as SQL over `new`, the row that will be created."""
    checks: ClassVar[Sequence[Check]] = ()
    comparison: ClassVar[type[Comparison] | None] = None
    """How it finds and writes what differs, where that is not the usual Comparison."""

    create: ClassVar[bool] = True
    update: ClassVar[bool] = True
    delete: ClassVar[bool] = False
    may_delete: ClassVar[bool] = True
    """Whether the source speaks of all such objects, so that a person may ask for deletion."""
    part_of: ClassVar[str | None] = None
    """The importer that it belongs to: whoever asks for that one means this too."""
    max_create: ClassVar[Limit | None] = None
    max_update: ClassVar[Limit | None] = None
    max_delete: ClassVar[Limit | None] = Limit(Decimal(10), is_percent=True)
    """More than that is withheld until somebody approves it; a few objects never are."""
    same: ClassVar[Mapping[str, Same]] = {}
    """How the values of a field are compared, where that is not by plain equality."""
    on_violation: ClassVar[str] = "reject"
    """What becomes of a record that violates a constraint: "reject" it, or "stop" the run."""
    original: ClassVar[type[TableImporter] | None] = None
    """The declaration as it was written, where a person asked for less of it."""
    beside: ClassVar[type[TableImporter] | None] = None
    """The importer whose rows it looks at too, as what creates missing references does."""
    groups: ClassVar[Mapping[str, Sequence[str]]] = {}
    """Names for several fields, so that people can ask for `address` and get its six."""

    def __init__(self, source: Any = None, *, keys: Sequence[Any] | None = None) -> None:
        self.source = source
        self.keys = keys

    @classmethod
    def before(cls, connection: Connection) -> None:
        """Called before its objects are compared, in the transaction of the run."""

    @classmethod
    def after(cls, connection: Connection) -> None:
        """Called after its objects were created and updated, in the same transaction."""

    def rows(self, keys: Sequence[Any] | None = None) -> Iterable[Any]:
        """The rows of the source, all of them or those of some keys."""
        raise NotImplementedError

    def record(self, row: Any) -> Mapping[str, Any] | None:
        """The record of a row: a value for each staged column."""
        raise NotImplementedError

    @classmethod
    def name(cls) -> str:
        """The stable name in reports: that of the table, or the title in small letters."""
        return cls.title.lower().replace(" ", "_") if cls.title else cls.table().name

    @classmethod
    def table(cls) -> Table:
        return table_of(cls.model)

    @classmethod
    def keys_of(cls) -> tuple[str, ...]:
        return (cls.key,) if isinstance(cls.key, str) else cls.key

    @classmethod
    def field_map(cls) -> dict[str, Field]:
        if isinstance(cls.fields, Mapping):
            return dict(cls.fields)
        return {name: name for name in cls.fields}

    @classmethod
    def staged_columns(cls) -> dict[str, StagedColumn]:
        """The staged columns that the fields need."""
        found: dict[str, StagedColumn] = {}
        for name, field in cls.field_map().items():
            here = cls.table().c[name]
            if isinstance(field, Ref):
                for staged, there in field.staged():
                    found[staged] = StagedColumn(there.type, bool(here.nullable))
                for staged, there in field.staged_for_create():
                    found.setdefault(staged, StagedColumn(there.type, nullable=True))
            elif isinstance(field, str):
                found[field] = StagedColumn(here.type, bool(here.nullable))
        return found

    @classmethod
    def problems(cls) -> list[str]:
        """What is wrong with the declaration, a sentence each."""
        columns = cls.table().c
        fields = cls.field_map()
        unknown = [name for name in (*fields, *cls.on_create) if name not in columns]
        found = [f"{cls.__name__}: {cls.table().name} has no column {name}." for name in unknown]
        grouped = {name for group in cls.groups.values() for name in group}
        found += [
            f"{cls.__name__}: it has no field {name}, of which its groups or rules speak."
            for name in sorted((grouped | cls.same.keys()) - fields.keys())
        ]
        found += [
            f"{cls.__name__}: the key {name} is not among its fields."
            for name in cls.keys_of()
            if name not in fields
        ]
        if "uuid" in fields and "uuid" not in cls.keys_of():
            found.append(f"{cls.__name__}: the uuid can only be a key.")
        refs = [field for field in fields.values() if isinstance(field, Ref)]
        return found + [f"{cls.__name__}: {p}" for ref in refs for p in _problems_of(ref)]


def must_be_given(table: Table) -> list[str]:
    """The columns without which no row can be made: the server has no value for them."""
    return [
        column.key
        for column in table.columns
        if not column.nullable
        and column.server_default is None
        and column.computed is None
        and column.identity is None
    ]


def _problems_of(ref: Ref) -> Iterator[str]:
    """What is wrong with a reference, and with those inside of it."""
    table = table_of(ref.model)
    said = {*dict(ref.by), *dict(ref.more)}
    yield from (f"{table.name} has no column {name}." for name in sorted(said - {*table.c.keys()}))
    lacking = [name for name in must_be_given(table) if name not in said]
    if ref.creates and lacking:
        yield (
            f"a new {table.name.replace('_', ' ')} needs {' and '.join(lacking)} too; "
            f'say where from: create={{"{lacking[0]}": …}}.'
        )
    for _, value in ref.by:
        if isinstance(value, Ref):
            yield from _problems_of(value)


def check_declarations(importers: Iterable[type[TableImporter]]) -> None:
    """Raise BadDeclaration with everything that is wrong."""
    if problems := [problem for importer in importers for problem in importer.problems()]:
        raise BadDeclaration(" ".join(problems))
