"""What undoing a change set would do, worked out by PostgreSQL in one temporary table per table.

Each row that the change set wrote stands in `undo_<table>` as it would be afterwards, with what is
to be done (`_act`), whether that can be (`_state`) and in which turn (`_wave`). Every question is
one statement for all rows of a table, whatever their number.
"""
# ruff: noqa: S608 - names come from the models and the catalogue, values are bound.

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import JSON, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.db.constraints import ForeignKey, NoTwo, foreign_keys, no_two, owners_first
from app.db.versioning import versions_of

ROUNDS = 12
WAVES = 6


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


class Staged:
    """The rows of one table that a change set wrote, as undoing it would leave them."""

    def __init__(self, session: Session, model: type[Any]) -> None:
        table, kept = model.__table__, versions_of(model).__table__
        self.session, self.model, self.name = session, model, str(table.name)
        self.live, self.versions = quoted(self.name), quoted(str(kept.name))
        self.stage = quoted(f"undo_{self.name}")
        self.keys = [column.name for column in table.primary_key]
        self.columns = [
            column for column in table.columns if column.name in kept.c and not column.primary_key
        ]
        self.acts: set[str] = set()
        self.moved: set[str] = set()

    def prepare(self, change_set: int, *, lock: bool) -> None:
        """Write the temporary table; with `lock`, nobody else changes these rows meanwhile."""
        if lock:
            self._run(
                f"SELECT FROM {self.live} l WHERE {self._row('l')} IN (SELECT {self._row('v')}"
                f" FROM {self.versions} v WHERE v.transaction_id = :n) FOR UPDATE",
                n=change_set,
            )
        self.drop()
        made = f"CREATE TEMP TABLE {self.stage} ON COMMIT DROP AS"
        self._run(f"{made} {self._wanted()}", n=change_set)
        self._run(f"ANALYZE {self.stage}")
        self.acts = set(self.session.scalars(text(f"SELECT DISTINCT _act FROM {self.stage}")))
        self.moved = self._moved() if "update" in self.acts else set()

    def drop(self) -> None:
        self._run(f"DROP TABLE IF EXISTS pg_temp.{self.stage}")

    def overrule(self) -> None:
        """Take what changed since as if it had not."""
        self._run(f"UPDATE {self.stage} SET _state = 'fine' WHERE _state = 'changed'")

    def refuse_in_use(self, key: ForeignKey, other: Staged | None, *, overrule: bool) -> int:
        """Rows stay that others refer to, unless those others go or change as well."""
        if "delete" not in self.acts or (overrule and not key.forbids_deletion):
            return 0
        refers = _pairs("c", key.columns, "u", key.parent_columns)
        spared = ""
        if other is not None:
            still = _pairs("x", key.columns, "u", key.parent_columns)
            spared = (
                f" AND NOT EXISTS (SELECT FROM {other.stage} x WHERE {other.same('x', 'c')}"
                f" AND x._state = 'fine'"
                f" AND (x._act = 'delete' OR x._act = 'update' AND NOT ({still})))"
            )
        return self._run(
            f"UPDATE {self.stage} u SET _state = :state, _note = :note"
            f" WHERE u._act = 'delete' AND u._state = 'fine'"
            f" AND EXISTS (SELECT FROM {quoted(key.child)} c WHERE {refers}{spared})",
            state="in_use" if key.forbids_deletion else "joined", note=key.child,
        )  # fmt: skip

    def refuse_missing(self, key: ForeignKey, other: Staged | None) -> int:
        """A row cannot come back while what it refers to is gone, unless that comes back too."""
        if "create" not in self.acts and self.moved.isdisjoint(key.columns):
            return 0
        refers = _pairs("p", key.parent_columns, "u", key.columns)
        filled = " AND ".join(f"u.{quoted(name)} IS NOT NULL" for name in key.columns)
        back = "" if other is None else (
            f" AND NOT EXISTS (SELECT FROM {other.stage} p WHERE p._act = 'create'"
            f" AND p._state = 'fine' AND {refers})"
        )  # fmt: skip
        return self._run(
            f"UPDATE {self.stage} u SET _state = 'missing', _note = :note"
            f" WHERE u._act <> 'delete' AND u._state = 'fine' AND {filled}"
            f" AND NOT EXISTS (SELECT FROM {quoted(key.parent)} p WHERE {refers}){back}",
            note=key.parent,
        )

    def refuse_taken(self, rule: NoTwo) -> int:
        """A row cannot come back to a number, or days, that another row has by now."""
        if "create" not in self.acts and not self._moves(rule):
            return 0
        stays = (
            f"SELECT * FROM {self.live} r WHERE NOT EXISTS (SELECT FROM {self.stage} x"
            f" WHERE {self.same('x', 'r')} AND x._state = 'fine')"
        )
        comes = f"SELECT * FROM {self.stage} WHERE _state = 'fine' AND _act <> 'delete'"
        clash = self._clash(rule, "_state = 'fine' AND _act <> 'delete'", (stays, comes))
        return self._run(
            f"UPDATE {self.stage} u SET _state = 'taken', _note = :note"
            f" FROM ({clash}) c WHERE {self.same('u', 'c')}",
            note=rule.name,
        )

    def arrange(self, rules: Iterable[NoTwo]) -> int:
        """Put updates that need the place of another into a later wave; what swaps is refused."""
        rules = [rule for rule in rules if self._moves(rule)]
        if not rules:
            return 0
        for wave in range(1, WAVES):
            waits = f"_state = 'fine' AND _act = 'update' AND _wave = {wave - 1}"
            held = (
                f"SELECT r.* FROM {self.live} r JOIN {self.stage} x ON {self.same('x', 'r')}"
                f" WHERE x._state = 'fine' AND x._act = 'update' AND x._wave >= {wave - 1}"
            )
            moved = sum(
                self._run(
                    f"UPDATE {self.stage} u SET _wave = {wave} FROM"
                    f" ({self._clash(rule, waits, (held,))}) c"
                    f" WHERE {self.same('u', 'c')} AND u._wave = {wave - 1}"
                )
                for rule in rules
            )
            if not moved:
                return 0
        return self._run(
            f"UPDATE {self.stage} SET _state = 'taken', _note = 'swap' WHERE _wave = {WAVES - 1}"
        )

    def same(self, one: str, other: str) -> str:
        return _pairs(one, self.keys, other, self.keys)

    # --- inside ---

    def _wanted(self) -> str:
        """Versions of the change set, the ones before them, and the rows as they are now."""
        names = [quoted(column.name) for column in self.columns if column.computed is None]
        computed = [quoted(column.name) for column in self.columns if column.computed is not None]
        told = {quoted(column.name): _comparable(column) for column in self.columns}
        changed = {n: f"v.{n}{told[n]} IS DISTINCT FROM o.{n}{told[n]}" for n in names}
        off = {n: f"l.{n}{told[n]} IS DISTINCT FROM o.{n}{told[n]}" for n in names}
        away = {n: f"l.{n}{told[n]} IS DISTINCT FROM v.{n}{told[n]}" for n in names}
        any_away = " OR ".join(away.values()) or "false"
        any_left = " OR ".join(f"({changed[n]}) AND ({off[n]})" for n in names) or "false"
        any_other = (
            " OR ".join(f"({changed[n]}) AND ({off[n]}) AND ({away[n]})" for n in names) or "false"
        )
        values = [
            f"CASE WHEN v.operation_type <> 1 THEN v.{n} WHEN {changed[n]} THEN o.{n}"
            f" ELSE l.{n} END AS {n}"
            for n in names
        ] + [f"v.{n}" for n in computed]
        no_live, no_old = f"l.{quoted(self.keys[0])} IS NULL", f"o.{quoted(self.keys[0])} IS NULL"
        return f"""
            SELECT {", ".join(f"v.{quoted(key)}" for key in self.keys)},
                   CASE v.operation_type WHEN 0 THEN 'delete' WHEN 2 THEN 'create' ELSE 'update' END
                     AS _act,
                   CASE WHEN v.operation_type = 0 THEN
                          CASE WHEN {no_live} THEN 'done' WHEN {any_away} THEN 'changed'
                               ELSE 'fine' END
                        WHEN v.operation_type = 2 THEN
                          CASE WHEN {no_live} THEN 'fine' ELSE 'done' END
                        WHEN {no_live} THEN 'gone' WHEN {no_old} THEN 'unknown'
                        WHEN {any_other} THEN 'changed' WHEN {any_left} THEN 'fine' ELSE 'done' END
                     AS _state,
                   NULL::text AS _note, 0 AS _wave{"".join(f", {value}" for value in values)}
              FROM {self.versions} v
              LEFT JOIN {self.versions} o ON {self.same("o", "v")} AND v.operation_type = 1
                    AND o.end_transaction_id = v.transaction_id AND o.operation_type <> 2
              LEFT JOIN {self.live} l ON {self.same("l", "v")}
             WHERE v.transaction_id = :n"""

    def _moved(self) -> set[str]:
        """The columns that an update would change in at least one row."""
        names = [column.name for column in self.columns if column.computed is None]
        differ = ", ".join(
            f"bool_or(l.{quoted(name)}::text IS DISTINCT FROM u.{quoted(name)}::text)"
            for name in names
        )
        query = (
            f"SELECT {differ} FROM {self.stage} u JOIN {self.live} l ON {self.same('l', 'u')}"
            " WHERE u._act = 'update'"
        )
        row = self.session.execute(text(query)).one()
        return {name for name, differs in zip(names, row, strict=True) if differs}

    def _moves(self, rule: NoTwo) -> bool:
        """Whether an update may change what a rule looks at."""
        told = " ".join((*rule.expressions, rule.where or ""))
        return any(re.search(rf"\b{re.escape(name)}\b", told) for name in self.moved)

    def _clash(self, rule: NoTwo, which: str, among: Iterable[str]) -> str:
        """The keys of staged rows that a rule forbids beside a row of one of the sources."""
        keys = ", ".join(quoted(key) for key in self.keys)
        found = ", ".join(f"({_literal(told)}) AS k{n}" for n, told in enumerate(rule.expressions))
        where = f" AND ({_literal(rule.where)})" if rule.where else ""
        alike = " AND ".join(_alike(rule, place) for place in range(len(rule.expressions)))
        return " UNION ".join(
            f"SELECT {', '.join(f's.{quoted(key)}' for key in self.keys)}"
            f" FROM (SELECT {keys}, {found} FROM {self.stage} WHERE {which}{where}) s"
            f" JOIN (SELECT {keys}, {found} FROM ({rows}) r WHERE true{where}) r"
            f" ON {alike} AND NOT ({self.same('r', 's')})"
            for rows in among
        )

    def _row(self, alias: str) -> str:
        return "(" + ", ".join(f"{alias}.{quoted(key)}" for key in self.keys) + ")"

    def _run(self, statement: str, **values: Any) -> int:
        done: Any = self.session.execute(text(statement), values)
        return int(done.rowcount)


class Stage:
    """All tables that a change set wrote, owners first, and what is refused in each."""

    def __init__(self, session: Session, change_set: int, models: Iterable[type[Any]]) -> None:
        staged = {str(model.__table__.name): Staged(session, model) for model in models}
        self.change_set = change_set
        self.foreign = foreign_keys(session, list(staged))
        self.rules = no_two(session, list(staged))
        self.tables = [staged[name] for name in owners_first(staged, self.foreign)]
        self._by_name = staged

    def prepare(self, *, overrule: bool, lock: bool = False) -> None:
        """Stage every table, then refuse what cannot be until nothing more is refused."""
        for one in self.tables:
            one.prepare(self.change_set, lock=lock)
            if overrule:
                one.overrule()
        for _ in range(ROUNDS):
            if not self._refuse(overrule=overrule):
                return

    def drop(self) -> None:
        for one in self.tables:
            one.drop()

    def _refuse(self, *, overrule: bool) -> int:
        get = self._by_name.get
        refused = 0
        for one in reversed(self.tables):
            for key in self.foreign:
                if key.parent == one.name:
                    refused += one.refuse_in_use(key, get(key.child), overrule=overrule)
        for one in self.tables:
            for key in self.foreign:
                if key.child == one.name:
                    refused += one.refuse_missing(key, get(key.parent))
            rules = [rule for rule in self.rules if rule.table == one.name]
            refused += sum(one.refuse_taken(rule) for rule in rules)
            refused += one.arrange(rules)
        return refused


def _pairs(one: str, columns: Iterable[str], other: str, others: Iterable[str]) -> str:
    return " AND ".join(
        f"{one}.{quoted(a)} = {other}.{quoted(b)}" for a, b in zip(columns, others, strict=True)
    )


def _alike(rule: NoTwo, place: int) -> str:
    if rule.nulls_are_equal:
        return f"coalesce(r.k{place}::text, chr(1)) = coalesce(s.k{place}::text, chr(1))"
    return f"r.k{place} {rule.operators[place]} s.k{place}"


def _comparable(column: Any) -> str:
    """json, unlike jsonb, cannot be compared."""
    plain = isinstance(column.type, JSON) and not isinstance(column.type, JSONB)
    return "::text" if plain else ""


def _literal(expression: str) -> str:
    """An expression of the catalogue whose colons are no parameters of ours."""
    return re.sub(r"(?<!:):(?=\w)", r"\\:", expression)
