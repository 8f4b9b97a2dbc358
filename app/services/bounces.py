"""Emails that came back: what to do about them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from app.errors import AppError
from app.models.emails import EmailBounce
from app.models.people import EmailAddress
from app.models.users import User


class IsProcessed(AppError):
    """Somebody has dealt with this bounce already."""


def process(
    session: Session,
    bounce: EmailBounce,
    *,
    by: User | None,
    at: datetime,
    invalidate: bool = False,
) -> int:
    """Note that a bounce is dealt with; with `invalidate` nobody writes to the address any more.

    Returns how many addresses of people that concerns. Raises IsProcessed.
    """
    session.refresh(bounce, with_for_update={"of": EmailBounce})
    if bounce.processed_at is not None:
        raise IsProcessed
    bounce.processed_at, bounce.processed_by = at, by
    count = 0
    if invalidate:
        done = session.execute(
            update(EmailAddress)
            .where(func.lower(EmailAddress.address) == bounce.address.lower(), EmailAddress.valid)
            .values(valid=False)
            .returning(EmailAddress.uuid)
        )
        count = len(done.all())
    session.flush()
    return count
