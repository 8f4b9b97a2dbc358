"""What is kept of the changes of an import run: how many of which kind."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.imports import ImportChange


class Kind(NamedTuple):
    """Changes of one importer that do the same."""

    importer: str
    action: str
    state: str
    many: int


def summary(session: Session, run: UUID) -> list[Kind]:
    """The kinds of kept changes of a run; those that wait for somebody come first."""
    change = ImportChange
    kinds = change.importer, change.action, change.state
    query = select(*kinds, func.count()).where(change.run_uuid == run).group_by(*kinds)
    found = [Kind(*row) for row in session.execute(query)]
    return sorted(found, key=lambda one: (one.state != "withheld", one.importer, one.action))
