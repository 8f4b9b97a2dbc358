"""Undo of a whole change set: what can be undone, what cannot and why, and doing it.

Works on sets: a few statements for each table, whatever the number of rows. See
docs/why/undo-by-sets.md.
"""
# ruff: noqa: S608 - names come from the models and the catalogue, values are bound.

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db.unit_of_work import Person, change_set_of, say_reason
from app.db.versioning import ChangeSet
from app.errors import AppError
from app.services import change_sets, permissions
from app.services.undo_plan import Plan, tell
from app.services.undo_stage import Stage, Staged, quoted


class NoSuchChangeSet(AppError):
    """There is no such change set; it may have been pruned."""


class NothingToUndo(AppError):
    """There is nothing to undo: everything is as it was before this change set."""


class CannotUndo(AppError):
    """The database refused to undo this change set."""


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
    told = tell(session, change_set, stage)
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
    told = tell(session, change_set, stage)
    if not told.count:
        raise NothingToUndo
    say_reason(session, f"Undo of change set {change_set_id}", by=by)
    try:
        _apply(session, stage)
    except IntegrityError as error:
        raise CannotUndo("The database refused: %(why)s", why=_first_line(error.orig)) from error
    stage.drop()
    session.expire_all()
    if had and not permissions.has_administrator(session):
        raise permissions.LastAdministrator
    return Report(told, change_set_of(session))


def models_of(session: Session, change_set_id: int) -> list[type[Any]]:
    """The models of the rows that a change set wrote. Raises NoSuchChangeSet."""
    return _models(session, _change_set(session, change_set_id))


def _staged(
    session: Session, change_set_id: int, *, overrule: bool, lock: bool = False
) -> tuple[ChangeSet, Stage]:
    session.flush()
    change_set = _change_set(session, change_set_id)
    stage = Stage(session, change_set_id, _models(session, change_set))
    stage.prepare(overrule=overrule, lock=lock)
    return change_set, stage


def _models(session: Session, change_set: ChangeSet) -> list[type[Any]]:
    return list(change_sets.counts(session, [change_set.id])[change_set.id])


def _change_set(session: Session, number: int) -> ChangeSet:
    found = session.get(ChangeSet, number)
    if found is None:
        raise NoSuchChangeSet
    return found


# --- doing ---


def _apply(session: Session, stage: Stage) -> None:
    """First free numbers and days, then owners before parts; what was referred to goes last.

    A note has no foreign key to its record and may come back first: that is looked at in the end.
    """
    session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    for one in reversed(stage.tables):
        _delete(session, one, stage, late=False)
    for one in stage.tables:
        _update(session, one)
        _insert(session, one)
    for one in reversed(stage.tables):
        _delete(session, one, stage, late=True)
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


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
    if not staged.moved:
        return
    values = ", ".join(f"{quoted(name)} = u.{quoted(name)}" for name in sorted(staged.moved))
    waves = session.scalar(text(f"SELECT max(_wave) FROM {staged.stage}")) or 0
    for wave in range(waves + 1):
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
