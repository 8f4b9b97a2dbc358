"""How a database differs from the models: what somebody changed by hand, or a migration forgot.

Alembic compares tables, columns, types, indexes and keys. Defaults, computed columns, checks and
exclusions it does not: for these each table is made once more as a temporary one, and PostgreSQL's
own words for both are compared. Nothing of it stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Table, text
from sqlalchemy.schema import CreateTable

from app.db import applied, migrate
from app.db.base import Model
from app.db.projects import Owners
from app.db.versioning import versioned_models
from app.plugins import CORE

QUEUE = "procrastinate_"
ANNOTATING = ("annotated", "annotated_truncate")
TRIGGERS = ("history_insert", "history_update", "history_delete", "history_truncate")

_RULES = """
SELECT c.conname AS name, pg_get_constraintdef(c.oid) AS words,
       ARRAY(SELECT a.attname::text FROM pg_attribute a
              WHERE a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)) AS columns
  FROM pg_constraint c
 WHERE c.conrelid = to_regclass(:table) AND c.contype IN ('c', 'x')
UNION ALL
SELECT a.attname, CASE WHEN a.attgenerated <> '' THEN 'computed as ' ELSE 'default ' END
       || pg_get_expr(d.adbin, d.adrelid), ARRAY[a.attname::text]
  FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
 WHERE d.adrelid = to_regclass(:table)
"""


@dataclass(frozen=True)
class Rule:
    """A check, an exclusion, a default or a computed column, in PostgreSQL's words."""

    name: str
    words: str
    columns: tuple[str, ...]


def differences(bind: str, branch: str = CORE) -> list[str]:
    """How a database differs from the models, a line each; empty when it does not."""
    owners = Owners(tuple(migrate.projects()))
    metadata = migrate.metadata_of(bind)
    with migrate.engine_of(bind).connect() as connection:
        found = _edited(connection, bind, branch)
        found += _by_alembic(connection, metadata, branch, owners)
        for table in metadata.sorted_tables:
            found += _rules(connection, table, branch, owners)
        if bind == "core":
            found += _untracked(connection, branch, owners)
    return found


def _edited(connection: Connection, bind: str, branch: str) -> list[str]:
    scripts = [
        script for script in migrate.revisions_of(bind) if migrate.branch_of(script) == branch
    ]
    return [
        f"migration {revision} was edited after it ran here: put it back, and write a new one"
        for revision in applied.edited(connection, scripts)
    ]


def _by_alembic(
    connection: Connection, metadata: MetaData, branch: str, owners: Owners
) -> list[str]:
    options = {
        "compare_type": True,
        "include_object": owners.only(branch),
        "include_name": _not_a_partition(connection),
    }
    context = MigrationContext.configure(connection, opts=options)
    entries = compare_metadata(context, metadata)
    return [_in_words(entry) for entry in entries if _concerns(entry, branch, owners)]


def _rules(connection: Connection, table: Table, branch: str, owners: Owners) -> Iterator[str]:
    """What holds in the database and what the model asks for, where they differ."""

    def concerns(rule: Rule) -> bool:
        of = {owners.of_column(table.name, column) for column in rule.columns}
        return max(of - {CORE}, default=owners.of_table(table.name)) == branch

    there = _rules_of(connection, f"public.{_quoted(table)}")
    if not connection.scalar(text("SELECT to_regclass(:t)"), {"t": f"public.{_quoted(table)}"}):
        return  # Alembic says that it is missing
    transaction = connection.begin_nested()
    try:
        connection.execute(CreateTable(_temporary(table), include_foreign_key_constraints=[]))
        wanted = _rules_of(connection, f"pg_temp.{_quoted(table)}")
    finally:
        transaction.rollback()
    for name in sorted(there.keys() | wanted.keys()):
        old, new = there.get(name), wanted.get(name)
        if old and not new and concerns(old):
            yield f"remove {table.name}.{name}: {old.words}"
        elif new and not old and concerns(new):
            yield f"add {table.name}.{name}: {new.words}"
        elif old and new and old.words != new.words and concerns(old):
            yield f"change {table.name}.{name}: {old.words} should be {new.words}"


def _temporary(table: Table) -> Table:
    copied = table.to_metadata(MetaData(naming_convention=table.metadata.naming_convention))
    copied._prefixes = ["TEMPORARY"]
    return copied


def _rules_of(connection: Connection, table: str) -> dict[str, Rule]:
    rows = connection.execute(text(_RULES), {"table": table})
    rules = (Rule(row.name, row.words, tuple(sorted(row.columns))) for row in rows)
    return {rule.name: rule for rule in rules}


def _quoted(table: Table) -> str:
    return f'"{table.name}"'


def _untracked(connection: Connection, branch: str, owners: Owners) -> Iterator[str]:
    """The tables with a history, or with notes, whose triggers are missing or disabled."""
    active = _triggers(connection, (*TRIGGERS, *ANNOTATING))
    mapped = {mapper.class_ for mapper in Model.registry.mappers}
    asked = (
        ("history of table {} is not recorded", TRIGGERS, versioned_models()),
        ("notes of table {} are not kept in order", ANNOTATING,
         [model for model in mapped if model.__annotated__]),
    )  # fmt: skip
    for words, names, models in asked:
        for table in sorted(model.__table__.name for model in models):
            missing = [name for name in names if name not in active.get(table, ())]
            if missing and owners.of_table(table) == branch:
                yield f"{words.format(table)}: no trigger {', '.join(missing)}"


def _triggers(connection: Connection, names: tuple[str, ...]) -> dict[str, list[str]]:
    """The enabled triggers of these names, by table."""
    query = text(
        "SELECT c.relname, array_agg(t.tgname::text) FROM pg_trigger t"
        " JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE t.tgname = ANY(:names) AND t.tgenabled <> 'D' GROUP BY c.relname"
    )
    rows = connection.execute(query, {"names": list(names)})
    return {table: triggers for table, triggers in rows}  # noqa: C416


def _not_a_partition(connection: Connection) -> Callable[[str | None, str, Any], bool]:
    """A partition is made when its month comes, and has the columns of its table.

    Nor the table of the migrations themselves, and those of the queue, which no model has.
    """
    query = text("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'")
    partitions = {*connection.scalars(query), applied.TABLE}
    return lambda name, kind, parents: (
        kind != "table" or not (name in partitions or str(name).startswith(QUEUE))
    )


def _concerns(entry: Any, branch: str, owners: Owners) -> bool:
    """Whether a difference is of this branch: a comment of a core table is not a project's."""
    return "comment" not in entry[0] or owners.of_table(entry[1].name) == branch


def _in_words(entry: Any) -> str:
    if isinstance(entry, list):
        return "; ".join(_in_words(part) for part in entry)
    verb, *things = entry
    if any(hasattr(thing, "table") for thing in things):  # it names its table itself
        things = [thing for thing in things if not isinstance(thing, str)]
    names = ", ".join(_name(thing) for thing in things if thing is not None)
    return f"{verb.replace('_', ' ')}: {names}"


def _name(thing: Any) -> str:
    table = getattr(thing, "table", None)
    name = getattr(thing, "name", None) or str(thing)
    return f"{table.name}.{name}" if table is not None else str(name)
