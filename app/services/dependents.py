"""What depends on a record: what goes with it when it is deleted, and what forbids that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ForeignKeyConstraint, func, inspect, select
from sqlalchemy.orm import Session

from app.db import Model
from app.errors import AppError
from app.models.notes import Attachment, Note

COUNT_TO = 1000


class InUse(AppError):
    """“%(record)s” is still in use by %(what)s; change those first."""


@dataclass(frozen=True)
class Dependents:
    """The rows of one model that refer to a record, by one column; counted up to 1,000."""

    model: type[Any]
    column: str
    count: int
    goes_along: bool

    @property
    def shown(self) -> int:
        return min(self.count, COUNT_TO)

    @property
    def is_capped(self) -> bool:
        return self.count > COUNT_TO


def of(session: Session, record: Any) -> list[Dependents]:
    """Everything that refers to a record, what forbids its deletion first."""
    found = [
        Dependents(model, column, count, goes_along)
        for model, column, goes_along in _references_to(type(record))
        if (count := _count(session, model, column, record.uuid))
    ]
    return sorted(found, key=lambda one: (one.goes_along, -one.count))


def delete(session: Session, record: Any) -> None:
    """Delete a record with its parts. Raises InUse, naming what still refers to it."""
    in_use = [one for one in of(session, record) if not one.goes_along]
    if in_use:
        what = ", ".join(
            f"{one.shown:,}{'+' if one.is_capped else ''} × {_spoken(one.model)}" for one in in_use
        )
        raise InUse(record=str(record), what=what)
    session.delete(record)
    session.flush()


def _references_to(target: type[Any]) -> list[tuple[type[Any], str, bool]]:
    table = target.__table__
    found = []
    for mapper in Model.registry.mappers:
        constraints = getattr(mapper.local_table, "constraints", ())
        for constraint in constraints:
            if isinstance(constraint, ForeignKeyConstraint) and constraint.referred_table is table:
                if constraint.ondelete == "SET NULL":
                    continue  # what refers to it does without
                (column,) = constraint.columns
                key = mapper.get_property_by_column(column).key
                found.append((mapper.class_, key, constraint.ondelete == "CASCADE"))
    if getattr(target, "__annotated__", False):
        found += [(about, "subject_uuid", True) for about in (Note, Attachment)]
    return found


def _count(session: Session, model: type[Any], column: str, uuid: Any) -> int:
    few = (
        select(inspect(model).primary_key[0])
        .where(getattr(model, column) == uuid)
        .limit(COUNT_TO + 1)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(few)) or 0


def _spoken(model: type[Any]) -> str:
    return str(model.__table__.name).replace("_", " ")
