"""History: what happened to an object and its parts, who did it, and the way back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from dataclasses import field as attribute
from inspect import getattr_static as inspect_static
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, inspect, select
from sqlalchemy.orm import Session, aliased

from app.db.versioning import (
    CREATED,
    DELETED,
    ChangeSet,
    is_versioned,
    versions_of,
)
from app.errors import AppError
from app.models.notes import Attachment, Note
from app.services import chains

OPERATIONS = {CREATED: "create", 1: "update", DELETED: "delete"}


class NoSuchChange(AppError):
    """There is no such change in the history of this record."""


@dataclass(frozen=True)
class Difference:
    """One field before and after a change; a reference to another record is that record's name."""

    field: str
    old: Any
    new: Any
    column: Any = attribute(repr=False, compare=False, default=None)


@dataclass(frozen=True)
class Change:
    """What a change set did to one object: the object itself, or a part of it."""

    model: type[Any]
    uuid: UUID
    operation: str
    state: Any
    differences: tuple[Difference, ...]
    is_part: bool


@dataclass(frozen=True)
class Entry:
    """All that one change set did to an object and its parts."""

    change_set: ChangeSet
    changes: tuple[Change, ...]

    def only(self, fits: Callable[[Change], bool]) -> Entry:
        """The same entry with only the changes that fit."""
        return Entry(self.change_set, tuple(change for change in self.changes if fits(change)))


def of(
    session: Session, model: type[Any], uuid: UUID, *, limit: int = 20, before: int | None = None
) -> list[Entry]:
    """The newest entries of an object, or those before a change set.

    The parts of an object (what goes when it goes, such as the prices of a product) are gathered
    with it by change set. Asks one query per versioned table, however long the history is. Change
    sets that ran at once come in the order in which they wrote this object.
    """
    found: dict[int, list[Change]] = defaultdict(list)
    followed: set[tuple[int, int]] = set()
    for part, owner in with_parts(model):
        pairs = _pairs(session, part, owner == uuid, limit=limit, before=before)
        for new, old in pairs:
            found[new.transaction_id].append(change_of(part, new, old, is_part=part is not model))
            if old is not None:
                followed.add((old.transaction_id, new.transaction_id))
    numbers = chains.newest_first(sorted(found, reverse=True)[:limit], followed)
    return _entries(session, {number: found[number] for number in numbers})


def entry(session: Session, model: type[Any], uuid: UUID, change_set_id: int) -> Entry:
    """What one change set did to an object and its parts. Raises NoSuchChange."""
    changes = []
    for part, owner in with_parts(model):
        versions = versions_of(part)
        exactly = and_(owner == uuid, versions.transaction_id == change_set_id)
        for new, old in _pairs(session, part, exactly, limit=1000):
            changes.append(change_of(part, new, old, is_part=part is not model))
    if not changes:
        raise NoSuchChange
    return _entries(session, {change_set_id: changes})[0]


def latest(session: Session, model: type[Any], uuid: UUID) -> int | None:
    """The change set that last wrote an object; None when nothing is recorded of it."""
    if not is_versioned(model):
        return None
    versions = versions_of(model)
    return session.scalar(
        select(versions.transaction_id).where(
            versions.uuid == uuid, versions.end_transaction_id.is_(None)
        )
    )


def parts_of(model: type[Any]) -> list[tuple[type[Any], Any]]:
    """The versioned models whose rows belong to this one, each with the column that says so."""
    found = []
    for relation in inspect(model).relationships:
        if relation.secondary is not None or not relation.uselist:
            continue
        part = relation.mapper.class_
        ((_, column),) = relation.local_remote_pairs
        owned = any(key.ondelete == "CASCADE" for key in column.foreign_keys)
        if owned and is_versioned(part):
            found.append((part, column))
    if getattr(model, "__annotated__", False):
        found += [(part, part.__table__.c.subject_uuid) for part in (Note, Attachment)]
    return found


def with_parts(model: type[Any]) -> list[tuple[type[Any], Any]]:
    """The model and its parts, each with the column of its version table that names the object."""
    own = [(model, versions_of(model).uuid)] if is_versioned(model) else []
    parts = parts_of(model)
    return own + [(part, getattr(versions_of(part), column.key)) for part, column in parts]


def _pairs(
    session: Session,
    model: type[Any],
    where: ColumnElement[bool],
    *,
    limit: int,
    before: int | None = None,
) -> list[Any]:
    """Versions, newest first, each with the version before it."""
    new = versions_of(model)
    old = aliased(new)
    joined = and_(old.uuid == new.uuid, old.end_transaction_id == new.transaction_id)
    query = select(new, old).outerjoin(old, joined).where(where)
    if before is not None:
        query = query.where(new.transaction_id < before)
    return list(session.execute(query.order_by(new.transaction_id.desc()).limit(limit)))


def change_of(model: type[Any], new: Any, old: Any, *, is_part: bool) -> Change:
    operation = OPERATIONS[new.operation_type]
    # A row that came back after it was deleted starts anew.
    before = old if old is not None and old.operation_type != DELETED else None
    differences = [
        Difference(name, getattr(before, name, None), getattr(new, name), column)
        for name, column in recorded_columns(model)
        if operation == "update" and getattr(before, name, None) != getattr(new, name)
    ]
    return Change(model, new.uuid, operation, new, tuple(differences), is_part)


def recorded_columns(model: type[Any]) -> list[tuple[str, Any]]:
    """The fields of a model that have a history, by name, without its key and what is computed."""
    kept = inspect(versions_of(model)).columns
    return [
        (name, column)
        for name, column in inspect(model).columns.items()
        if name in kept and name != "uuid" and column.computed is None
    ]


def _entries(session: Session, found: dict[int, list[Change]]) -> list[Entry]:
    """The entries, in the order given."""
    query = select(ChangeSet).where(ChangeSet.id.in_(found))
    change_sets = {one.id: one for one in session.scalars(query)}
    names = _names(session, [change for changes in found.values() for change in changes])
    return [
        Entry(change_sets[number], tuple(_named(change, names) for change in changes))
        for number, changes in found.items()
        if number in change_sets
    ]


def named(session: Session, changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes with the names of other records in place of their keys."""
    changes = list(changes)
    names = _names(session, changes)
    return tuple(_named(change, names) for change in changes)


def _named(change: Change, names: dict[UUID, str]) -> Change:
    """The change with the names of other records in place of their keys."""
    told = tuple(
        Difference(d.field, names.get(d.old, d.old), names.get(d.new, d.new), d.column)
        if isinstance(d.old, UUID) or isinstance(d.new, UUID)
        else d
        for d in change.differences
    )
    return Change(change.model, change.uuid, change.operation, change.state, told, change.is_part)


def _names(session: Session, changes: Iterable[Change]) -> dict[UUID, str]:
    """What the records are called that the differences point to: now, or when last seen."""
    wanted: dict[type[Any], set[UUID]] = defaultdict(set)
    for change in changes:
        for difference in change.differences:
            target = target_of(change.model, difference.column)
            if target is not None:
                values = (difference.old, difference.new)
                wanted[target] |= {value for value in values if isinstance(value, UUID)}
    found: dict[UUID, str] = {}
    for model, keys in wanted.items():
        found |= names_of(session, model, keys)
    return found


def names_of(session: Session, model: type[Any], keys: set[UUID]) -> dict[UUID, str]:
    """What records are called: now, or when last seen."""
    found = {
        record.uuid: str(record)
        for record in session.scalars(select(model).where(model.uuid.in_(keys)))
    }
    if gone := keys - set(found):
        versions = versions_of(model)
        query = select(versions).where(versions.uuid.in_(gone), versions.operation_type == DELETED)
        for version in session.scalars(query):
            found[version.uuid] = as_model(model, version)
    return found


def as_model(model: type[Any], version: Any) -> str:
    """What a record was called in an old state: its model's own words, said of the version."""
    said: str = vars(model)["__str__"](_AsModel(model, version))
    return said


class _AsModel:
    """A version with the properties of its model, which versions do not have."""

    def __init__(self, model: type[Any], version: Any) -> None:
        self._model, self._version = model, version

    def __getattr__(self, name: str) -> Any:
        told = inspect_static(self._model, name, None)
        if isinstance(told, property) and told.fget:
            return told.fget(self)
        return getattr(self._version, name)


def target_of(model: type[Any], column: Any) -> type[Any] | None:
    """The model that a foreign key points to."""
    for relation in inspect(model).relationships:
        if not relation.uselist and column in relation.local_columns:
            target: type[Any] = relation.mapper.class_
            return target
    return None
