"""Retention: how long old versions are kept, table by table, and taking the older ones away.

What holds now always keeps its version, and so does the last state of what was deleted within the
period. A chain that loses its oldest versions still tells the rest.
"""
# ruff: noqa: S608 - names come from the models, values are bound.

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.config import Settings
from app.config.core import HISTORY_DAILY_AFTER, HISTORY_KEEP
from app.db.versioning import versioned_models, versions_of
from app.errors import AppError

CHUNK = 10_000
UNITS = {"day": 1, "week": 7, "month": 31, "year": 366}
Progress = Callable[[str, int], None]


class BadPeriod(AppError):
    """Write a period such as “90 days”, “18 months” or “2 years”; empty means for ever."""


class NoSuchTable(AppError):
    """There is no table of this name with a history; see `storekeeper db versioning`."""


@dataclass(frozen=True)
class Rule:
    """What may go: ends before `before`; the newest `keep_last` versions of each object stay.

    With `daily_before`, of older versions only the last of each object and day stays.
    """

    before: datetime | None = None
    keep_last: int = 0
    daily_before: datetime | None = None


def period(text: str) -> timedelta | None:
    """The time that “2 years” stands for, rounded up; None for ever. Raises BadPeriod."""
    if not text.strip():
        return None
    found = re.fullmatch(r"\s*(\d{1,5})\s*(day|week|month|year)s?\s*", text, re.IGNORECASE)
    if found is None or int(found[1]) == 0:
        raise BadPeriod
    return timedelta(days=int(found[1]) * UNITS[found[2].lower()])


def tables(names: Iterable[str] = ()) -> dict[str, type[Any]]:
    """The models with a history by table, all or those named. Raises NoSuchTable."""
    known = {str(model.__table__.name): model for model in versioned_models()}
    wanted = list(names) or sorted(known)
    if wrong := [name for name in wanted if name not in known]:
        raise NoSuchTable(f"There is no table {wrong[0]} with a history; see `db versioning`.")
    return {name: known[name] for name in wanted}


def rules(
    settings: Settings,
    models: Mapping[str, type[Any]],
    *,
    older_than: str | None = None,
    daily_after: str | None = None,
    keep_last: int = 0,
) -> dict[type[Any], Rule]:
    """What may go of each table, as the settings say where nothing else is told.

    Tables that are kept for ever have no rule. Raises BadPeriod.
    """
    now = datetime.now(UTC)
    thin = period(daily_after if daily_after is not None else settings[HISTORY_DAILY_AFTER])
    found = {}
    for name, model in models.items():
        told = older_than
        if told is None:
            told = settings.config.get(f"{HISTORY_KEEP.key}.{name}", settings[HISTORY_KEEP]) or ""
        keep = period(told)
        if keep or thin:
            found[model] = Rule(
                now - keep if keep else None, keep_last, now - thin if thin else None
            )
    return found


def count(session: Session, model: type[Any], rule: Rule) -> int:
    """How many versions a rule would take away."""
    found, values = _prunable(model, rule)
    return session.scalar(text(f"SELECT count(*) FROM ({found}) v"), values) or 0


def prune(
    session: Session,
    rules: Mapping[type[Any], Rule],
    *,
    progress: Progress | None = None,
    after_chunk: Callable[[], None] | None = None,
) -> dict[str, int]:
    """Take old versions away, in chunks; then change sets that have none left and no run.

    `after_chunk` is called when a chunk is done, so that the caller may commit. Returns how many
    versions went by table, and change sets under `transaction`.
    """
    done: dict[str, int] = {}
    for model, rule in rules.items():
        name = str(model.__table__.name)
        done[name] = _in_chunks(
            session, _chunk_of(model, rule), name, progress=progress, after_chunk=after_chunk
        )
    if any(done.values()):
        done["transaction"] = _in_chunks(
            session, _empty_change_sets(), "transaction", progress=progress, after_chunk=after_chunk
        )
    return done


def _in_chunks(
    session: Session,
    chunk: tuple[str, dict[str, Any]],
    name: str,
    *,
    progress: Progress | None,
    after_chunk: Callable[[], None] | None,
) -> int:
    statement, values = chunk
    total = 0
    while True:
        gone: Any = session.execute(text(statement), {**values, "chunk": CHUNK})
        total += int(gone.rowcount)
        if after_chunk is not None:
            after_chunk()
        if progress is not None and gone.rowcount:
            progress(name, gone.rowcount)
        if gone.rowcount < CHUNK:
            return total


def _chunk_of(model: type[Any], rule: Rule) -> tuple[str, dict[str, Any]]:
    kept = f'"{versions_of(model).__table__.name}"'
    found, values = _prunable(model, rule)
    return (
        f"DELETE FROM {kept} WHERE (uuid, transaction_id) IN"
        f" (SELECT uuid, transaction_id FROM ({found}) v LIMIT :chunk)"
    ), values


def _prunable(model: type[Any], rule: Rule) -> tuple[str, dict[str, Any]]:
    """Versions that ended before the moment; of what is deleted since long, also the last two."""
    kept = f'"{versions_of(model).__table__.name}"'
    parts = []
    values: dict[str, Any] = {"keep": rule.keep_last}
    if rule.before is not None:
        values["before"] = rule.before
        parts.append("coalesce(ended.issued_at, CASE WHEN v.operation_type = 2 THEN begun.issued_at"
                     " END) < :before")  # fmt: skip
    if rule.daily_before is not None:
        values["daily"] = rule.daily_before
        parts.append("ended.issued_at < :daily AND ended.issued_at::date = begun.issued_at::date"
                     " AND v.operation_type <> 2")  # fmt: skip
    which = " OR ".join(f"({part})" for part in parts) or "false"
    spared = "" if not rule.keep_last else (
        f" AND (SELECT count(*) FROM {kept} n WHERE n.uuid = v.uuid"
        " AND n.transaction_id > v.transaction_id) >= :keep"
    )  # fmt: skip
    return (
        f"SELECT v.uuid, v.transaction_id FROM {kept} v"
        " JOIN transaction begun ON begun.id = v.transaction_id"
        " LEFT JOIN transaction ended ON ended.id = v.end_transaction_id"
        f" WHERE ({which}){spared}"
    ), {name: value for name, value in values.items() if name != "keep" or rule.keep_last}


def _empty_change_sets() -> tuple[str, dict[str, Any]]:
    left = "".join(
        f' AND NOT EXISTS (SELECT FROM "{versions_of(model).__table__.name}" v'
        " WHERE v.transaction_id = t.id OR v.end_transaction_id = t.id)"
        for model in versioned_models()
    )
    return (
        "DELETE FROM transaction WHERE id IN (SELECT t.id FROM transaction t"
        f" WHERE t.run_uuid IS NULL{left} LIMIT :chunk)"
    ), {}
