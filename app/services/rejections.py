"""Why rows of a run were left out, counted by reason."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from app.models.runs import RejectedRow


class Reason(NamedTuple):
    """Rows that were left out for the same; `words` are those of the first of them."""

    words: str
    many: int
    first: int


def reasons(session: Session, run: UUID, *, limit: int) -> list[Reason]:
    """The commonest reasons first; what they quote, and their numbers, do not tell them apart."""
    row = RejectedRow
    alike = func.regexp_replace(row.reason, r"“[^”]*”|[0-9]+", "…", "g")
    words = func.array_agg(aggregate_order_by(row.reason, row.line))[1]
    query = select(words, func.count(), func.min(row.line)).where(row.run_uuid == run)
    query = query.group_by(alike).order_by(func.count().desc(), func.min(row.line)).limit(limit)
    return [Reason(*found) for found in session.execute(query)]
