"""Work orders: each step is checked and written down as an event."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.errors import AppError, Word
from app.models.users import User
from app.models.work_orders import WorkOrder, WorkOrderEvent

STEPS = {
    "submitted": ("received", "cancelled"),
    "received": ("awaiting_approval", "working", "awaiting_parts", "cancelled"),
    "awaiting_approval": ("working", "awaiting_parts", "cancelled"),
    "awaiting_parts": ("working", "awaiting_approval", "cancelled"),
    "working": ("released", "awaiting_parts", "awaiting_approval", "cancelled"),
    "released": ("delivered", "working"),
    "delivered": (),
    "cancelled": (),
}
"""From each state to which others, the likeliest first."""
DAYS = {"received": "received_on", "released": "released_on", "delivered": "delivered_on"}


class CannotStep(AppError):
    """A work order that is “%(old)s” cannot become “%(new)s”."""


def submit(session: Session, order: WorkOrder, *, by: User | None, at: datetime, on: date) -> None:
    """Begin a work order."""
    order.submitted_on = order.submitted_on or on
    session.add(order)
    session.flush()
    note(session, order, "submitted", by=by, at=at)


def step(
    session: Session,
    order: WorkOrder,
    state: str,
    *,
    by: User | None,
    at: datetime,
    on: date,
    note_: str | None = None,
) -> None:
    """Move a work order on; `on` is the day in the shop. Raises CannotStep."""
    # Lock first, look second: two may press at once.
    session.refresh(order, with_for_update={"of": WorkOrder})
    if state not in STEPS[order.state]:
        raise CannotStep(old=Word(order.state), new=Word(state))
    order.state, order.state_note = state, note_ or None
    if (name := DAYS.get(state)) and (getattr(order, name) is None or state == "released"):
        setattr(order, name, on)
    note(session, order, state, by=by, at=at, text=note_)


def note(
    session: Session,
    order: WorkOrder,
    kind: str,
    *,
    by: User | None,
    at: datetime,
    text: str | None = None,
) -> WorkOrderEvent:
    """Write down what happened to a work order."""
    made = WorkOrderEvent(work_order=order, kind=kind, user=by, happened_at=at, note=text or None)
    session.add(made)
    session.flush()
    return made
