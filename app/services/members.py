"""Members: what they paid for their share, what is missing, and when they joined and left.

What a member has paid is never typed: it is the sum of the payments. See docs/why/equity.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from app.errors import AppError
from app.models.members import EquityPayment, Member, MembershipType

_counts = EquityPayment.state == "received"

EQUITY: Any = (
    select(func.coalesce(func.sum(EquityPayment.amount), 0))
    .where(EquityPayment.member_uuid == Member.uuid, _counts)
    .scalar_subquery()
)
"""What a member has paid, for queries over `Member`."""

LAST_PAID_AT: Any = (
    select(func.max(EquityPayment.received_at))
    .where(EquityPayment.member_uuid == Member.uuid, _counts, EquityPayment.amount > 0)
    .scalar_subquery()
)
_REQUIRED: Any = (
    select(MembershipType.equity_required)
    .where(MembershipType.uuid == Member.membership_type_uuid)
    .scalar_subquery()
)
EQUITY_IS_CURRENT: Any = case(
    (_REQUIRED.is_(None), True),
    (_REQUIRED <= EQUITY, True),
    else_=func.coalesce(Member.equity_due_on >= func.current_date(), False),
)
"""Whether a member has paid all that is asked by now."""


class NothingPaid(AppError):
    """A payment must be of some amount; one that is paid back is negative."""


class MoreThanPaid(AppError):
    """This is more than the member has paid in; less can be paid back."""


class AlreadyWithdrawn(AppError):
    """This member has withdrawn already."""


class WithdrewBeforeJoining(AppError):
    """Nobody withdraws before they joined."""


@dataclass(frozen=True)
class Equity:
    """What a member has paid and what is missing."""

    paid: Decimal
    required: Decimal | None
    last_paid_at: datetime | None
    due_on: date | None
    is_current: bool

    @property
    def missing(self) -> Decimal:
        """What remains to be paid."""
        return max(Decimal(0), (self.required or Decimal(0)) - self.paid)

    @property
    def credit(self) -> Decimal:
        """What was paid beyond what is asked for."""
        return Decimal(0) if self.required is None else max(Decimal(0), self.paid - self.required)


def equity(session: Session, member: Member) -> Equity:
    """What a member has paid for their share."""
    query = select(EQUITY, _REQUIRED, LAST_PAID_AT, EQUITY_IS_CURRENT)
    query = query.select_from(Member).where(Member.uuid == member.uuid)
    paid, required, last_paid_at, is_current = session.execute(query).one()
    return Equity(Decimal(paid), required, last_paid_at, member.equity_due_on, is_current)


def pay(
    session: Session,
    member: Member,
    amount: Decimal,
    *,
    at: datetime,
    description: str | None = None,
    source: str | None = None,
    transaction_number: str | None = None,
    next_due_on: date | None = None,
) -> EquityPayment:
    """Write down a payment, or with a negative amount that something was paid back.

    `next_due_on` moves the day on which the next one is due. Raises NothingPaid, MoreThanPaid.
    """
    check_amount(session, member, amount)
    payment = EquityPayment(
        member=member, amount=amount, received_at=at, description=description, source=source,
        transaction_number=transaction_number,
    )  # fmt: skip
    session.add(payment)
    if next_due_on is not None:
        member.equity_due_on = next_due_on
    session.flush()
    return payment


def check_amount(
    session: Session, member: Member, amount: Decimal, *, instead_of: Decimal = Decimal(0)
) -> None:
    """Refuse what is no payment, and paying back more than was paid."""
    if amount == 0:
        raise NothingPaid
    # Lock first, look second: two people may pay back the same money.
    session.scalars(select(Member).where(Member.uuid == member.uuid).with_for_update()).one()
    if amount < 0 and equity(session, member).paid - instead_of + amount < 0:
        raise MoreThanPaid


def withdraw(session: Session, member: Member, on: date) -> None:
    """End a membership; what was paid stays until it is paid back."""
    if member.withdrew_on is not None:
        raise AlreadyWithdrawn
    if member.joined_on is not None and on < member.joined_on:
        raise WithdrewBeforeJoining
    member.withdrew_on, member.active = on, False
    session.flush()


def current_on(day: date) -> Any:
    """A condition over `Member`: who was a member on a day."""
    return (
        or_(Member.joined_on.is_(None), Member.joined_on <= day)
        & or_(Member.withdrew_on.is_(None), Member.withdrew_on >= day)
    )  # fmt: skip
