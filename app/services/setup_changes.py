"""What people changed of an appliance or a probe."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.models.setup_changes import SetupChange


def of(session: Session, uuid: UUID, *, limit: int) -> list[SetupChange]:
    """The newest changes of a record and of what belongs to it."""
    query = select(SetupChange).where(
        or_(SetupChange.record_uuid == uuid, SetupChange.owner_uuid == uuid)
    )
    newest = (SetupChange.changed_at.desc(), SetupChange.uuid.desc())
    return list(session.scalars(query.order_by(*newest).limit(limit)))
