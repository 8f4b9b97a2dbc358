"""What undoing a change set would do, told by table: counts, reasons, and the first examples."""
# ruff: noqa: S608 - names come from the models and the catalogue, values are bound.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.db.versioning import ChangeSet, versions_of
from app.services import history
from app.services.undo_stage import Stage, Staged, quoted

EXAMPLES = 10
DONE, FINE = "done", "fine"
OVERRULABLE = frozenset({"changed", "joined"})
"""Why a row is left out, unless a person says that the undo counts more."""


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


def tell(session: Session, change_set: ChangeSet, stage: Stage) -> Plan:
    """The plan that a stage amounts to."""
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
    rows = session.execute(text(query), {"n": change_set.id})
    return {row.who: row[1] for row in rows}


def _examples(session: Session, change_set: ChangeSet, staged: Staged) -> tuple[Example, ...]:
    key = quoted(staged.keys[0])
    query = (
        f"SELECT u.{key} AS uuid, u._state, u._note, t.id,"
        f" coalesce(t.actor, t.database_role) AS who"
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
