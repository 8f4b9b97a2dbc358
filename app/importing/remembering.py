"""How people mapped the columns of their files, so that the next file like it maps itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.importing.mapping import signature
from app.models.imports import ImportMapping
from app.models.users import User


def find(session: Session, handler: str, header: Sequence[str]) -> ImportMapping | None:
    """What was said of the last file with this header; None if there was none."""
    query = select(ImportMapping).filter_by(handler=handler, signature=signature(header))
    return session.scalars(query).one_or_none()


def remember(
    session: Session, handler: str, header: Sequence[str], said: Mapping[str, str], *, by: User
) -> None:
    """Keep what was said in place of what was said before."""
    values = {"mapping": dict(said), "user_uuid": by.uuid, "remembered_at": func.now()}
    new = insert(ImportMapping).values(handler=handler, signature=signature(header), **values)
    session.execute(new.on_conflict_do_update(index_elements=["handler", "signature"], set_=values))
