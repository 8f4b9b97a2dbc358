"""The fields of two records side by side, and which of them a merge fills in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.services import history


@dataclass(frozen=True)
class Fact:
    """One field of the two records; `fills` when the one that stays takes the other's value."""

    name: str
    column: Any
    kept: Any
    gone: Any
    fills: bool


def facts_of(session: Session, keep: Any, remove: Any, fill: set[str]) -> tuple[Fact, ...]:
    """What the two records say, with names in place of keys."""
    found = []
    for name, column in history.recorded_columns(type(keep)):
        kept, gone = getattr(keep, name), getattr(remove, name)
        wanted = {name, name.removesuffix("_uuid")} & fill
        fills = bool(wanted) and kept in (None, "") and gone not in (None, "")
        target = history.target_of(type(keep), column)
        if target is not None:
            names = history.names_of(session, target, {kept, gone} - {None})
            kept, gone = names.get(kept, kept), names.get(gone, gone)
        found.append(Fact(name, column, kept, gone, fills))
    return tuple(found)
