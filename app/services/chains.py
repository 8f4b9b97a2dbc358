"""Chains: the order of an object's versions, which the numbers of change sets do not always tell.

A change set gets its number at its first write, and two that run at once may write one object in
the other order. What never lies is `end_transaction_id`: it names the version that came next.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.db.versioning import DELETED, ChangeSet, versions_of


@dataclass(frozen=True)
class Link:
    """One version in the chain of an object, by its change set; it holds from `since` on.

    Of two that ran at once the later one counts from when both had begun.
    """

    uuid: UUID
    number: int
    ended_by: int | None
    operation: int
    since: datetime


def newest_first(numbers: Collection[int], pairs: Iterable[tuple[int, int]]) -> list[int]:
    """Change sets by number, the highest first, except that each (older, newer) pair is kept."""
    pairs = list(pairs)
    if all(older < newer for older, newer in pairs):  # as nearly always: the numbers tell it
        return sorted(numbers, reverse=True)
    waits: dict[int, set[int]] = {number: set() for number in numbers}
    frees: dict[int, list[int]] = defaultdict(list)
    for older, newer in pairs:
        if older in waits and newer in waits and older != newer:
            waits[older].add(newer)
            frees[newer].append(older)
    ready = [-number for number, newer in waits.items() if not newer]
    heapq.heapify(ready)
    found: list[int] = []
    while ready:
        newest = -heapq.heappop(ready)
        found.append(newest)
        for older in frees[newest]:
            if newest in waits[older]:  # a pair may come twice
                waits[older].remove(newest)
                if not waits[older]:
                    heapq.heappush(ready, -older)
    return found


def of(
    session: Session, model: type[Any], which: ColumnElement[bool]
) -> dict[UUID, tuple[Link, ...]]:
    """The chains of the rows whose versions meet a condition, each from the oldest on."""
    versions = versions_of(model)
    query = (
        select(
            versions.uuid, versions.transaction_id, versions.end_transaction_id,
            versions.operation_type, ChangeSet.issued_at,
        )
        .join(ChangeSet, ChangeSet.id == versions.transaction_id)
        .where(versions.uuid.in_(select(versions.uuid).where(which)))
    )  # fmt: skip
    rows: dict[UUID, list[Link]] = defaultdict(list)
    for row in session.execute(query):
        rows[row[0]].append(Link(*row))
    return {uuid: _linked(links) for uuid, links in rows.items()}


def at(chain: Sequence[Link], moment: datetime) -> Link | None:
    """The version that held at a moment; None when the object was not there, or unknown."""
    found = None
    for link in chain:
        if link.since > moment:
            break
        found = link
    return None if found is None or found.operation == DELETED else found


def after(chain: Sequence[Link], number: int) -> Link | None:
    """The version that held when a change set was done; None when the object was not there."""
    found = next((link for link in chain if link.number == number), None)
    if found is None:
        for link in chain:
            if link.number > number:
                break
            found = link
    return None if found is None or found.operation == DELETED else found


def _linked(links: list[Link]) -> tuple[Link, ...]:
    """Each version follows the one that it ended; what thinning cut off follows by number."""
    numbers = [link.number for link in links]
    pairs = [(link.number, link.ended_by) for link in links if link.ended_by is not None]
    by_number = {link.number: link for link in links}
    found: list[Link] = []
    for number in reversed(newest_first(numbers, pairs)):
        link = by_number[number]
        late = found and found[-1].since > link.since
        found.append(replace(link, since=found[-1].since) if late else link)
    return tuple(found)
