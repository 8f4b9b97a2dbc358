"""The sample of an import into one table: what it takes for granted, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.importing.file_feed import FileFeed
from app.importing.importer import Ref
from app.importing.one_table import OneTable, importer_of
from app.importing.report import Report
from app.importing.sketch.picking import value_of
from app.importing.targets.table_rows import TableRows
from app.testing.samples import sample


def imported_sample(
    handler: type[OneTable], app: Any, session: Any, folder: Path
) -> tuple[Report, dict[Any, dict[str, Any]]]:
    """Import the sample, and look up what came of it: by its key, each column with its value."""
    started = on_own_sample(handler, app.extensions["settings"], session, folder)
    report = started.run(by="ann")
    names = [column.name for column in handler.columns]
    rows = TableRows(handler.model, names)
    key = rows_key(handler)
    found = {}
    for row in rows.read(session.connection()):
        values = dict(zip(rows.header, row, strict=True))
        said = tuple(values[name] for name in key)
        found[said if len(said) > 1 else said[0]] = {name: values[name] for name in names}
    return report, found


def on_own_sample(handler: type[OneTable], settings: Any, session: Any, folder: Path) -> OneTable:
    """A handler that reads its sample; what the sample takes for granted is there."""
    path = folder / "sample.csv"
    path.write_text(handler.sample(), encoding="utf-8")
    handler.before_sample(session)
    started = handler(settings, path)
    (importer,) = started.chosen()
    for row in _rows(started):
        for field in importer.field_map().values():
            if isinstance(field, Ref) and not field.creates:
                _made(session, field, row)
        if not importer.create:
            key = {
                name: _of(session, importer.field_map()[name], row) for name in importer.keys_of()
            }
            sample(session, handler.model, **key)
    session.commit()
    return started


def rows_key(handler: type[OneTable]) -> list[str]:
    """The columns of the file by which a row is known, in the order of the key."""
    importer = importer_of(handler)
    fields = [importer.field_map()[name] for name in importer.keys_of()]
    parts = [[n for n, _ in f.staged()] if isinstance(f, Ref) else [str(f)] for f in fields]
    return [name for part in parts for name in part]


def _rows(handler: OneTable) -> Iterator[dict[str, Any]]:
    """The values of each row by the columns of the stage."""
    with handler.open_source() as source:
        feed = handler.feed(FileFeed, source)
        assert isinstance(feed, FileFeed)
        readers = {column: column.kind.reader(feed.context) for column in feed.columns}
        types = feed.types
        for _, rows in source.chunks(_refuse):
            for row in rows:
                cells = {column: row[place].strip() for column, place in feed.places.items()}
                yield {
                    column.name: value_of(
                        readers[column](text).partition("\t")[0], types[column.name]
                    )
                    for column, text in cells.items() if text
                }  # fmt: skip


def _refuse(line: int, reason: str, row: Any) -> None:
    raise AssertionError(f"Line {line} of the sample: {reason}")


def _made(session: Any, ref: Ref, row: Mapping[str, Any]) -> Any:
    """The uuid of the object that a row names; it is made where it is missing."""
    by = {name: _of(session, value, row) for name, value in ref.by}
    if all(value is None for value in by.values()):
        return None
    there = session.scalars(select(ref.model).filter_by(**by)).one_or_none()
    return (there or sample(session, ref.model, **by)).uuid


def _of(session: Any, field: Any, row: Mapping[str, Any]) -> Any:
    return _made(session, field, row) if isinstance(field, Ref) else row.get(field)
