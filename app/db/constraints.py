"""What the database forbids: foreign keys, unique and exclusion constraints, as it knows them.

Read from PostgreSQL's catalogue, so that tables and indexes of projects count as ours do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

TAKES_ALONG = {"c": "cascade", "n": "set null", "d": "set default"}


@dataclass(frozen=True)
class ForeignKey:
    """Rows of `child` refer by `columns` to `parent_columns` of `parent`."""

    name: str
    child: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    rule: str

    @property
    def forbids_deletion(self) -> bool:
        return self.rule not in TAKES_ALONG


@dataclass(frozen=True)
class NoTwo:
    """No two rows of a table for which `expressions` compare as true by `operators`."""

    name: str
    table: str
    expressions: tuple[str, ...]
    operators: tuple[str, ...]
    where: str | None
    nulls_are_equal: bool


_FOREIGN_KEYS = """
SELECT c.conname, child.relname AS child, parent.relname AS parent, c.confdeltype::text AS rule,
       ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY k(n, i)
               JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.n ORDER BY i)
         AS columns,
       ARRAY(SELECT a.attname::text FROM unnest(c.confkey) WITH ORDINALITY k(n, i)
               JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.n ORDER BY i)
         AS parent_columns
  FROM pg_constraint c
  JOIN pg_class child ON child.oid = c.conrelid
  JOIN pg_class parent ON parent.oid = c.confrelid
 WHERE c.contype = 'f' AND c.conparentid = 0
   AND (child.relname = ANY(:tables) OR parent.relname = ANY(:tables))
 ORDER BY c.conname
"""

_NO_TWO = """
SELECT i.relname AS name, t.relname AS table, x.indnullsnotdistinct AS nulls_are_equal,
       pg_get_expr(x.indpred, x.indrelid) AS where,
       ARRAY(SELECT pg_get_indexdef(x.indexrelid, n, true)
               FROM generate_series(1, x.indnkeyatts) n ORDER BY n) AS expressions,
       (SELECT ARRAY(SELECT o.oprname::text FROM unnest(c.conexclop) WITH ORDINALITY e(oid, n)
                       JOIN pg_operator o ON o.oid = e.oid ORDER BY n)
          FROM pg_constraint c WHERE c.conindid = x.indexrelid AND c.contype = 'x') AS operators
  FROM pg_index x
  JOIN pg_class i ON i.oid = x.indexrelid
  JOIN pg_class t ON t.oid = x.indrelid
 WHERE (x.indisunique OR x.indisexclusion) AND NOT x.indisprimary AND t.relname = ANY(:tables)
 ORDER BY i.relname
"""


def foreign_keys(session: Session, tables: Collection[str]) -> list[ForeignKey]:
    """The foreign keys from and to these tables."""
    rows = session.execute(text(_FOREIGN_KEYS), {"tables": list(tables)}).mappings()
    return [
        ForeignKey(
            row["conname"], row["child"], tuple(row["columns"]),
            row["parent"], tuple(row["parent_columns"]), row["rule"],
        )
        for row in rows
    ]  # fmt: skip


def no_two(session: Session, tables: Collection[str]) -> list[NoTwo]:
    """What must differ between the rows of these tables, beside their keys."""
    rows = session.execute(text(_NO_TWO), {"tables": list(tables)}).mappings()
    return [
        NoTwo(
            row["name"], row["table"], tuple(row["expressions"]),
            tuple(row["operators"] or ["="] * len(row["expressions"])),
            row["where"], row["nulls_are_equal"],
        )
        for row in rows
    ]  # fmt: skip


def owners_first(tables: Iterable[str], keys: Iterable[ForeignKey]) -> list[str]:
    """The tables in an order in which each comes after those it refers to, as far as can be."""
    wanted = sorted(tables)
    refers = {name: {key.parent for key in keys if key.child == name} for name in wanted}
    found: list[str] = []
    seen: set[str] = set()

    def visit(name: str) -> None:
        if name in seen or name not in refers:
            return
        seen.add(name)
        for parent in sorted(refers[name]):
            visit(parent)
        found.append(name)

    for name in wanted:
        visit(name)
    return found
