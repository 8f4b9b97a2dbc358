"""Change sets: which there were, and what each of them touched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, inspect, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from app.db.versioning import ChangeSet, versioned_models, versions_of
from app.services import history
from app.services.history import OPERATIONS, Change

Counts = dict[type[Any], dict[str, int]]


def page(
    session: Session,
    *,
    who: str = "",
    origin: str = "",
    run: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[ChangeSet]:
    """The newest change sets, of somebody or from somewhere, or those before one of them."""
    asked: list[ColumnElement[bool]] = []
    if who:
        name = func.coalesce(ChangeSet.actor, ChangeSet.database_role)
        asked.append(or_(name.icontains(who, autoescape=True),
                         ChangeSet.real_actor.icontains(who, autoescape=True)))  # fmt: skip
    if origin:
        asked.append(ChangeSet.origin == origin)
    if run:
        asked.append(ChangeSet.run_uuid == run)
    if since:
        asked.append(ChangeSet.issued_at >= since)
    if until:
        asked.append(ChangeSet.issued_at < until)
    if before is not None:
        asked.append(ChangeSet.id < before)
    query = select(ChangeSet).where(*asked).order_by(ChangeSet.id.desc()).limit(limit)
    return list(session.scalars(query))


def counts(session: Session, numbers: Collection[int]) -> dict[int, Counts]:
    """What each change set wrote: rows by model and operation, most first. One query for all."""
    models = versioned_models()
    questions = [
        select(
            versions.transaction_id, literal(place), versions.operation_type, func.count()
        )
        .where(versions.transaction_id.in_(list(numbers)))
        .group_by(versions.transaction_id, versions.operation_type)
        for place, versions in enumerate(map(versions_of, models))
    ]  # fmt: skip
    found: dict[int, Counts] = {number: {} for number in numbers}
    rows = session.execute(union_all(*questions)).all() if numbers else []
    for number, place, operation, count in rows:
        found[number].setdefault(models[place], {})[OPERATIONS[operation]] = count
    return {
        number: dict(sorted(told.items(), key=lambda one: -sum(one[1].values())))
        for number, told in found.items()
    }


def objects(
    session: Session,
    change_set_id: int,
    model: type[Any],
    *,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Change]:
    """The rows of one model that a change set wrote, by key, each with what changed."""
    new = versions_of(model)
    old = aliased(new)
    joined = and_(old.uuid == new.uuid, old.end_transaction_id == new.transaction_id)
    query = select(new, old).outerjoin(old, joined).where(new.transaction_id == change_set_id)
    if after is not None:
        query = query.where(new.uuid > after)
    pairs = session.execute(query.order_by(new.uuid).limit(limit))
    changes = [history.change_of(model, new, old, is_part=False) for new, old in pairs]
    return list(history.named(session, changes))


def owners(session: Session, changes: Sequence[Change]) -> dict[UUID, str]:
    """The names of the records that changed parts belong to, by the key of the part."""
    wanted: dict[type[Any], dict[UUID, UUID]] = defaultdict(dict)
    for change in changes:
        for owner, column in owners_of(change.model):
            key = getattr(change.state, column)
            if key is not None:
                wanted[owner][change.uuid] = key
    found: dict[UUID, str] = {}
    for owner, keys in wanted.items():
        names = history.names_of(session, owner, set(keys.values()))
        for part, key in keys.items():
            if key in names:
                found.setdefault(part, names[key])
    return found


def owners_of(model: type[Any]) -> list[tuple[type[Any], str]]:
    """The models whose rows take rows of this one along when they go, with the column."""
    return [
        (relation.mapper.class_, column.key)
        for relation in inspect(model).relationships
        if not relation.uselist
        for column in relation.local_columns
        if any(key.ondelete == "CASCADE" for key in column.foreign_keys)
    ]
