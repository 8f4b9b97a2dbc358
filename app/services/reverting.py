"""The way back: what reverting a change would do, and doing it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.versioning import DELETED, versions_of
from app.errors import AppError
from app.services.history import Change, Difference, Entry, recorded_columns


class NothingToRevert(AppError):
    """This change is undone already: the record is as it was before it."""


class NothingChosen(AppError):
    """Choose at least one of these changes to take back."""


class CannotRevert(AppError):
    """This change cannot be reverted."""


@dataclass(frozen=True)
class Step:
    """What reverting would do to one object: fields as they are now, and as they would be."""

    change: Change
    verb: str
    differences: tuple[Difference, ...]

    def key(self, field: str = "") -> str:
        """What a form calls one of its fields, or the whole object where it comes or goes."""
        return f"{self.change.model.__tablename__}.{self.change.uuid}.{field}"

    def only(self, keys: Collection[str]) -> Step | None:
        """The same step for the chosen fields; None when none of it is chosen."""
        if not self.differences:
            return self if self.key() in keys else None
        chosen = tuple(d for d in self.differences if self.key(d.field) in keys)
        return replace(self, differences=chosen) if chosen else None


def plan(session: Session, found: Entry) -> list[Step]:
    """What reverting an entry would do now, object by object; empty when nothing is left to do."""
    return [step for change in _in_order(found.changes) if (step := _step(session, change))]


def revert(session: Session, found: Entry, *, only: Collection[str] | None = None) -> list[Step]:
    """Put an object and its parts back to what they were before a change set.

    Only what that change set changed is touched, and of that, with `only`, what these keys
    (Step.key) name, such as one field. Raises NothingToRevert, NothingChosen.
    """
    steps = plan(session, found)
    if not steps:
        raise NothingToRevert
    if only is not None:
        steps = [part for step in steps if (part := step.only(only))]
        if not steps:
            raise NothingChosen
    for step in steps:
        _take(session, step)
        session.flush()
    return steps


def _in_order(changes: Iterable[Change]) -> list[Change]:
    """Owners come back before their parts, and go after them."""
    return sorted(
        changes, key=lambda c: (c.operation != "create", c.is_part == (c.operation != "create"))
    )


def _step(session: Session, change: Change) -> Step | None:
    record = session.get(change.model, change.uuid)
    if change.operation == "create":
        return Step(change, "delete", ()) if record is not None else None
    if change.operation == "delete":
        return Step(change, "create", ()) if record is None else None
    if record is None:
        return None
    raw = _raw_before(session, change)
    differences = [
        Difference(d.field, getattr(record, d.field), raw[d.field], d.column)
        for d in change.differences
        if getattr(record, d.field) != raw[d.field]
    ]
    return Step(change, "update", tuple(differences)) if differences else None


def _raw_before(session: Session, change: Change) -> dict[str, Any]:
    versions = versions_of(change.model)
    old = session.scalars(
        select(versions).where(
            versions.uuid == change.uuid,
            versions.end_transaction_id == change.state.transaction_id,
            versions.operation_type != DELETED,
        )
    ).one_or_none()
    if old is None:
        raise CannotRevert(
            "This change cannot be reverted: what was there before it was not recorded."
        )
    return {name: getattr(old, name) for name, _ in recorded_columns(change.model)}


def _take(session: Session, step: Step) -> None:
    model, uuid = step.change.model, step.change.uuid
    if step.verb == "delete":
        session.delete(session.get_one(model, uuid))
    elif step.verb == "create":
        state = {name: getattr(step.change.state, name) for name, _ in recorded_columns(model)}
        session.add(model(uuid=uuid, **state))
    else:
        record = session.get_one(model, uuid)
        for difference in step.differences:
            setattr(record, difference.field, difference.new)
