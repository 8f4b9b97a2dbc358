"""The comparison: what one importer must create, update and delete, found and done set by set.

Each step is a few statements, whatever the number of rows: `compare` writes what differs into a
table of changes; `apply` updates and creates by that table; `delete` removes what the source no
longer has. So the history triggers of a table fire once for each.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Table,
    Uuid,
    and_,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.types import TypeEngine

from app.importing.importer_rows import ImporterRows
from app.importing.report import Counts
from app.importing.same import EQUAL
from app.importing.stage import LINE, temporary_table

if TYPE_CHECKING:
    from app.importing.handler import ImportHandler

Refuse = Callable[[int | None, Any, str], None]
TARGET = "_target"
GREW = 100
"""After so many new rows the planner must hear of them, or the next join takes minutes."""


class Comparison:
    """One importer against its table, in the transaction of the run."""

    is_outside = False
    """Whether what it writes is beyond our transaction, so that a dry run must not write it."""
    refuse: Refuse
    """Told the line, if there is one, the target, and why a record is not taken."""
    pulse: Callable[[], None]
    """Called now and then by what takes long. Raises Stopped."""

    def __init__(self, rows: ImporterRows) -> None:
        self.rows = rows
        self.importer = rows.importer
        self.table = rows.table
        self.connection = rows.stage.connection
        self.counts = Counts()
        self.changes: Table | None = None
        """What to create and update: the target, the line, and the new value of each field."""
        self.gone: Table | None = None
        """The objects to delete."""

    def prepare(self, handler: ImportHandler, ends: ExitStack) -> None:
        """Called before it compares; what must end with the work is put into `ends`."""

    @property
    def name(self) -> str:
        return self.importer.name()

    def differs(self, name: str, old: Any, new: Any) -> ColumnElement[bool]:
        """Whether a field must be written."""
        return self.importer.same.get(name, EQUAL).differs(old, new)

    def compare(self, records: int) -> None:
        """Find what to create and to update; `records` is how many there are."""
        joined, values = self.rows.values()
        target = self.rows.target()
        differs = [
            self.differs(name, target.c[name], value)
            for name, value in values.items()
            if name not in self.rows.keys
        ]
        wanted = or_(
            and_(literal(self.importer.create), target.c.uuid.is_(None)),
            and_(literal(self.importer.update), target.c.uuid.is_not(None), or_(false(), *differs)),
        )
        found = (
            select(target.c.uuid, literal_column("s.line"), *values.values())
            .select_from(joined.outerjoin(target, self.rows.is_same(target, values)))
            .where(wanted)
        )
        types: dict[str, TypeEngine[Any]] = {TARGET: Uuid(), LINE: Integer()}
        types |= {name: self.table.c[name].type for name in values}
        changes = temporary_table(self.connection, f"changes_{self.name}", types)
        written = self.connection.execute(changes.insert().from_select(list(types), found)).rowcount
        updated = self.connection.scalar(select(func.count(changes.c[TARGET]))) or 0
        self.changes = changes
        self.counts.created, self.counts.updated = written - updated, updated
        self.counts.unchanged = records - written

    def apply(self) -> None:
        """Update and create, one statement each."""
        if self.changes is None:
            raise RuntimeError("apply() before compare()")
        if self.importer.only_one and self.counts.created + self.counts.updated:
            self._take_flag(self.changes)
        if self.counts.updated:
            self._update(self.changes)
        if self.counts.created:
            self._create(self.changes)
        if self.counts.created >= GREW:
            self.connection.execute(text(f'ANALYZE "{self.table.name}"'))

    def find_gone(self) -> None:
        """Find what the source no longer has, within the scope."""
        joined, values = self.rows.values()
        target = self.rows.target()
        kept = select(literal(1)).select_from(joined).where(self.rows.is_same(target, values))
        gone = select(target.c.uuid).where(~exists(kept.correlate(target)))
        self.gone = temporary_table(self.connection, f"gone_{self.name}", {TARGET: Uuid()})
        found = self.connection.execute(self.gone.insert().from_select([TARGET], gone))
        self.counts.deleted = found.rowcount

    def delete(self) -> None:
        """Delete what was found gone."""
        if self.gone is not None and self.counts.deleted:
            gone = select(self.gone.c[TARGET])
            self.connection.execute(self.table.delete().where(self.table.c.uuid.in_(gone)))

    def withhold(self, action: str, places: Select[Any]) -> int:
        """Leave out the changes at these places (`ctid`); tells how many."""
        table = self.gone if action == "delete" else self.changes
        if table is None:
            raise RuntimeError("withhold() before compare()")
        here: ColumnElement[Any] = literal_column(f'"{table.name}".ctid')
        count = self.connection.execute(table.delete().where(here.in_(places))).rowcount
        setattr(self.counts, f"{action}d", self.counts.of(action) - count)
        self.counts.withheld += count
        return count

    def _update(self, changes: Table) -> None:
        fields = [name for name in self.rows.fields if name not in self.rows.keys]
        self.connection.execute(
            self.table.update()
            .values({name: changes.c[name] for name in fields})
            .where(self.table.c.uuid == changes.c[TARGET])
        )

    def _create(self, changes: Table) -> None:
        new = changes.alias("new")
        extra = {name: self.rows.sql(f"({sql})") for name, sql in self.importer.on_create.items()}
        names = [*self.rows.fields, *extra]
        created = (
            select(*[new.c[name] for name in self.rows.fields], *extra.values())
            .where(new.c[TARGET].is_(None))
            .order_by(new.c.line)
        )
        # The server makes the keys; a default of Python's would be one for all rows.
        self.connection.execute(
            self.table.insert().from_select(names, created, include_defaults=False)
        )

    def _take_flag(self, changes: Table) -> None:
        """Whoever has the flag now, and is not the one who gets it, loses it."""
        only, table = self.importer.only_one, self.table
        if only is not None:
            self.connection.execute(
                table.update()
                .values({only.flag: False})
                .where(
                    table.c[only.flag],
                    changes.c[only.flag],
                    table.c[only.per] == changes.c[only.per],
                    table.c.uuid.is_distinct_from(changes.c[TARGET]),
                )
            )
