"""What a run changes, object by object and field by field, kept for people to look at.

It is noted in the transaction of the run, before that writes; a dry run is rolled back, so what was
noted goes through a file, and is stored afterwards. Nothing of it is held in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Numeric,
    Select,
    Text,
    Uuid,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import UserDefinedType

from app.importing.comparison import TARGET, Comparison
from app.importing.importer import Field, Ref, table_of
from app.importing.stage import LINE, temporary_table

MOST = 100_000
"""So many changes of one kind are kept with a run."""
PLACE = "place"
ORDER = "PARTITION BY number, action ORDER BY line, key"
NOTHING = literal("{}", Text()).cast(JSONB())
STORED = (
    "run_uuid", "importer", "table_name", "action", "state", "key", "record_uuid", "line",
    "before", "after",
)  # fmt: skip


class _Place(UserDefinedType[Any]):
    """Where PostgreSQL keeps a row: what tells two staged changes apart."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "tid"


class Differences:
    """The noted changes of one run, by one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.table = temporary_table(
            connection,
            "noted_changes",
            {
                "number": Integer(), "importer": Text(), "table_name": Text(), "action": Text(),
                "state": Text(), "key": Text(), "record_uuid": Uuid(), LINE: Integer(),
                "before": JSONB(), "after": JSONB(), PLACE: _Place(),
            },
        )  # fmt: skip
        self._importers: list[str] = []

    def note(
        self, comparison: Comparison, action: str, state: str, *, but: Select[Any] | None = None
    ) -> None:
        """Note what an importer would do; `but` names targets and keys that are not meant."""
        if comparison.name not in self._importers:
            self._importers.append(comparison.name)
        found = _changes(comparison, action).subquery("f")
        query = select(
            literal(self._importers.index(comparison.name)),
            literal(comparison.name),
            literal(comparison.table.name),
            literal(action),
            literal(state),
            *[found.c[name] for name in ("key", "target", LINE, "before", "after", PLACE)],
        )
        if but is not None:
            allowed = but.subquery("allowed")
            is_same = (
                allowed.c.key == found.c.key
                if action == "create"
                else allowed.c.record_uuid == found.c.target
            )
            query = query.where(~select(literal(1)).select_from(allowed).where(is_same).exists())
        self.connection.execute(self.table.insert().from_select(list(self.table.c.keys()), query))

    def places(self, comparison: Comparison, action: str) -> Select[Any]:
        """Where the changes stand that were noted as withheld."""
        ours = self.table.c
        return select(ours[PLACE]).where(
            ours.importer == comparison.name, ours.action == action, ours.state == "withheld"
        )

    def spool(self, run: UUID) -> Spool:
        """Write what was noted to a file, in order."""
        file = TemporaryFile()  # noqa: SIM115 - closed by the Spool
        columns = ", ".join(f'"{name}"' for name in STORED[1:])
        # All names in it are ours.
        ranked = f'SELECT *, row_number() OVER ({ORDER}) AS rank FROM "{self.table.name}"'  # noqa: S608
        query = f"SELECT '{run}'::uuid, {columns} FROM ({ranked}) AS r WHERE rank <= {MOST}"  # noqa: S608
        query = f"COPY ({query} ORDER BY number, action, rank) TO STDOUT"
        cursor = self.connection.connection.cursor()
        try:
            cursor.copy_expert(query, file)
            return Spool(file, cursor.rowcount)
        finally:
            cursor.close()


class Spool:
    """Noted changes in a file that has no name, for another transaction to store."""

    def __init__(self, file: IO[bytes], count: int) -> None:
        self.file, self.count = file, count

    def store(self, connection: Connection) -> None:
        """Store them with their run."""
        if self.count:
            self.file.seek(0)
            cursor = connection.connection.cursor()
            try:
                columns = ", ".join(f'"{name}"' for name in STORED)
                cursor.copy_expert(f"COPY import_change ({columns}) FROM STDIN", self.file)
            finally:
                cursor.close()

    def close(self) -> None:
        self.file.close()


def _changes(comparison: Comparison, action: str) -> Select[Any]:
    """One row for each change: key, target, line, what was, what comes, and its place."""
    target = comparison.table.alias("t")
    if action == "delete":
        return _deletions(comparison, target)
    if comparison.changes is None:
        raise RuntimeError("note() before compare()")
    new = comparison.changes.alias("n")
    before, after = [], []
    for name, field in comparison.rows.fields.items():
        is_new = new.c[name].is_not(None)
        differs = comparison.differs(name, target.c[name], new.c[name])
        said = _told(field, name, new)
        after.append((_name(name), is_new if action == "create" else differs, said))
        before.append((_name(name), differs, _told(field, name, target)))
    is_wanted = new.c[TARGET].is_(None) if action == "create" else new.c[TARGET].is_not(None)
    keys = [_told(comparison.rows.fields[key], key, new) for key in comparison.rows.keys]
    return (
        select(
            _key(keys).label("key"),
            new.c[TARGET].label("target"),
            new.c[LINE].label(LINE),
            (NOTHING if action == "create" else _packed(before)).label("before"),
            _packed(after).label("after"),
            literal_column("n.ctid").label(PLACE),
        )
        .select_from(new.outerjoin(target, target.c.uuid == new.c[TARGET]))
        .where(is_wanted)
    )


def _deletions(comparison: Comparison, target: FromClause) -> Select[Any]:
    if comparison.gone is None:
        raise RuntimeError("note() before find_gone()")
    gone = comparison.gone.alias("g")
    fields = comparison.rows.fields
    before = [
        (_name(name), target.c[name].is_not(None), _told(field, name, target))
        for name, field in fields.items()
    ]
    keys = [_told(fields[key], key, target) for key in comparison.rows.keys]
    return select(
        _key(keys).label("key"),
        target.c.uuid.label("target"),
        cast(null(), Integer).label(LINE),
        _packed(before).label("before"),
        NOTHING.label("after"),
        literal_column("g.ctid").label(PLACE),
    ).select_from(gone.join(target, target.c.uuid == gone.c[TARGET]))


def _told(field: Field, name: str, rows: FromClause) -> Any:
    """A field as people know it: of a reference, the natural key of what it refers to."""
    value = rows.c[name]
    return _listed(list(_natural(field, value))) if isinstance(field, Ref) else value


def _natural(ref: Ref, uuid: ColumnElement[Any]) -> Iterator[ColumnElement[Any]]:
    other = table_of(ref.model)
    for name, value in ref.by:
        alias = other.alias()
        query = select(alias.c[name]).where(alias.c.uuid == uuid)
        found = query.correlate_except(alias).scalar_subquery()
        if isinstance(value, Ref):
            yield from _natural(value, found)
        else:
            yield found


def _name(name: str) -> str:
    """The field as people know it: `department`, and not the name of its key."""
    return name.removesuffix("_uuid")


def _listed(values: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
    if len(values) == 1:
        return values[0]
    return func.nullif(func.concat_ws(" / ", *[cast(value, Text) for value in values]), "")


def _key(values: Sequence[ColumnElement[Any]]) -> ColumnElement[str]:
    return func.concat_ws(" / ", *[cast(value, Text) for value in values])


def _packed(parts: Sequence[tuple[str, ColumnElement[bool], Any]]) -> ColumnElement[Any]:
    """An object of JSON with those of some fields for which a condition holds."""
    packed: ColumnElement[Any] = NOTHING
    for name, condition, value in parts:
        one = func.jsonb_build_object(literal(name, Text()), _plain(value))
        packed = packed.op("||", return_type=JSONB())(case((condition, one), else_=NOTHING))
    return packed


def _plain(value: Any) -> Any:
    """Numbers with decimals as text, so that none is rounded on its way."""
    return cast(value, Text) if isinstance(value.type, Numeric) else func.to_jsonb(value)
