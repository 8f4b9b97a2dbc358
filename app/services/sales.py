"""Sales: what was sold by day, week, department or store, how a product moves, and receipts.

Sums come from the tables of app/models/sales_rollups.py; receipts are found by their indexes, at
most so many at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Date, cast, func, select
from sqlalchemy.orm import Session

from app.models.sales import Transaction, TransactionItem
from app.models.sales_rollups import SalesByDepartment, SalesByProduct, SalesByStore

MOST = 200
"""So many receipts are found at most."""


@dataclass(frozen=True)
class Total:
    """What was sold in a period; `transactions` is 0 where departments are told apart."""

    key: Any
    name: str | None
    quantity: Decimal
    gross: Decimal
    discount: Decimal
    net: Decimal
    transactions: int = 0


@dataclass(frozen=True)
class Week:
    """Units and money of a product in a week that begins on a Monday."""

    starts_on: date
    quantity: Decimal
    net: Decimal


def by_day(session: Session, first: date, last: date, *, store: int | None = None) -> list[Total]:
    """A total for each day with sales."""
    return _stores(session, SalesByStore.sold_on, first, last, store)


def by_week(session: Session, first: date, last: date, *, store: int | None = None) -> list[Total]:
    """A total for each week with sales; its key is its Monday."""
    return _stores(session, _monday(SalesByStore.sold_on), first, last, store)


def by_store(session: Session, first: date, last: date) -> list[Total]:
    """A total for each store with sales; its key is the number of the store."""
    return _stores(session, SalesByStore.store_number, first, last, None)


def by_department(
    session: Session, first: date, last: date, *, store: int | None = None
) -> list[Total]:
    """A total for each department, the largest first; department 0 is none."""
    rows = SalesByDepartment
    query = (
        select(
            rows.department_number, func.max(rows.department_name), func.sum(rows.quantity),
            func.sum(rows.gross), func.sum(rows.discount), func.sum(rows.net),
        )
        .where(rows.sold_on.between(first, last))
        .group_by(rows.department_number)
        .order_by(func.sum(rows.net).desc())
    )  # fmt: skip
    query = query.where(rows.store_number == (store or 0))  # 0 has the sums of all stores
    return [Total(*row) for row in session.execute(query)]


def movement(session: Session, product_number: str, *, today: date, weeks: int = 12) -> list[Week]:
    """Units a week of a product in all stores, the last whole weeks, oldest first."""
    this_monday = today - timedelta(days=today.weekday())
    first = this_monday - timedelta(weeks=weeks)
    rows, week = SalesByProduct, _monday(SalesByProduct.sold_on)
    query = (
        select(week, func.sum(rows.quantity), func.sum(rows.net))
        .where(
            rows.product_number == product_number,
            rows.sold_on >= first,
            rows.sold_on < this_monday,
        )
        .group_by(week)
    )
    found = {monday: (quantity, net) for monday, quantity, net in session.execute(query)}
    nothing = (Decimal(0), Decimal(0))
    mondays = [first + timedelta(weeks=number) for number in range(weeks)]
    return [Week(monday, *found.get(monday, nothing)) for monday in mondays]


def find(
    session: Session,
    *,
    receipt: str | None = None,
    member: str | None = None,
    customer: str | None = None,
    product: str | None = None,
    amount: Decimal | None = None,
    first: date | None = None,
    last: date | None = None,
    limit: int = 50,
) -> list[Transaction]:
    """Receipts that meet all that is asked, the newest first, at most 200."""
    wheres: list[ColumnElement[bool]] = []
    for column, value in (
        (Transaction.receipt_number, receipt),
        (Transaction.member_number, member),
        (Transaction.customer_number, customer),
        (Transaction.total, amount),
    ):
        if value is not None:
            wheres.append(column == value)
    if first is not None:
        wheres.append(Transaction.sold_on >= first)
    if last is not None:
        wheres.append(Transaction.sold_on <= last)
    if product is not None:
        wheres.append(with_product(product))
    query = select(Transaction).where(*wheres).order_by(Transaction.ended_at.desc())
    return list(session.scalars(query.limit(min(limit, MOST))))


def with_product(number: str) -> ColumnElement[bool]:
    """Whether a transaction has a line of this product."""
    lines = select(TransactionItem.transaction_uuid).where(TransactionItem.product_number == number)
    return Transaction.uuid.in_(lines)


def _stores(session: Session, key: Any, first: date, last: date, store: int | None) -> list[Total]:
    rows = SalesByStore
    query = (
        select(
            key, func.sum(rows.quantity), func.sum(rows.gross), func.sum(rows.discount),
            func.sum(rows.net), func.sum(rows.transactions),
        )
        .where(rows.sold_on.between(first, last))
        .group_by(key)
        .order_by(key)
    )  # fmt: skip
    if store is not None:
        query = query.where(rows.store_number == store)
    return [Total(key, None, *sums) for key, *sums in session.execute(query)]


def _monday(day: Any) -> ColumnElement[date]:
    return cast(func.date_trunc("week", day), Date)
