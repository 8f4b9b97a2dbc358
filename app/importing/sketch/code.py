"""The programs that are written: the handler, its test, and the file of its sample."""

from __future__ import annotations

import csv
import io
import json
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from app.importing.cells import shown
from app.importing.importer import table_of
from app.importing.mapping import plain
from app.importing.sketch.fit import Fit
from app.importing.sketch.picking import Picked

WIDTH = 100
CELLS = ("Barcode", "Day", "Label", "Money", "Number", "Whole", "Words")


@dataclass(frozen=True)
class Names:
    """What things are called in the project."""

    package: str
    plugin: str
    """The key of the plugin."""
    name: str

    @property
    def dotted(self) -> str:
        return f"{self.package}.{self.module}"

    @property
    def module(self) -> str:
        return f"import_{self.name}"

    @property
    def handler(self) -> str:
        return "".join(part.capitalize() for part in self.name.split("_")) + "File"

    @property
    def key(self) -> str:
        return f"{self.plugin}-{self.name}".replace("_", "-")

    @property
    def title(self) -> str:
        return " ".join(self.name.split("_")).capitalize()


def handler_code(fit: Fit, header: Sequence[str], names: Names, *, records: str = "") -> str:
    """The module with the handler."""
    kinds = {one.guess.name for one in fit.taken}
    cells = ", ".join(sorted(kinds & {*CELLS}))
    imports = [
        *([f"from app.importing.cells import {cells}"] if cells else []),
        "from app.importing.one_table import FileColumn, OneTable",
        *(["from app.importing.table_cells import TableCell"] if "TableCell" in kinds else []),
    ]
    model = f"from {fit.model.__module__} import {fit.model.__name__}"
    table = table_of(fit.model).name
    return "\n".join([
        f'"""Brings a file into the table {table}: `storekeeper import {names.key} FILE`."""',
        "",
        *_blocks([*imports, model], names.package),
        "",
        "",
        *_left_out(fit, header),
        f"class {names.handler}(OneTable):",
        *_declared(fit, names),
        *(["    create = False"] if fit.lacking else []),
        *([f"    records = {literal(records)}"] if records else []),
        f'    sample_file = "data/{names.name}.csv"',
        "    columns = (",
        *(line for one in _columns(fit, header) for line in one),
        "    )",
        "",
    ])  # fmt: skip


def test_code(fit: Fit, picked: Picked, names: Names) -> str:
    """The module with the test."""
    rows = [picked.values[0], *picked.values[1:][-1:]]
    keys = [one.known.name for name in fit.key for one in fit.taken if one.field.name == name]
    types = {type(value) for row in rows for value in row.values()}
    days = [name for kind, name in ((date, "date"), (datetime, "datetime"), (time, "time"))
            if kind in types]  # fmt: skip
    own = f"from {names.dotted} import {names.handler}"
    return "\n".join([
        '"""Rows of the sample come into the database as they should."""',
        "",
        *([f"from datetime import {', '.join(days)}"] if days else []),
        *(["from decimal import Decimal"] if Decimal in types else []),
        *([""] if days or Decimal in types else []),
        "from app.testing.one_table import imported_sample",
        "",
        own,
        "",
        "",
        "def test_the_sample_comes_into_the_database(app, session, tmp_path):",
        f"    report, found = imported_sample({names.handler}, app, session, tmp_path)",
        "    assert report.rejected == []",
        *(line for row in rows for line in _expected(row, keys)),
        "",
    ])  # fmt: skip


def sample_text(rows: Any) -> str:
    """The file of the sample."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=rows.delimiter, lineterminator="\n")
    writer.writerows([rows.header, *rows.rows])
    return text.getvalue()


def literal(value: Any) -> str:
    """A value as a formatted program has it."""
    if isinstance(value, str):
        text = repr(value)
        return f'"{text[1:-1]}"' if text[0] == "'" and '"' not in value else text
    if isinstance(value, Decimal):
        return f'Decimal("{value.normalize():f}")'
    if isinstance(value, datetime):
        return f'datetime.fromisoformat("{value.isoformat()}")'
    if isinstance(value, date):
        return f"date({value.year}, {value.month}, {value.day})"
    if isinstance(value, time):
        return f'time.fromisoformat("{value.isoformat()}")'
    return repr(value)


def _blocks(imports: Iterable[str], package: str) -> Iterator[str]:
    """Imports of others, then those of the project."""
    own = f"from {package}"
    ordered = sorted(imports)
    mine = [one for one in ordered if one.startswith((f"{own}.", f"{own} "))]
    yield from (one for one in ordered if one not in mine)
    if mine:
        yield from ("", *mine)


def _left_out(fit: Fit, header: Sequence[str]) -> list[str]:
    """A comment that names the columns of the file that are not taken, and why."""
    taken = {one.place for one in fit.taken}
    left = [
        f"{shown(name) or f'#{place + 1}'}"
        + (f" ({shown(fit.reasons[place], 90)})" if place in fit.reasons else "")
        for place, name in enumerate(header) if place not in taken
    ]  # fmt: skip
    text = f"Not taken from the file: {', '.join(left)}." if left else ""
    return [f"# {line}" for line in textwrap.wrap(text, WIDTH - 2)]


def _declared(fit: Fit, names: Names) -> Iterator[str]:
    by = fit.key[0] if len(fit.key) == 1 else fit.key
    said = json.dumps(by) if isinstance(by, str) else f"({', '.join(map(json.dumps, by))})"
    values = f"{literal(names.key)}, {literal(names.title)}, {fit.model.__name__}"
    line = f"    key, title, model, by = {values}, {said}"
    if len(line) <= WIDTH:
        yield line
    else:
        yield from (f"    key, title, model = {values}", f"    by = {said}")


def _columns(fit: Fit, header: Sequence[str]) -> Iterator[list[str]]:
    for one in fit.taken:
        name, known = header[one.place], one.known.name
        parts = [literal(known), one.guess.code]
        parts += [f"({literal(name)},)"] if plain(name) != plain(known) else []
        yield call("FileColumn", parts, " " * 8)


def call(name: str, parts: Sequence[str], indent: str) -> list[str]:
    """A call with a comma behind it, on as many lines as it needs."""
    inner = ", ".join(parts)
    if len(line := f"{indent}{name}({inner}),") <= WIDTH:
        return [line]
    if len(line := f"{indent}    {inner}") > WIDTH:
        return [f"{indent}{name}(", *(f"{indent}    {part}," for part in parts), f"{indent}),"]
    return [f"{indent}{name}(", line, f"{indent}),"]


def _expected(row: dict[str, Any], keys: Sequence[str]) -> Iterator[str]:
    key = ", ".join(literal(row[name]) for name in keys)
    yield f"    assert found[{key}] == {{"
    yield from (f"        {literal(name)}: {literal(value)}," for name, value in row.items())
    yield "    }"
