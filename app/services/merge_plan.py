"""What merging two records would do: what is filled in, what moves, and what cannot be kept twice.

Whatever refers to the record that goes is found in PostgreSQL's catalogue, so tables and indexes of
projects count as ours do. See docs/why/merging.md.
"""
# ruff: noqa: S608 - names come from the models and the catalogue, values are bound.

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db.constraints import ForeignKey, NoTwo, foreign_keys, no_two
from app.services.merge_facts import (
    ADD,
    BLOCKED,
    DROP,
    LOOSEN,
    RENUMBER,
    SAME,
    UNFLAG,
    Clash,
    Moving,
    Plan,
    facts_of,
    model_of,
)
from app.services.undo_stage import quoted

ANNOTATIONS = ("note", "attachment")
EXAMPLES = 5


def make(
    session: Session, *, keep: Any, remove: Any, fill: Iterable[str] = (), add: Iterable[str] = ()
) -> Plan:
    """Ask what merging would do; nothing is written. `add` has tables whose rows are added up."""
    session.flush()
    table = str(keep.__table__.name)
    finder = Finder(session, table, keep.uuid, remove.uuid, frozenset(add))
    finder.look()
    facts = facts_of(session, keep, remove, set(fill))
    return Plan(keep, remove, facts, tuple(finder.moving), tuple(finder.clashes))


@dataclass
class Finder:
    """Asks, table by table, what refers to the record that goes."""

    session: Session
    table: str
    keep: UUID
    gone: UUID
    added: frozenset[str] = frozenset()
    keys: list[ForeignKey] = field(default_factory=list)
    moving: list[Moving] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)

    def look(self) -> None:
        """Fill in `moving` and `clashes`."""
        keys = foreign_keys(self.session, {self.table})
        self.keys = [key for key in keys if key.parent == self.table]
        rules = no_two(self.session, {key.child for key in self.keys})
        for key in self.keys:
            self._look_at(key, [rule for rule in rules if rule.table == key.child])
        for name in ANNOTATIONS:
            count = self._count(name, "subject_uuid", "subject_table = :of", of=self.table)
            self._move(name, "subject_uuid", count)

    def _look_at(self, key: ForeignKey, rules: list[NoTwo]) -> None:
        (column,) = key.columns
        left: set[UUID] = set(self._taken(key.child))
        if key.child == self.table:
            self._would_be_its_own(key)
            left |= {self.keep, self.gone}
        if key.rule == "c" and key.child not in self.added:
            left |= self._drop_same(key)
        concerned = [rule for rule in rules if any(_says(e, column) for e in rule.expressions)]
        for rule in sorted(concerned, key=lambda rule: self._way(rule, column) != DROP):
            left |= self._clash(rule, column, left)
        count = self._count(
            key.child, column, "NOT (uuid = ANY(CAST(:left AS uuid[])))", left=texts(left)
        )
        self._move(key.child, column, count)

    def _clash(self, rule: NoTwo, column: str, left: set[UUID]) -> set[UUID]:
        """Rows that break a rule; returns those that will not be moved."""
        pairs = self._both(rule, column)
        found = [one for one in pairs if one not in left]
        way = self._way(rule, column)
        if not found:
            return set()
        if way != DROP:
            target = flag_of(rule) if way == UNFLAG else self._others(rule, column)[0]
            self._tell(rule, way, found, target, column)
            return set()
        stuck = self._in_use(rule.table, found)
        way = ADD if rule.table in self.added else DROP
        self._tell(rule, way, [one for one in found if one not in stuck], kept=pairs)
        self._tell(rule, BLOCKED, [one for one in found if one in stuck])
        return set(found)

    def _way(self, rule: NoTwo, column: str) -> str:
        """How rows that break a rule are made to keep it."""
        kinds = self._kinds(rule.table)
        if rule.where and kinds.get(flag_of(rule)) == "bool":
            return UNFLAG
        others = self._others(rule, column)
        numbered = len(others) == 1 and kinds.get(others[0]) in {"int2", "int4", "int8"}
        return RENUMBER if numbered and not rule.where else DROP

    def _both(self, rule: NoTwo, column: str) -> dict[UUID, UUID]:
        """Rows of the one that goes, each with the row in its place of the one that stays."""
        pairs = [
            (e, op)
            for e, op in zip(rule.expressions, rule.operators, strict=True)
            if not _says(e, column)
        ]
        told = "".join(f", {e} AS e{n}" for n, (e, _op) in enumerate(pairs))
        only = f" AND ({rule.where})" if rule.where else ""
        sides = [
            f"(SELECT uuid{told} FROM {quoted(rule.table)} WHERE {quoted(column)} = :{who}{only})"
            for who in ("gone", "keep")
        ]
        same = "IS NOT DISTINCT FROM" if rule.nulls_are_equal else "="
        met = " AND ".join(
            f"g.e{n} {same if op == '=' else op} k.e{n}" for n, (_e, op) in enumerate(pairs)
        )
        query = (
            f"SELECT DISTINCT ON (g.uuid) g.uuid, k.uuid FROM {sides[0]} g"
            f" JOIN {sides[1]} k ON {met or 'true'} ORDER BY g.uuid, k.uuid"
        )
        both = {"keep": str(self.keep), "gone": str(self.gone)}
        rows = self.session.execute(text(query), both)
        return {UUID(str(gone)): UUID(str(kept)) for gone, kept in rows}

    def _drop_same(self, key: ForeignKey) -> set[UUID]:
        """Parts that say nothing new, such as the same phone number twice."""
        (column,) = key.columns
        bare = f"- ARRAY['uuid', '{column}', 'position']"
        table = quoted(key.child)
        found = self._uuids(
            f"SELECT DISTINCT g.uuid FROM {table} g JOIN {table} k"
            f" ON to_jsonb(g) {bare} = to_jsonb(k) {bare}"
            f" WHERE g.{quoted(column)} = :gone AND k.{quoted(column)} = :keep"
        )
        free = set(found) - self._in_use(key.child, found)
        if free:
            names = self._names(key.child, sorted(free))
            self.clashes.append(Clash(key.child, SAME, "", tuple(sorted(free)), names=names))
        return free

    def _would_be_its_own(self, key: ForeignKey) -> None:
        (column,) = key.columns
        itself = f"SELECT uuid FROM {quoted(self.table)} WHERE {quoted(column)} = :gone"
        if self._uuids(f"{itself} AND uuid = :keep"):
            free = self.session.scalar(
                text("SELECT NOT attnotnull FROM pg_attribute"
                     " WHERE attrelid = to_regclass(:table) AND attname = :column"),
                {"table": quoted(self.table), "column": column},
            )  # fmt: skip
            way = LOOSEN if free else BLOCKED
            self.clashes.append(Clash(self.table, way, key.name, (self.keep,), column))

    def _in_use(self, table: str, uuids: Collection[UUID]) -> set[UUID]:
        """Those rows to which others refer: to drop them would lose something."""
        keys = [key for key in foreign_keys(self.session, {table}) if key.parent == table]
        asked = [
            f"SELECT {quoted(k.columns[0])} FROM {quoted(k.child)}"
            f" WHERE {quoted(k.columns[0])} = ANY(CAST(:uuids AS uuid[]))"
            for k in keys
        ]
        asked += [f"SELECT subject_uuid FROM {n} WHERE subject_uuid = ANY(CAST(:uuids AS uuid[]))"
                  for n in ANNOTATIONS]  # fmt: skip
        return set(self._uuids(" UNION ".join(asked), uuids=texts(uuids)))

    def _tell(
        self,
        rule: NoTwo,
        way: str,
        found: list[UUID],
        column: str = "",
        by: str = "",
        kept: Mapping[UUID, UUID] | None = None,
    ) -> None:
        if found:
            names = self._names(rule.table, found)
            stays = tuple(kept[one] for one in found) if kept else ()
            told = Clash(rule.table, way, rule.name, tuple(found), column, names, by, stays)
            self.clashes.append(told)

    def _names(self, table: str, uuids: Collection[UUID]) -> tuple[str, ...]:
        model = model_of(table)
        if model is None:
            return ()
        few = list(uuids)[:EXAMPLES]
        return tuple(str(one) for uuid in few if (one := self.session.get(model, uuid)))

    def _taken(self, table: str) -> list[UUID]:
        """Rows of a table that go for another of its references."""
        ways = {SAME, DROP, ADD, BLOCKED}
        told = [clash for clash in self.clashes if clash.table == table and clash.way in ways]
        return [uuid for clash in told for uuid in clash.uuids]

    def _others(self, rule: NoTwo, column: str) -> list[str]:
        return [e.strip('"') for e in rule.expressions if not _says(e, column)]

    def _kinds(self, table: str) -> dict[str, str]:
        query = text(
            "SELECT a.attname::text, t.typname::text FROM pg_attribute a"
            " JOIN pg_type t ON t.oid = a.atttypid"
            " WHERE a.attrelid = to_regclass(:table) AND a.attnum > 0"
        )
        rows = self.session.execute(query, {"table": quoted(table)})
        return {str(name): str(kind) for name, kind in rows}

    def _move(self, table: str, column: str, count: int) -> None:
        if count:
            self.moving.append(Moving(table, column, count))

    def _count(self, table: str, column: str, only: str, **values: Any) -> int:
        query = f"SELECT count(*) FROM {quoted(table)} WHERE {quoted(column)} = :gone AND {only}"
        return self.session.scalar(text(query), {"gone": str(self.gone), **values}) or 0

    def _uuids(self, query: str, **values: Any) -> list[UUID]:
        given = {"keep": str(self.keep), "gone": str(self.gone), **values}
        asked = {name: value for name, value in given.items() if f":{name}" in query}
        return [UUID(str(one)) for one in self.session.scalars(text(query), asked)]


def texts(uuids: Iterable[UUID]) -> list[str]:
    """Keys as they are sent to PostgreSQL as an array."""
    return [str(uuid) for uuid in uuids]


def _says(expression: str, column: str) -> bool:
    return re.search(rf'(?<!\w)"?{re.escape(column)}"?(?!\w)', expression) is not None


def flag_of(rule: NoTwo) -> str:
    """The column of a rule such as “one primary code for each product”."""
    return (rule.where or "").strip("()").strip('"')
