"""The stage: a temporary table that holds the records of a feed, one row for each source row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, TextClause, text
from sqlalchemy.schema import CreateTable, DropTable
from sqlalchemy.sql import Select
from sqlalchemy.types import TypeEngine

LINE = "line"


class Stage:
    """Filled once by COPY; checks take rejected rows out of it, importers read from it.

    `revision` counts how often rows were taken out, so that what was derived can be renewed.
    """

    def __init__(
        self, connection: Connection, name: str, types: Mapping[str, TypeEngine[Any]]
    ) -> None:
        self.connection = connection
        self.name = f"staged_{name}"
        self.table = temporary_table(connection, self.name, {LINE: Integer(), **types})
        self.rejected = temporary_table(
            connection, f"rejected_{name}", {LINE: Integer(), "reason": Text()}
        )
        self.revision = 0

    def fill(self, columns: Iterable[str], chunks: Iterable[bytes]) -> int:
        """Copy records in COPY's text format; returns how many."""
        quote = self.connection.dialect.identifier_preparer.quote
        names = ", ".join(map(quote, columns))
        source = _Chunks(chunks)
        cursor = self.connection.connection.cursor()
        try:
            cursor.copy_expert(f"COPY {quote(self.name)} ({names}) FROM STDIN", source)
            count: int = cursor.rowcount
        except Exception:
            # psycopg2 tells only the text of what went wrong in our own reading.
            if source.error is not None:
                raise source.error from None
            raise
        finally:
            cursor.close()
        return count

    def analyze(self) -> None:
        """Let the planner know sizes and distinct values; a small sample says enough."""
        self.connection.execute(text("SET LOCAL default_statistics_target = 10"))
        self.connection.execute(text(f'ANALYZE "{self.name}"'))
        self.connection.execute(text("SET LOCAL default_statistics_target TO DEFAULT"))

    def empty(self) -> None:
        self.connection.execute(text(f'TRUNCATE "{self.name}"'))

    def reject(self, bad: Select[Any] | TextClause) -> int:
        """Take out the rows that a query names by line and reason; returns how many."""
        rows = bad.columns(line=Integer, reason=Text) if isinstance(bad, TextClause) else bad
        found = self.rejected.insert().from_select([LINE, "reason"], rows)
        if not self.connection.execute(found).rowcount:
            return 0
        gone = self.table.delete().where(self.table.c.line == self.rejected.c.line)
        self.revision += 1
        return self.connection.execute(gone).rowcount

    def rejections(self) -> Iterator[tuple[int, str]]:
        """The rows that were taken out, by line, each once, with all reasons."""
        query = text(
            f"SELECT line, string_agg(DISTINCT reason, ' ') FROM \"{self.rejected.name}\" "  # noqa: S608
            "GROUP BY line ORDER BY line"
        )
        with self.connection.execute(query, execution_options={"yield_per": 1_000}) as rows:
            yield from ((line, reason) for line, reason in rows)


def temporary_table(
    connection: Connection, name: str, types: Mapping[str, TypeEngine[Any]]
) -> Table:
    """Make an empty temporary table that lives until the end of the transaction."""
    columns = [Column(column, type_) for column, type_ in types.items()]
    table = Table(name, MetaData(), *columns, prefixes=["TEMPORARY"], postgresql_on_commit="DROP")
    # A unit of work inside another transaction, as in tests, may find those of an earlier run.
    connection.execute(DropTable(table, if_exists=True))
    connection.execute(CreateTable(table))
    return table


def copy_rows(connection: Connection, table: str, rows: Iterable[Sequence[Any]]) -> None:
    """Copy a few thousand rows of plain values into a table."""
    lines = ("\t".join(map(_copied, row)) + "\n" for row in rows)
    cursor = connection.connection.cursor()
    try:
        cursor.copy_expert(f'COPY "{table}" FROM STDIN', _Chunks(line.encode() for line in lines))
    finally:
        cursor.close()


def copy_lines(
    connection: Connection, table: str, columns: Iterable[str], lines: Iterable[str]
) -> None:
    """Copy lines in COPY's text format into some columns of a table."""
    names = ", ".join(f'"{name}"' for name in columns)
    source = _Chunks(f"{line}\n".encode() for line in lines)
    cursor = connection.connection.cursor()
    try:
        cursor.copy_expert(f'COPY "{table}" ({names}) FROM STDIN', source)
    except Exception:
        if source.error is not None:
            raise source.error from None
        raise
    finally:
        cursor.close()


def _copied(value: Any) -> str:
    if value is None:
        return "\\N"
    text = str(value)
    return text if text.isalnum() else escaped(text)


def escaped(text: str) -> str:
    """Text as COPY's text format has it."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


class _Chunks:
    """What psycopg2 reads from: ready-made chunks of bytes, whatever size it asks for."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = filter(None, chunks)  # an empty one would mean the end
        self.error: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            return next(self._chunks, b"")
        except BaseException as error:
            self.error = error
            raise
