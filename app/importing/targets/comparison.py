"""The comparison with a target that is no table: its records are staged, its changes are calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import Select, func, select, text
from sqlalchemy.schema import CreateTable, DropTable

from app.importing.cells import NULL
from app.importing.comparison import TARGET, Comparison
from app.importing.errors import Rejected
from app.importing.records import writer
from app.importing.stage import LINE, copy_lines
from app.importing.targets.target import Record, Target, TargetTrouble, WholeTarget

if TYPE_CHECKING:
    from app.importing.handler import ImportHandler


class RecordComparison(Comparison):
    """One importer against the records of its target."""

    is_outside = True
    target: Target
    is_dirty = False
    done = 0
    """How many changes the target has been asked for."""

    def prepare(self, handler: ImportHandler, ends: ExitStack) -> None:
        """Open the target; it ends with the work, before the run says that it succeeded."""
        self.target = ends.enter_context(self.importer.target(handler))  # type: ignore[attr-defined]
        ends.push(self._write_whole)

    def compare(self, records: int) -> None:
        self._stage()
        super().compare(records)

    def apply(self) -> None:
        if self.changes is None:
            raise RuntimeError("apply() before compare()")
        if isinstance(self.target, WholeTarget):
            self.is_dirty = self.is_dirty or bool(self.counts.created + self.counts.updated)
            super().apply()
        else:
            self._call(self._changed(), self._bring)

    def delete(self) -> None:
        if isinstance(self.target, WholeTarget):
            self.is_dirty = self.is_dirty or bool(self.counts.deleted)
            super().delete()
        elif self.gone is not None:
            query = select(self.table).where(self.table.c.uuid.in_(select(self.gone.c[TARGET])))
            self._call(query, self._remove)

    def _stage(self) -> None:
        """Copy what the target has; a value that does not fit its type ends the run."""
        table = self.table
        self.connection.execute(DropTable(table, if_exists=True))
        self.connection.execute(CreateTable(table))
        names = [column.name for column in table.columns if column.name != "uuid"]
        writers = {name: writer(name, table.c[name].type) for name in names}
        places = [names.index(key) for key in self.rows.keys]
        there = self.target.records(self.rows.subset)
        lines = (self._line(_cells(record, writers, self.name), places) for record in there)
        copy_lines(self.connection, table.name, ["uuid", *names], lines)
        self.connection.execute(text(f'ANALYZE "{table.name}"'))
        self._require_unique()

    def _line(self, cells: list[str], places: list[int]) -> str:
        """A record is called the same in every run, so that its change can be approved later."""
        key = "\t".join([self.name, *(cells[place] for place in places)])
        return "\t".join([str(uuid5(NAMESPACE_OID, key)), *cells])

    def _require_unique(self) -> None:
        keys = [self.table.c[key] for key in self.rows.keys]
        query = select(*keys).group_by(*keys).having(func.count() > 1).limit(3)
        if doubled := self.connection.execute(query).all():
            which = ", ".join(" / ".join(map(str, row)) for row in doubled)
            raise TargetTrouble(
                f"The target has several {self.name.replace('_', ' ')} of one key: {which}."
            )

    def _changed(self) -> Select[Any]:
        """What comes, with what was: the columns of the changes, then those of the target."""
        if self.changes is None:
            raise RuntimeError("_changed() before compare()")
        new, old = self.changes, self.table
        was = [old.c[name].label(f"was_{name}") for name in self.rows.fields]
        joined = new.outerjoin(old, old.c.uuid == new.c[TARGET])
        return select(new, *was).select_from(joined).order_by(new.c[LINE])

    def _bring(self, row: Any) -> None:
        record = {name: row[name] for name in self.rows.fields}
        if row[TARGET] is None:
            self.target.create(record)
        else:
            changed = [name for name in record if row[name] != row[f"was_{name}"]]
            self.target.update(record, changed)

    def _remove(self, row: Any) -> None:
        self.target.delete({name: row[name] for name in self.importer.columns})  # type: ignore[attr-defined]

    def _call(self, query: Select[Any], do: Callable[[Any], None]) -> None:
        size: int = self.importer.chunk  # type: ignore[attr-defined]
        with self.connection.execute(query, execution_options={"yield_per": size}) as result:
            rows = iter(result.mappings())
            while chunk := list(islice(rows, size)):
                with self._explained(), self.target.chunk():
                    for row in chunk:
                        self._one(row, do)
                        self.done += 1
                self.pulse()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Say with the trouble of a target what it has taken by then."""
        try:
            yield
        except TargetTrouble as trouble:
            words = self.name.replace("_", " ")
            told = (
                f"It had taken {self.done:,} changes of {words}; the next run goes on from there."
            )
            if self.target.rolls_back:
                told = "Nothing was written."
            raise TargetTrouble(f"{str(trouble).rstrip('.')}. {told}") from trouble

    def _one(self, row: Any, do: Callable[[Any], None]) -> None:
        try:
            do(row)
        except Rejected as rejected:
            verb = "deleted" if LINE not in row else "updated" if row[TARGET] else "created"
            setattr(self.counts, verb, getattr(self.counts, verb) - 1)
            self.counts.rejected += 1
            self.refuse(row.get(LINE), self._said(row), f"The target refuses it: {rejected}.")

    def _said(self, row: Any) -> str:
        return " / ".join(str(row[key]) for key in self.rows.keys)

    def _write_whole(self, kind: Any, error: Any, trace: Any) -> None:
        if kind is None and self.is_dirty and isinstance(self.target, WholeTarget):
            self.target.write(self._all())

    def _all(self) -> Iterator[Record]:
        names = self.importer.columns  # type: ignore[attr-defined]
        query = select(*[self.table.c[name] for name in names])
        query = query.order_by(*[self.table.c[key] for key in self.rows.keys])
        with self.connection.execute(query, execution_options={"yield_per": 1_000}) as rows:
            for row in rows.mappings():
                yield dict(row)


def _cells(record: Record, writers: dict[str, Callable[[Any], str]], name: str) -> list[str]:
    cells = []
    for column, write in writers.items():
        value = record.get(column)
        try:
            cells.append(NULL if value is None else write(value))
        except Rejected as rejected:
            raise TargetTrouble(
                f"What the target has as {column} of its {name.replace('_', ' ')} {rejected}."
            ) from None
    return cells
