"""The past of one object: as it was at a moment, field by field, and two states side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from app.db.versioning import CREATED, DELETED, ChangeSet, versions_of
from app.errors import AppError
from app.services import chains, history
from app.services.chains import Link
from app.services.history import Change, Difference

Pick = Callable[[Sequence[Link]], Link | None]


class NoSuchField(AppError):
    """This field has no history."""


@dataclass(frozen=True)
class Past:
    """An object and its parts at a moment; `state` is None when it was not there.

    `is_known` is False when the moment lies before anything that was recorded.
    """

    at: datetime
    state: Any
    parts: dict[type[Any], tuple[Any, ...]]
    is_known: bool = True


@dataclass(frozen=True)
class Span:
    """A value of a field and how long it held; `end` is None when it still does."""

    start: datetime
    end: datetime | None
    value: Any
    change_set: ChangeSet
    is_first: bool = False
    """The oldest that is known: it may have held before `start`."""


def as_of(session: Session, model: type[Any], uuid: UUID, at: datetime) -> Past:
    """An object with its parts as they were at a moment."""
    states = _states(session, model, uuid, lambda chain: chains.at(chain, at))
    own = states.pop(model, ())
    known = True
    if not own:
        found = chains.of(session, model, versions_of(model).uuid == uuid).get(uuid, ())
        known = bool(found) and (found[0].since <= at or found[0].operation == CREATED)
    return Past(at, own[0] if own else None, states, known)


def timeline(
    session: Session,
    model: type[Any],
    uuid: UUID,
    field: str,
    *,
    limit: int | None = None,
    before: int | None = None,
) -> list[Span]:
    """The values that a field has had, newest first, or those before that of a change set.

    Raises NoSuchField.
    """
    if field not in dict(history.recorded_columns(model)):
        raise NoSuchField
    versions = versions_of(model)
    chain = chains.of(session, model, versions.uuid == uuid).get(uuid, ())
    rows = select(versions.transaction_id, getattr(versions, field)).where(versions.uuid == uuid)
    values = {row[0]: row[1] for row in session.execute(rows)}
    held = _held(chain, values)[::-1]
    places = [place for place, one in enumerate(held, 1) if one.number == before]
    start = places[0] if places else 0
    page = held[start:] if limit is None else held[start : start + limit]
    query = select(ChangeSet).where(ChangeSet.id.in_({one.number for one in page}))
    by = {one.id: one for one in session.scalars(query)}
    return [Span(one.start, one.end, one.value, by[one.number], one.is_first) for one in page]


def diff(
    session: Session, model: type[Any], uuid: UUID, older: int, newer: int
) -> tuple[Change, ...]:
    """What differs between the states that two change sets left, of an object and its parts."""
    before = _states(session, model, uuid, lambda chain: chains.after(chain, older))
    now = _states(session, model, uuid, lambda chain: chains.after(chain, newer))
    changes = [
        change
        for one in (model, *(part for part, _ in history.parts_of(model)))
        for change in _changes(one, before.get(one, ()), now.get(one, ()), is_part=one is not model)
    ]
    return history.named(session, changes)


class _Held(NamedTuple):
    """A value and how long it held, before anybody asks who wrote it."""

    start: datetime
    end: datetime | None
    value: Any
    number: int
    is_first: bool


def _held(chain: Sequence[Link], values: dict[int, Any]) -> list[_Held]:
    found: list[_Held] = []
    there = False
    for link in chain:
        value = values[link.number]
        if link.operation == DELETED or not there or value != found[-1].value:
            if there:
                found[-1] = found[-1]._replace(end=link.since)
            there = link.operation != DELETED
            if there:
                first = not found and link.operation != CREATED
                found.append(_Held(link.since, None, value, link.number, first))
    return found


def _states(
    session: Session, model: type[Any], uuid: UUID, pick: Pick
) -> dict[type[Any], tuple[Any, ...]]:
    """The picked versions of an object and of its parts, those that belonged to it then."""
    found: dict[type[Any], tuple[Any, ...]] = {}
    for one, owner in history.with_parts(model):
        links = chains.of(session, one, owner == uuid)
        picked = [link for chain in links.values() if (link := pick(chain))]
        versions = versions_of(one)
        keys = [(link.uuid, link.number) for link in picked]
        query = select(versions).where(
            tuple_(versions.uuid, versions.transaction_id).in_(keys), owner == uuid
        )
        found[one] = tuple(session.scalars(query.order_by(versions.uuid))) if keys else ()
    return found


def _changes(
    model: type[Any], before: Iterable[Any], now: Iterable[Any], *, is_part: bool
) -> list[Change]:
    olds, news = {old.uuid: old for old in before}, {new.uuid: new for new in now}
    found = []
    for uuid in sorted(olds.keys() | news.keys()):
        old, new = olds.get(uuid), news.get(uuid)
        if old is None or new is None:
            operation = "create" if old is None else "delete"
            found.append(Change(model, uuid, operation, new or old, (), is_part))
        elif told := _differences(model, old, new):
            found.append(Change(model, uuid, "update", new, told, is_part))
    return found


def _differences(model: type[Any], old: Any, new: Any) -> tuple[Difference, ...]:
    return tuple(
        Difference(name, getattr(old, name), getattr(new, name), column)
        for name, column in history.recorded_columns(model)
        if getattr(old, name) != getattr(new, name)
    )
