"""An import from a file into one table, so short that each line says something of the file.

class Goods(OneTable):
    key, title, model, by = "poser-goods", "Goods of the wholesaler", Product, "number"
    sample_file = "data/goods.csv"
    columns = (
        FileColumn("number", Label(), ("item no",)),
        FileColumn("department_number", Whole(), ("dept",)),
    )

Columns are called as `storekeeper export` calls them: a reference goes by the natural key of what
it refers to, and is found by that.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from app.db import Model
from app.importing.cells import Barcode
from app.importing.errors import BadDeclaration
from app.importing.file_feed import FileColumn, FileFeed
from app.importing.handler import FileHandler
from app.importing.importer import Field, Ref, TableImporter, table_of
from app.importing.table_keys import TableField, fields_of, natural_key

__all__ = ["FileColumn", "OneTable", "Ref"]


class OneTable(FileHandler):
    """Keeps one table equal to a file. What the columns do not tell stays as it is."""

    model: ClassVar[type[Model]]
    by: ClassVar[str | tuple[str, ...]] = ()
    """The fields by which a row and an object are the same; by default the natural key."""
    columns: ClassVar[Sequence[FileColumn]]
    """What the key needs must be in the file; what may not be NULL is never empty there."""
    refs: ClassVar[Mapping[str, Ref]] = {}
    """How a reference is found, where not by its natural key; or that what is missing is made:
    `{"brand_uuid": Ref(Brand, create=True, name="brand_name")}`."""
    create: ClassVar[bool] = True
    delete: ClassVar[bool] = False
    sample_file: ClassVar[str]
    """Some rows of such a file, for tests: its path from the folder of the module."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        # Now, and not when this class was made: projects add their columns in between.
        self._importers = (importer_of(type(self)),)

    def chosen(self) -> Sequence[type[TableImporter]]:
        return self._importers

    @classmethod
    def sample(cls) -> str:
        return (Path(inspect.getfile(cls)).parent / cls.sample_file).read_text("utf-8")


def importer_of(handler: type[OneTable]) -> type[TableImporter]:
    """The importer that a handler declares. Raises BadDeclaration for columns of nothing."""
    known = fields_of(handler.model)
    names = [column.name for column in handler.columns]
    fields = dict(_fields(handler, known, names))
    by = handler.by or natural_key(handler.model)
    key = (by,) if isinstance(by, str) else by
    _refuse_unknown(handler, known, names, (*key, *handler.refs))
    found: dict[str, Any] = {
        "__doc__": handler.__doc__, "model": handler.model, "key": key, "fields": fields,
        "feed": _feed(handler, known, fields, key),
        "create": handler.create, "delete": handler.delete,
    }  # fmt: skip
    return type(f"{handler.__name__}Importer", (TableImporter,), found)


def _fields(
    handler: type[OneTable], known: Sequence[TableField], names: Sequence[str]
) -> Iterator[tuple[str, Field]]:
    for field in known:
        source = handler.refs.get(field.name) or source_of(field, names)
        if source is not None:
            yield field.name, source
    codes = {column.name for column in handler.columns if isinstance(column.kind, Barcode)}
    if "gtin" in codes and "kind" in table_of(handler.model).c and "kind" not in names:
        yield "kind", "gtin_kind"


def source_of(field: TableField, names: Sequence[str]) -> Field | None:
    """Where the file tells a field: its own column, or all that its reference needs."""
    if isinstance(field.field, Ref):
        return _found(field.field, names, field.name.removesuffix("_uuid"))
    return field.field if field.field in names else None


def _found(ref: Ref, names: Sequence[str], stem: str) -> Ref | None:
    """The reference by columns that are there. The department of a category is the column
    `category_department_number`, or else that of the row, `department_number`."""
    by: dict[str, str | Ref] = {}
    for name, value in ref.by:
        inner = (
            _found(value, names, stem) if isinstance(value, Ref) else _column(value, names, stem)
        )
        if inner is None:
            return None
        by[name] = inner
    return Ref(ref.model, create=ref.creates, **by)


def _column(name: str, names: Sequence[str], stem: str) -> str | None:
    shorter = name.removeprefix(f"{stem}_")
    is_of_row = shorter != name and "_" in shorter and shorter in names
    return name if name in names else shorter if is_of_row else None


def _feed(
    handler: type[OneTable],
    known: Sequence[TableField],
    fields: Mapping[str, Field],
    key: Sequence[str],
) -> type[FileFeed]:
    of_key = {staged for name in key for staged in _staged(fields.get(name))}
    nullable = {
        part.name: f.column.nullable or part.column.nullable for f in known for part in f.known
    }

    def told(column: FileColumn) -> FileColumn:
        required = column.required or column.name in of_key
        needed = column.empty is None and not nullable.get(column.name, True)
        return replace(column, required=required, filled=column.filled or needed)

    table = table_of(handler.model)
    found: dict[str, Any] = {
        "__doc__": handler.__doc__, "name": handler.key.replace("-", "_"),
        "word": table.name.replace("_", " ").capitalize(), "key": tuple(sorted(of_key)),
        "columns": tuple(map(told, handler.columns)),
    }  # fmt: skip
    return type(f"{handler.__name__}Rows", (FileFeed,), found)


def _staged(field: Field | None) -> Iterator[str]:
    if isinstance(field, Ref):
        yield from (name for name, _ in field.staged())
    elif isinstance(field, str):
        yield field


def _refuse_unknown(
    handler: type[OneTable], known: Sequence[TableField], names: Sequence[str], own: Sequence[str]
) -> None:
    columns = {part.name for field in known for part in field.known}
    of_refs = {name for ref in handler.refs.values() for name in _all_staged(ref)}
    fields = {field.name for field in known}
    unknown = [name for name in names if name not in columns | of_refs]
    unknown += [name for name in own if name not in fields]
    if unknown:
        raise BadDeclaration(
            f"{handler.key}: {table_of(handler.model).name} has no {', '.join(unknown)}; "
            f"it has {', '.join(sorted(columns))}."
        )


def _all_staged(ref: Ref) -> Iterator[str]:
    yield from (name for name, _ in ref.staged())
    yield from (name for name, _ in ref.staged_for_create())
