"""Open a file of rows, whatever it is: its content tells, and not its name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.importing.errors import BadSource
from app.importing.sources import reading as reading_of
from app.importing.sources.csv import CsvSource
from app.importing.sources.fixed_width import Positions, spool_fixed_width
from app.importing.sources.json_records import json_records
from app.importing.sources.reading import Reading
from app.importing.sources.spool import Spool, SpooledSource, spool_records
from app.importing.sources.tabular import Known, TabularSource
from app.importing.sources.text import TextFile, inspect, kind_of
from app.importing.sources.workbook import Limits, open_workbook

if TYPE_CHECKING:
    from app.importing.sources.xml_records import RowsOf


@dataclass(frozen=True)
class Layout:
    """What a handler declares of its files, where their content does not tell it."""

    positions: Positions = field(default_factory=dict)
    """Of the columns of text with fixed width."""
    records: str = ""
    """The path to the records of XML and JSON."""
    rows_of: RowsOf | None = None
    """Makes rows of one element of XML; by default one, of all that it holds."""
    names: Sequence[str] = ()
    """The columns that rows of XML have in any case."""


@contextmanager
def open_table(
    path: Path,
    *,
    knows: Known,
    reading: Reading = reading_of.PLAIN,
    layout: Layout | None = None,
    longest_cell: int = 10_000,
    limits: Limits | None = None,
) -> Iterator[TabularSource]:
    """The rows of a file of any kind. Raises BadSource for what cannot be read."""
    layout = layout or Layout()
    kind = kind_of(path)
    if kind in ("xlsx", "xls", "ods", "zip"):
        with open_workbook(
            path, knows=knows, reading=reading, limits=limits or Limits(), longest_cell=longest_cell
        ) as book:
            yield book
        return
    if kind not in ("json", "xml", "x12"):
        source = _text(path, knows, reading, layout, longest_cell)
        if isinstance(source, CsvSource):
            yield source
            return
        file = source
    else:
        file = inspect(path, encoding=reading.encoding, markup=True)
    with Spool() as spool:
        if kind == "json":
            facts, header = _json(spool, file, reading.records or layout.records)
        elif kind == "xml":
            facts, header = _xml(spool, file, reading.records or layout.records, layout)
        elif kind == "x12":
            facts, header = _x12(spool, file)
        else:
            facts, header = _fixed(spool, file, layout.positions, knows)
        yield SpooledSource(
            spool, name=path.name, header=header, facts=facts, notes=file.notes,
            longest_cell=longest_cell,
        )  # fmt: skip


Found = tuple[dict[str, Any], list[str]]


def _text(
    path: Path, knows: Known, reading: Reading, layout: Layout, longest_cell: int
) -> CsvSource | TextFile:
    """Delimited text, unless columns have positions and the first line is no header."""
    source = CsvSource.open(path, knows=knows, reading=reading, longest_cell=longest_cell)
    if layout.positions and not reading.delimiter and sum(map(knows, source.header)) < 2:
        return source.file
    return source


def _json(spool: Spool, file: TextFile, path: str) -> Found:
    with file.open() as text:
        header = spool_records(spool, json_records(text, file.path.name, path))
    if not header:
        raise BadSource(f"{file.path.name} has no records.")
    return _facts(file, "json"), header


def _xml(spool: Spool, file: TextFile, path: str, layout: Layout) -> Found:
    from app.importing.sources.xml_records import xml_records

    if not path:
        raise BadSource(
            f"The file {file.path.name} is XML; name the path to its records with --records, "
            "such as catalog/product."
        )
    with file.open_bytes() as raw:
        records = xml_records(raw, file.path.name, path, layout.rows_of)
        header = spool_records(spool, records, layout.names)
    return _facts(file, "xml") | {"records": path}, header


def _x12(spool: Spool, file: TextFile) -> Found:
    from app.importing.sources.x12 import x12_records

    with file.open() as text:
        header = spool_records(spool, x12_records(text, file.path.name))
    return _facts(file, "x12"), header


def _fixed(spool: Spool, file: TextFile, positions: Positions, knows: Known) -> Found:
    with file.open() as text:
        spool_fixed_width(spool, text, positions, knows)
    return _facts(file, "fixed width"), list(positions)


def _facts(file: TextFile, kind: str) -> dict[str, Any]:
    return {"format": kind, "sha256": file.sha256, "encoding": file.encoding}
