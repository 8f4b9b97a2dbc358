"""References that create what is missing: an importer is made for each, and goes before.

`Ref(Department, number="dept", create={"name": "dept_name"})` makes the departments that a source
names and the table lacks, from the rows of the importer that refers to them. What is there already
is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from app.importing.importer import Field, Ref, TableImporter, must_be_given, table_of
from app.importing.options import Options


def with_creators(
    importers: Iterable[type[TableImporter]], options: Options
) -> list[type[TableImporter]]:
    """The importers, each behind those that create what it refers to."""
    found: list[type[TableImporter]] = []
    may_create = options.may("create") is not False
    declared = list(importers)
    names = {importer.name() for importer in declared}
    for importer in declared:
        for ref in _creating(importer) if may_create else ():
            maker = _importer_for(ref, importer, names)
            names.add(maker.name())
            found.append(maker)
        found.append(importer)
    return found


def _creating(importer: type[TableImporter]) -> Iterator[Ref]:
    """The references that create, inner ones first, each once."""
    refs = [field for field in importer.field_map().values() if isinstance(field, Ref)]
    yield from dict.fromkeys(ref for outer in refs for ref in _inside_out(outer) if ref.creates)


def _inside_out(ref: Ref) -> Iterator[Ref]:
    for _, value in ref.by:
        if isinstance(value, Ref):
            yield from _inside_out(value)
    yield ref


def _importer_for(ref: Ref, origin: type[TableImporter], taken: set[str]) -> type[TableImporter]:
    fields: Mapping[str, Field] = {**dict(ref.by), **dict(ref.more)}
    needed = {*dict(ref.by), *must_be_given(table_of(ref.model))}
    given = [staged for staged, _ in ref.staged()]
    given += [staged for name, staged in ref.more if name in needed]
    return type(
        f"{ref.model.__name__}For{origin.__name__}",
        (TableImporter,),
        {
            "__doc__": f"Creates what {origin.__name__} refers to and is not there.",
            "model": ref.model, "key": tuple(dict(ref.by)), "fields": fields,
            "feed": origin.feed, "beside": origin, "title": _title(ref, origin, taken),
            "given": tuple(given), "shared": True, "update": False, "may_delete": False,
        },
    )  # fmt: skip


def _title(ref: Ref, origin: type[TableImporter], taken: set[str]) -> str:
    """A title of its own: two references may name the same table."""
    words = f"New {table_of(ref.model).name.replace('_', ' ')}"
    staged = " ".join(name for name, _ in ref.staged()).replace("_", " ")
    for title in (words, f"{words} by {staged}"):
        if title.lower().replace(" ", "_") not in taken:
            return title
    return f"{words} by {staged} of {origin.name()}"
