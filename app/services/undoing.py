"""Undo of a whole change set: what can be undone, what cannot and why, and doing it.

Works on sets: a few statements for each table, whatever the number of rows. See
docs/why/undo-by-sets.md.
"""
# ruff: noqa: S608 - names come from the models and the catalogue, values are bound.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db.unit_of_work import Person, change_set_of, say_reason
from app.db.versioning import ChangeSet, versions_of
from app.errors import AppError
from app.services import history, permissions
from app.services.undo_stage import Stage, Staged, quoted

EXAMPLES = 10
DONE, FINE = "done", "fine"
OVERRULABLE = frozenset({"changed", "joined"})
"""Why a row is left out, unless a person says that the undo counts more."""


class NoSuchChangeSet(AppError):
    """There is no such change set; it may have been pruned."""


class NothingToUndo(AppError):
    """There is nothing to undo: everything is as it was before this change set."""


class CannotUndo(AppError):
    """The database refused to undo this change set."""


@dataclass(frozen=True)
class Example:
    """A row that is left out: its name, and who changed it since."""

    uuid: UUID
    name: str
    state: str
    note: str | None
    changed_by: str | None
    change_set_id: int | None


@dataclass(frozen=True)
class TablePlan:
    """What undoing means for one table.

    `acts` counts what is done by verb (create, update, delete), `left_out` what is not by reason:
    changed since, joined (others refer to it since, and would go along or lose it), in_use, gone,
    unknown (nothing was recorded before), missing (what it refers to is gone), taken (another row
    has its number or its days) and done (is already as it was). `by` counts who changed rows since.
    """

    model: type[Any]
    acts: dict[str, int]
    left_out: dict[str, int]
    by: dict[str, int] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What undoing a change set would do now."""

    change_set: ChangeSet
    tables: tuple[TablePlan, ...]

    @property
    def count(self) -> int:
        """How many rows it would write."""
        return sum(sum(one.acts.values()) for one in self.tables)

    @property
    def left_out(self) -> dict[str, int]:
        """How many rows are left out, by reason; what is already undone is none of them."""
        found: dict[str, int] = {}
        for one in self.tables:
            for state, count in one.left_out.items():
                if state != DONE:
                    found[state] = found.get(state, 0) + count
        return found

    @property
    def can_overrule(self) -> bool:
        return bool(OVERRULABLE & self.left_out.keys())

    def as_json(self) -> dict[str, Any]:
        tables = {
            str(one.model.__table__.name): {
                "undone": one.acts,
                "left_out": one.left_out,
                "changed_by": one.by,
                "examples": [vars(example) for example in one.examples],
            }
            for one in self.tables
        }
        return {"change_set": self.change_set.id, "rows": self.count, "tables": tables}


@dataclass(frozen=True)
class Report:
    """What was undone and what was left out, and the change set that did it."""

    plan: Plan
    change_set_id: int | None

    def as_json(self) -> dict[str, Any]:
        return {**self.plan.as_json(), "undone_by": self.change_set_id}


def plan(session: Session, change_set_id: int, *, overrule: bool = False) -> Plan:
    """What undoing a change set would do now. Raises NoSuchChangeSet."""
    change_set, stage = _staged(session, change_set_id, overrule=overrule)
    told = _told(session, change_set, stage)
    stage.drop()
    return told


def undo(
    session: Session, change_set_id: int, *, by: Person | str | None = None, overrule: bool = False
) -> Report:
    """Put everything back to what it was before a change set, as one new change set.

    Of a row only the columns that the change set changed are touched. What changed since, or what
    a constraint forbids, is left out and reported; with `overrule`, what changed since is put back
    too. Raises NoSuchChangeSet, NothingToUndo, CannotUndo and LastAdministrator.
    """
    had = permissions.has_administrator(session)
    change_set, stage = _staged(session, change_set_id, overrule=overrule, lock=True)
    told = _told(session, change_set, stage)
    if not told.count:
        raise NothingToUndo
    say_reason(session, f"Undo of change set {change_set_id}", by=by)
    try:
        _apply(session, stage)
    except IntegrityError as error:
        raise CannotUndo(f"The database refused: {_first_line(error.orig)}") from error
    stage.drop()
    session.expire_all()
    if had and not permissions.has_administrator(session):
        raise permissions.LastAdministrator
    return Report(told, change_set_of(session))


def models_of(session: Session, change_set_id: int) -> list[type[Any]]:
    """The models of the rows that a change set wrote. Raises NoSuchChangeSet."""
    return [model for model, _ in history.counts(session, _change_set(session, change_set_id))]


def _staged(
    session: Session, change_set_id: int, *, overrule: bool, lock: bool = False
) -> tuple[ChangeSet, Stage]:
    session.flush()
    change_set = _change_set(session, change_set_id)
    models = [model for model, _ in history.counts(session, change_set)]
    stage = Stage(session, change_set_id, models)
    stage.prepare(overrule=overrule, lock=lock)
    return change_set, stage


def _change_set(session: Session, number: int) -> ChangeSet:
    found = session.get(ChangeSet, number)
    if found is None:
        raise NoSuchChangeSet
    return found


# --- telling ---


def _told(session: Session, change_set: ChangeSet, stage: Stage) -> Plan:
    return Plan(change_set, tuple(_table(session, change_set, one) for one in stage.tables))


def _table(session: Session, change_set: ChangeSet, staged: Staged) -> TablePlan:
    query = f"SELECT _act, _state, count(*) FROM {staged.stage} GROUP BY 1, 2 ORDER BY 1, 2"
    acts: dict[str, int] = {}
    left_out: dict[str, int] = {}
    for act, state, count in session.execute(text(query)):
        into, key = (acts, act) if state == FINE else (left_out, state)
        into[key] = into.get(key, 0) + count
    if not left_out.keys() - {DONE}:
        return TablePlan(staged.model, acts, left_out)
    return TablePlan(
        staged.model, acts, left_out,
        _who(session, change_set, staged), _examples(session, change_set, staged),
    )  # fmt: skip


def _since(staged: Staged) -> str:
    """Rows that are left out, each with the change set that wrote them last."""
    return (
        f"FROM {staged.stage} u"
        f" LEFT JOIN {staged.versions} v ON {staged.same('v', 'u')}"
        f" AND v.end_transaction_id IS NULL AND v.transaction_id <> :n"
        f" LEFT JOIN transaction t ON t.id = v.transaction_id"
        f" WHERE u._state NOT IN ('fine', 'done')"
    )


def _who(session: Session, change_set: ChangeSet, staged: Staged) -> dict[str, int]:
    query = (
        f"SELECT coalesce(t.actor, t.database_role) AS who, count(*) {_since(staged)}"
        " AND t.id IS NOT NULL AND u._state IN ('changed', 'gone') GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return {who: count for who, count in session.execute(text(query), {"n": change_set.id})}


def _examples(session: Session, change_set: ChangeSet, staged: Staged) -> tuple[Example, ...]:
    key = quoted(staged.keys[0])
    query = (
        f"SELECT u.{key} AS uuid, u._state, u._note, coalesce(t.actor, t.database_role) AS who, t.id"
        f" {_since(staged)} ORDER BY u._state, u.{key} LIMIT {EXAMPLES}"
    )
    rows = session.execute(text(query), {"n": change_set.id}).all()
    names = _names(session, change_set, staged.model, [row.uuid for row in rows])
    return tuple(
        Example(row.uuid, names.get(row.uuid, ""), row._state, row._note, row.who, row.id)
        for row in rows
    )


def _names(
    session: Session, change_set: ChangeSet, model: type[Any], keys: Sequence[UUID]
) -> dict[UUID, str]:
    versions = versions_of(model)
    query = select(versions).where(
        versions.transaction_id == change_set.id, versions.uuid.in_(list(keys))
    )
    return {version.uuid: history.as_model(model, version) for version in session.scalars(query)}


# --- doing ---


def _apply(session: Session, stage: Stage) -> None:
    """First free numbers and days, then owners before parts; what was referred to goes last."""
    for one in reversed(stage.tables):
        _delete(session, one, stage, late=False)
    for one in stage.tables:
        _update(session, one)
        _insert(session, one)
    for one in reversed(stage.tables):
        _delete(session, one, stage, late=True)


def _delete(session: Session, staged: Staged, stage: Stage, *, late: bool) -> None:
    """Rows that others still refer to wait until those others are put back."""
    if "delete" not in staged.acts:
        return
    waits = "" if late else "".join(
        f" AND NOT EXISTS (SELECT FROM {quoted(key.child)} c WHERE {_refers(key)})"
        for key in stage.foreign
        if key.parent == staged.name
    )  # fmt: skip
    session.execute(
        text(
            f"DELETE FROM {staged.live} l USING {staged.stage} u WHERE {staged.same('l', 'u')}"
            f" AND u._act = 'delete' AND u._state = 'fine'{waits}"
        )
    )


def _refers(key: Any) -> str:
    pairs = zip(key.columns, key.parent_columns, strict=True)
    return " AND ".join(f"c.{quoted(a)} = l.{quoted(b)}" for a, b in pairs)


def _update(session: Session, staged: Staged) -> None:
    """Only columns that the change set changed, wave by wave."""
    if "update" not in staged.acts:
        return
    fine = f"FROM {staged.stage} u, {staged.live} l WHERE {staged.same('l', 'u')}"
    fine += " AND u._act = 'update' AND u._state = 'fine'"
    names = [quoted(column.name) for column in staged.columns if column.computed is None]
    differ = ", ".join(f"bool_or(l.{name}::text IS DISTINCT FROM u.{name}::text)" for name in names)
    row = session.execute(text(f"SELECT max(u._wave), {differ} {fine}")).one()
    changed = [name for name, differs in zip(names, row[1:], strict=True) if differs]
    if not changed:
        return
    values = ", ".join(f"{name} = u.{name}" for name in changed)
    for wave in range(row[0] + 1):
        session.execute(
            text(
                f"UPDATE {staged.live} l SET {values} FROM {staged.stage} u"
                f" WHERE {staged.same('l', 'u')} AND u._act = 'update' AND u._state = 'fine'"
                f" AND u._wave = {wave}"
            )
        )


def _insert(session: Session, staged: Staged) -> None:
    if "create" not in staged.acts:
        return
    names = [*staged.keys, *(c.name for c in staged.columns if c.computed is None)]
    listed = ", ".join(quoted(name) for name in names)
    session.execute(
        text(
            f"INSERT INTO {staged.live} ({listed}) SELECT {listed} FROM {staged.stage}"
            " WHERE _act = 'create' AND _state = 'fine'"
        )
    )


def _first_line(error: object) -> str:
    return str(error).strip().splitlines()[0]
