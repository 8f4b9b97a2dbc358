"""What merging two records would do: what is filled in, what moves, and what cannot be kept twice.

Whatever refers to the record that goes is found in PostgreSQL's catalogue, so tables and indexes of
projects count as ours do. See docs/why/merging.md.
"""
# ruff: noqa: S608 - names come from the models and the catalogue, values are bound.

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import Model
from app.db.constraints import ForeignKey, NoTwo, foreign_keys, no_two
from app.services.merge_facts import Fact, facts_of
from app.services.undo_stage import quoted

ANNOTATIONS = ("note", "attachment")
EXAMPLES = 5
SAME, DROP, UNFLAG, RENUMBER, LOOSEN, BLOCKED = (
    "same", "drop", "unflag", "renumber", "loosen", "blocked",
)  # fmt: skip


@dataclass(frozen=True)
class Moving:
    """Rows of a table that will refer to the record that stays."""

    table: str
    column: str
    count: int

    @property
    def model(self) -> type[Any] | None:
        """The model of the table; None for one that nobody mapped."""
        return model_of(self.table)


@dataclass(frozen=True)
class Clash:
    """Rows that the record that stays cannot take as they are, and what becomes of them.

    `way`: `same` as one it has already, dropped; `drop`, since it has one of its own in that
    place; `unflag`, no longer the primary or preferred one; `renumber`, the next free number;
    `loosen`, it would refer to itself; `blocked`, a person must decide first. `by` is the column
    that refers to the record.
    """

    table: str
    way: str
    rule: str
    uuids: tuple[UUID, ...]
    column: str = ""
    names: tuple[str, ...] = ()
    by: str = ""

    @property
    def model(self) -> type[Any] | None:
        return model_of(self.table)


@dataclass(frozen=True)
class Plan:
    """What merging would do now."""

    keep: Any
    remove: Any
    facts: tuple[Fact, ...]
    moving: tuple[Moving, ...]
    clashes: tuple[Clash, ...]

    @property
    def is_blocked(self) -> bool:
        return any(clash.way == BLOCKED for clash in self.clashes)

    @property
    def count(self) -> int:
        """How many rows refer to the record that goes."""
        return sum(one.count for one in self.moving)


def make(session: Session, *, keep: Any, remove: Any, fill: Iterable[str] = ()) -> Plan:
    """Ask what merging would do; nothing is written."""
    session.flush()
    finder = Finder(session, str(keep.__table__.name), keep.uuid, remove.uuid)
    finder.look()
    facts = facts_of(session, keep, remove, set(fill))
    return Plan(keep, remove, facts, tuple(finder.moving), tuple(finder.clashes))


def model_of(table: str) -> type[Any] | None:
    found = (m.class_ for m in Model.registry.mappers if m.class_.__table__.name == table)
    return next(found, None)


@dataclass
class Finder:
    """Asks, table by table, what refers to the record that goes."""

    session: Session
    table: str
    keep: UUID
    gone: UUID
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
        if key.rule == "c":
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
        found = [one for one in self._both(rule, column) if one not in left]
        way = self._way(rule, column)
        if not found:
            return set()
        if way != DROP:
            target = _flag(rule) if way == UNFLAG else self._others(rule, column)[0]
            self._tell(rule, way, found, target, column)
            return set()
        stuck = self._in_use(rule.table, found)
        self._tell(rule, DROP, [one for one in found if one not in stuck])
        self._tell(rule, BLOCKED, [one for one in found if one in stuck])
        return set(found)

    def _way(self, rule: NoTwo, column: str) -> str:
        """How rows that break a rule are made to keep it."""
        kinds = self._kinds(rule.table)
        if rule.where and kinds.get(_flag(rule)) == "bool":
            return UNFLAG
        others = self._others(rule, column)
        numbered = len(others) == 1 and kinds.get(others[0]) in {"int2", "int4", "int8"}
        return RENUMBER if numbered and not rule.where else DROP

    def _both(self, rule: NoTwo, column: str) -> list[UUID]:
        """Rows of the one that goes, for which the one that stays has a row in the same place."""
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
        query = f"SELECT DISTINCT g.uuid FROM {sides[0]} g JOIN {sides[1]} k ON {met or 'true'}"
        return self._uuids(query)

    def _drop_same(self, key: ForeignKey) -> set[UUID]:
        """Parts that say nothing new, such as the same phone number twice."""
        (column,) = key.columns
        bare = f"- ARRAY['uuid', '{column}', 'position', 'created_at']"
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
        self, rule: NoTwo, way: str, found: list[UUID], column: str = "", by: str = ""
    ) -> None:
        if found:
            names = self._names(rule.table, found)
            told = Clash(rule.table, way, rule.name, tuple(found), column, names, by)
            self.clashes.append(told)

    def _names(self, table: str, uuids: Collection[UUID]) -> tuple[str, ...]:
        model = model_of(table)
        if model is None:
            return ()
        few = list(uuids)[:EXAMPLES]
        return tuple(str(one) for uuid in few if (one := self.session.get(model, uuid)))

    def _taken(self, table: str) -> list[UUID]:
        """Rows of a table that go for another of its references."""
        ways = {SAME, DROP, BLOCKED}
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


def _flag(rule: NoTwo) -> str:
    """The column of a rule such as “one primary code for each product”."""
    return (rule.where or "").strip("()").strip('"')
