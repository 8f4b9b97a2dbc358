"""The reference pages of the tables, written from the models and from the list of Rattail's facts.

`python -m app.cli.schema_reference` brings docs/reference/schema.md and from-rattail.md up to date.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import CheckConstraint, Column, Computed, Table, UniqueConstraint
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from app.db.base import Model, db
from app.db.versioning import is_versioned

DOCS = Path(__file__).parents[2] / "docs" / "reference"
MAPPING = DOCS / "from-rattail.toml"
PLACES = {None: "The core database", "trainwreck": "The sales database (trainwreck)",
          "tempmon": "The temperature database (tempmon)"}  # fmt: skip
DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def schema_page() -> str:
    """Every table of the core, by database and module, with what each column means."""
    parts = [_HEAD]
    for bind, title in PLACES.items():
        models = _models(bind)
        parts.append(f"\n## {title}\n")
        for module in dict.fromkeys(model.__module__ for model in models):
            parts.append(f"\n### {_title(module)}\n")
            parts += [_table(model) for model in models if model.__module__ == module]
    return "".join(parts)


def rattail_page() -> str:
    """Where each fact of the replaced system has its home."""
    mapping = tomllib.loads(MAPPING.read_text(encoding="utf-8"))
    parts = [_RATTAIL_HEAD]
    for bind, tables in mapping.items():
        parts.append(f"\n## {bind.capitalize()}\n")
        for table, facts in tables.items():
            rows = "".join(f"| `{fact}` | {_home(home)} |\n" for fact, home in facts.items())
            parts.append(f"\n### {table}\n\n| Fact | Home |\n|---|---|\n{rows}")
    return "".join(parts)


def _models(bind: str | None) -> list[type[Any]]:
    """The models of one database, by module and table; those of projects are theirs to tell."""
    found = {
        mapper.class_.__table__.name: mapper.class_
        for mapper in Model.registry.mappers
        if mapper.class_.__module__.startswith("app.")
        and mapper.class_.__table__.metadata is db.metadatas.get(bind)
    }
    return sorted(found.values(), key=lambda model: (model.__module__, model.__table__.name))


def _title(module: str) -> str:
    """The first sentence of the module that declares the tables."""
    return (sys.modules[module].__doc__ or module).strip().splitlines()[0].rstrip(".")


def _table(model: type[Any]) -> str:
    table = model.__table__
    history = " Its history is kept." if is_versioned(model) else ""
    rows = "".join(_column(column) for column in table.columns if column.name != "uuid")
    rules = "".join(f"- {rule}\n" for rule in _rules(table))
    return (
        f"\n#### {table.name}\n\n{_cell(table.comment or '')}{history}\n\n"
        f"| Column | Type | Meaning |\n|---|---|---|\n{rows}" + (f"\n{rules}" if rules else "")
    )


def _column(column: Column[Any]) -> str:
    type_ = column.type.compile(DIALECT).lower()
    optional = "" if not column.nullable or column.primary_key else ", optional"
    return f"| `{column.name}` | {type_}{optional} | {_cell(_meaning(column))} |\n"


def _meaning(column: Column[Any]) -> str:
    said = [column.comment] if column.comment else []
    said += [
        f"→ [{k.column.table.name}](#{k.column.table.name})" + _goes_along(k)
        for k in column.foreign_keys
    ]
    if isinstance(column.computed, Computed):
        said.append(f"computed: `{column.computed.sqltext}`")
    return "; ".join(said)


def _goes_along(key: Any) -> str:
    return ", goes with it" if key.ondelete == "CASCADE" else ""


def _rules(table: Table) -> Iterator[str]:
    """Checks and what must be unique, in the database's words."""
    for constraint in sorted(table.constraints, key=lambda one: str(one.name)):
        if isinstance(constraint, CheckConstraint):
            yield f"check `{_cell(str(constraint.sqltext))}`"
        elif isinstance(constraint, UniqueConstraint):
            yield "unique: " + ", ".join(f"`{c.name}`" for c in constraint.columns)
        elif isinstance(constraint, ExcludeConstraint):
            yield f"no two overlap: `{constraint.name}`"
    for index in sorted(table.indexes, key=lambda one: str(one.name)):
        if index.unique:
            where = index.dialect_options["postgresql"]["where"]
            columns = ", ".join(f"`{expression}`" for expression in index.expressions)
            yield f"unique: {columns}" + (f" where `{where}`" if where is not None else "")


def _home(home: str) -> str:
    kind, _, reason = home.partition(": ")
    if kind in ("not kept", "later"):
        return f"*{kind}*: {_cell(reason)}"
    return ", ".join(_linked(one) for one in home.split("; "))


def _linked(home: str) -> str:
    table = home.rpartition(":")[2].partition(".")[0]
    return f"[`{home}`](schema.md#{table})"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "&#124;").replace("<", "&lt;")


_HEAD = """# The tables

Made from the models by `python -m app.cli.schema_reference`; their comments are in the database too
(`\\d+` in psql). Every table has `uuid`, its key. A table whose history is kept has a `_version`
table beside it, with `transaction_id`, `end_transaction_id` and `operation_type`. Where the facts
of Rattail's tables are: [from-rattail.md](from-rattail.md).
"""
_RATTAIL_HEAD = """# Where the facts of Rattail's tables are

Made from [from-rattail.toml](from-rattail.toml) by `python -m app.cli.schema_reference`. What a row
says by being there has the table alone; what is not kept has its reason.
"""


def write() -> None:
    """Write both pages."""
    from app.db.projects import load_models
    from app.db.versioning import finish
    from app.plugins import Registry, load_plugins

    load_models(Registry(load_plugins()))
    finish()
    (DOCS / "schema.md").write_text(schema_page(), encoding="utf-8")
    (DOCS / "from-rattail.md").write_text(rattail_page(), encoding="utf-8")


if __name__ == "__main__":
    write()
