"""What a merge tells before it is done: fields side by side, what moves, and what clashes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import Model
from app.services import history

SAME, DROP, ADD, UNFLAG, RENUMBER, LOOSEN, BLOCKED = (
    "same", "drop", "add", "unflag", "renumber", "loosen", "blocked",
)  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """One field of the two records; `fills` when the one that stays takes the other's value."""

    name: str
    column: Any
    kept: Any
    gone: Any
    fills: bool


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
    place; `add`, the same with its amounts added to that one; `unflag`, no longer the primary or
    preferred one; `renumber`, the next free number; `loosen`, it would refer to itself; `blocked`,
    a person must decide first. `by` is the column that refers to the record; `kept` are the rows
    that stay in the place of `uuids`.
    """

    table: str
    way: str
    rule: str
    uuids: tuple[UUID, ...]
    column: str = ""
    names: tuple[str, ...] = ()
    by: str = ""
    kept: tuple[UUID, ...] = ()

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


def model_of(table: str) -> type[Any] | None:
    """The model of a table; None for one that nobody mapped."""
    found = (m.class_ for m in Model.registry.mappers if m.class_.__table__.name == table)
    return next(found, None)
