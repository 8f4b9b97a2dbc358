"""A table of another database, by any URL that SQLAlchemy knows. One transaction for a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack, nullcontext
from types import TracebackType
from typing import Any

from sqlalchemy import ColumnElement, Connection, MetaData, Table, and_, create_engine, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NoSuchTableError, SQLAlchemyError

from app.importing.cells import shown
from app.importing.errors import Rejected
from app.importing.targets.target import Record, Target, TargetTrouble

CHECKS = frozenset((3819, 4025))
"""A check that failed, in MySQL and in MariaDB, whose driver takes it for trouble of the server."""


class SqlTarget(Target):
    """`SqlTarget("mysql+pymysql://…/till", "items", key="sku", columns=("sku", "name"))`."""

    rolls_back = True
    connection: Connection
    table: Table

    def __init__(
        self, url: str, table: str, *, key: str | tuple[str, ...], columns: Iterable[str],
        schema: str | None = None,
    ) -> None:  # fmt: skip
        self.url, self.name, self.schema = url, table, schema
        self.key = (key,) if isinstance(key, str) else key
        self.columns = tuple(columns)
        self._ends = ExitStack()

    def __enter__(self) -> SqlTarget:
        try:
            engine = create_engine(self.url)
            self._ends.callback(engine.dispose)
            self.connection = self._ends.enter_context(engine.connect())
            self.table = Table(
                self.name, MetaData(), schema=self.schema, autoload_with=self.connection
            )
        except NoSuchTableError as error:
            raise TargetTrouble(f"The target has no table {self.name}.") from error
        except (SQLAlchemyError, ImportError) as error:
            raise TargetTrouble(f"The database cannot be reached: {_first(error)}") from error
        if missing := [name for name in self.columns if name not in self.table.c]:
            raise TargetTrouble(f"The table {self.name} has no column {', '.join(missing)}.")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._ends:
            if kind is not None:
                return  # what is not committed is rolled back when the connection closes
            try:
                self.connection.commit()
            except SQLAlchemyError as trouble:
                raise TargetTrouble(
                    f"The database of the target failed: {_first(trouble)}. Nothing was written."
                ) from trouble

    def records(self, keys: Sequence[Any] | None) -> Iterable[Record]:
        query = select(*[self.table.c[name] for name in self.columns])
        with self.connection.execute(query, execution_options={"yield_per": 1_000}) as rows:
            for row in rows.mappings():
                yield dict(row)

    def create(self, record: Record) -> None:
        self._do(self.table.insert().values(dict(record)))

    def update(self, record: Record, changed: Sequence[str]) -> None:
        values = {name: record[name] for name in changed}
        self._do(self.table.update().where(self._is(record)).values(values))

    def delete(self, record: Record) -> None:
        self._do(self.table.delete().where(self._is(record)))

    def _is(self, record: Record) -> ColumnElement[bool]:
        return and_(*[self.table.c[name] == record[name] for name in self.key])

    def _do(self, statement: Any) -> None:
        # A refused statement ends the transaction of most databases, but not SQLite's.
        quiet = self.connection.dialect.name == "sqlite"
        try:
            with nullcontext() if quiet else self.connection.begin_nested():
                self.connection.execute(statement)
        except DBAPIError as error:
            if _is_about_the_record(error):
                raise Rejected(_first(error)) from error
            raise TargetTrouble(f"The database of the target failed: {_first(error)}") from error


def _is_about_the_record(error: DBAPIError) -> bool:
    code = next(iter(getattr(error.orig, "args", ())), None)
    return isinstance(error, IntegrityError | DataError) or code in CHECKS


def _first(error: Exception) -> str:
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    return shown(lines[0] if lines else type(error).__name__, 200)
