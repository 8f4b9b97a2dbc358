"""Merging: two records that are one become one, as one change set that can be undone.

Everything that refers to the record that goes will refer to the one that stays. See
docs/why/merging.md.
"""
# ruff: noqa: S608 - names come from the models and the catalogue, values are bound.

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db.constraints import foreign_keys
from app.db.unit_of_work import say_reason
from app.errors import AppError
from app.models.merges import MergedRecord, MergeRequest
from app.models.users import User
from app.services import merge_plan
from app.services.merge_facts import Plan
from app.services.merge_plan import ANNOTATIONS
from app.services.merge_room import make_room
from app.services.undo_stage import quoted


class MergeWithItself(AppError):
    """These are not two records; choose another one to merge with."""


class NotOfOneKind(AppError):
    """Only records of one kind can be merged."""


class MustDecideFirst(AppError):
    """These two cannot be merged yet: they have parts of which only one can stay."""


class CannotMerge(AppError):
    """The database refused to merge these two."""


class GoneMeanwhile(CannotMerge):
    """One of the two was deleted or merged meanwhile; look again."""


class RequestedAlready(AppError):
    """Somebody asked for this already."""


class SettledAlready(AppError):
    """This request was settled already."""


def plan(
    session: Session, *, keep: Any, remove: Any, fill: Iterable[str] = (), add: Iterable[str] = ()
) -> Plan:
    """What merging would do now; nothing is written. Raises MergeWithItself, NotOfOneKind."""
    _require_two(keep, remove)
    tables = [name.partition(".")[0] for name in add]
    return merge_plan.make(session, keep=keep, remove=remove, fill=fill, add=tables)


def merge(
    session: Session,
    *,
    keep: Any,
    remove: Any,
    fill: Iterable[str] = (),
    add: Collection[str] = (),
    by: User | None = None,
    at: datetime | None = None,
) -> Plan:
    """Merge `remove` into `keep`, which takes the `fill` fields that it lacks, and all references.

    Amounts such as `product_inventory.on_hand`, named by `add`, are added where both have a row.
    Returns what was done. Raises MergeWithItself, NotOfOneKind, MustDecideFirst and CannotMerge;
    roll back then.
    """
    _require_two(keep, remove)
    _lock(session, keep, remove)
    told = plan(session, keep=keep, remove=remove, fill=fill, add=add)
    if told.is_blocked:
        raise MustDecideFirst
    say_reason(session, f"Merge of “{remove}” into “{keep}”", by=by)
    values = {f.column.key: getattr(remove, f.column.key) for f in told.facts if f.fills}
    trace = MergedRecord(
        table_name=str(keep.__table__.name), gone_uuid=remove.uuid, kept_uuid=keep.uuid,
        name=str(remove), number=_number(remove), merged_at=at or datetime.now(UTC),
    )  # fmt: skip
    session.expunge(remove)
    try:
        # The ledger of stock follows the trace by itself, and takes the sums along.
        session.add(trace)
        session.flush()
        make_room(session, told, add)
        _move(session, trace)
        _settle_requests(session, trace, by)
        _delete(session, trace)
        session.expire_all()
        for name, value in values.items():
            setattr(keep, name, value)
        session.flush()
    except IntegrityError as error:
        raise CannotMerge(
            "The database refused: %(why)s", why=str(error.orig).splitlines()[0]
        ) from error
    return told


def successor(session: Session, table: str, uuid: UUID) -> UUID | None:
    """The record into which a record that is gone was merged, if it was."""
    query = select(MergedRecord.kept_uuid).where(
        MergedRecord.table_name == table, MergedRecord.gone_uuid == uuid
    )
    return session.scalar(query)


def known_by(session: Session, table: str, number: str) -> UUID | None:
    """The record that a number means which a merged one had."""
    query = select(MergedRecord.kept_uuid).where(
        MergedRecord.table_name == table, MergedRecord.number == number
    )
    return session.scalar(query.order_by(MergedRecord.merged_at.desc()).limit(1))


# -- requests ----------------------------------------------------------------------------------


def request(
    session: Session, *, keep: Any, remove: Any, by: User, reason: str | None = None
) -> MergeRequest:
    """Ask those who may to merge two records. Raises RequestedAlready."""
    _require_two(keep, remove)
    if _asked(session, keep.uuid, remove.uuid):
        raise RequestedAlready
    asked = MergeRequest(
        table_name=str(keep.__table__.name), keep_uuid=keep.uuid, remove_uuid=remove.uuid,
        name=f"{remove} → {keep}", reason=reason, requested_by=by,
    )  # fmt: skip
    session.add(asked)
    session.flush()
    return asked


def decline(session: Session, asked: MergeRequest, *, by: User, at: datetime | None = None) -> None:
    """These two are not one."""
    if asked.state != "open":
        raise SettledAlready
    asked.state, asked.settled_by = "declined", by
    asked.settled_at = at or datetime.now(UTC)
    session.flush()


# -- inside ------------------------------------------------------------------------------------


def _require_two(keep: Any, remove: Any) -> None:
    if type(keep) is not type(remove):
        raise NotOfOneKind
    if keep.uuid == remove.uuid:
        raise MergeWithItself


def _lock(session: Session, keep: Any, remove: Any) -> None:
    """Always in the same order: two people may merge the same two at once."""
    model = type(keep)
    both = select(model).where(model.uuid.in_([keep.uuid, remove.uuid])).order_by(model.uuid)
    if len(session.scalars(both.with_for_update(of=model)).all()) < 2:
        raise GoneMeanwhile


def _move(session: Session, trace: MergedRecord) -> None:
    """Let everything refer to the record that stays; its own parts stay first."""
    both = {"keep": str(trace.kept_uuid), "gone": str(trace.gone_uuid)}
    for key in foreign_keys(session, {trace.table_name}):
        if key.parent == trace.table_name:
            table, column = quoted(key.child), quoted(key.columns[0])
            behind = _behind(session, key.child, column) if key.rule == "c" else ""
            session.execute(
                text(f"UPDATE {table} SET {column} = :keep{behind} WHERE {column} = :gone"), both
            )
    for name in ANNOTATIONS:
        session.execute(
            text(f"UPDATE {name} SET subject_uuid = :keep"
                 " WHERE subject_uuid = :gone AND subject_table = :table"),
            {**both, "table": trace.table_name},
        )  # fmt: skip
    session.execute(
        update(MergedRecord)
        .where(MergedRecord.kept_uuid == trace.gone_uuid)
        .values(kept_uuid=trace.kept_uuid)
    )


def _behind(session: Session, table: str, column: str) -> str:
    """Parts in an order come behind those that are there."""
    asked = text(
        "SELECT true FROM pg_attribute WHERE attrelid = to_regclass(:table)"
        " AND attname = 'position' AND atttypid = 'int'::regtype"
    )
    if not session.scalar(asked, {"table": quoted(table)}):
        return ""
    last = f"SELECT coalesce(max(position), 0) FROM {quoted(table)} WHERE {column} = :keep"
    return f", position = position + ({last})"


def _delete(session: Session, trace: MergedRecord) -> None:
    session.flush()
    session.execute(
        text(f"DELETE FROM {quoted(trace.table_name)} WHERE uuid = :gone"),
        {"gone": str(trace.gone_uuid)},
    )


def _settle_requests(session: Session, trace: MergedRecord, by: User | None) -> None:
    """Who asked for this has it; other requests about the one that goes are about the other."""
    query = select(MergeRequest).where(
        MergeRequest.state == "open",
        or_(MergeRequest.keep_uuid == trace.gone_uuid, MergeRequest.remove_uuid == trace.gone_uuid),
    )
    for asked in session.scalars(query).all():
        (other,) = {asked.keep_uuid, asked.remove_uuid} - {trace.gone_uuid}
        if other == trace.kept_uuid or _asked(session, other, trace.kept_uuid):
            asked.state, asked.settled_by, asked.settled_at = "merged", by, trace.merged_at
        elif other == asked.keep_uuid:
            asked.remove_uuid = trace.kept_uuid
        else:
            asked.keep_uuid = trace.kept_uuid
        session.flush()


def _asked(session: Session, one: UUID, other: UUID) -> bool:
    """Whether somebody asks to merge these two."""
    pair = {one, other}
    query = select(MergeRequest.uuid).where(
        MergeRequest.state == "open",
        MergeRequest.keep_uuid.in_(pair),
        MergeRequest.remove_uuid.in_(pair),
    )
    return session.scalar(query.limit(1)) is not None


def _number(record: Any) -> str | None:
    number = getattr(record, "number", None)
    return None if number is None else str(number)
