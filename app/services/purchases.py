"""Purchases: ordered, received, paid; and what vendors owe for what was wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import AppError, Word
from app.models.product_costs import ProductCost
from app.models.products import Product
from app.models.purchases import (
    COUNTS,
    CREDIT_KINDS,
    Purchase,
    PurchaseCredit,
    PurchaseItem,
)
from app.models.stores import Store
from app.models.users import User
from app.models.vendors import Vendor
from app.services import product_facts

STEPS = {
    "new": ("ordered", "cancelled"),
    "ordered": ("shipped", "received", "cancelled"),
    "shipped": ("received",),
    "received": ("invoiced", "paid"),
    "invoiced": ("paid",),
    "paid": (),
    "cancelled": (),
}
"""From each state to which others."""
CREDIT_STEPS = {
    "new": ("submitted", "refused"),
    "submitted": ("satisfied", "refused"),
    "satisfied": (),
    "refused": ("submitted",),
}
DAYS = {"ordered": "ordered_on", "shipped": "shipped_on", "received": "received_on",
        "invoiced": "invoiced_on", "paid": "paid_on"}  # fmt: skip
CLOSED = ("paid", "cancelled")
RECEIVING = ("ordered", "shipped", "received", "invoiced")
NOTHING = Decimal(0)


class CannotStep(AppError):
    """A purchase that is “%(old)s” cannot become “%(new)s”."""


class NothingOrdered(AppError):
    """Nothing is ordered yet; add an item with a quantity first."""


class IsClosed(AppError):
    """This purchase is paid or cancelled; it can be read but not changed."""


class NotReceiving(AppError):
    """Nothing can be received yet; this purchase is not ordered."""


class NegativeQuantity(AppError):
    """A quantity must not be negative."""


@dataclass(frozen=True)
class Totals:
    """The money of a purchase, summed from its items."""

    ordered: Decimal
    invoiced: Decimal
    credits: Decimal


def create(
    session: Session, *, vendor: Vendor, store: Store, by: User | None = None, **facts: object
) -> Purchase:
    """Begin a purchase from a vendor for a store."""
    made = Purchase(vendor=vendor, store=store, created_by=by, **facts)
    session.add(made)
    session.flush()
    return made


def add_item(
    session: Session,
    purchase: Purchase,
    product: Product,
    *,
    cases: Decimal = NOTHING,
    units: Decimal = NOTHING,
) -> PurchaseItem:
    """Order a product, at the cost that the vendor asks today. Raises IsClosed."""
    require_open(purchase)
    _require_not_negative(cases, units)
    query = select(ProductCost).where(ProductCost.product_uuid == product.uuid)
    cost = session.scalars(query.where(ProductCost.vendor_uuid == purchase.vendor.uuid)).first()
    place = next_sequence(session, purchase)
    made = PurchaseItem(sequence=place, cases_ordered=cases, units_ordered=units)
    product_facts.keep(session, made, product)
    made.purchase, made.product = purchase, product
    if cost is not None:
        made.vendor_item, made.case_size = cost.vendor_item, cost.case_size
        made.po_case_size = cost.case_size
        made.catalog_unit_cost = made.po_unit_cost = cost.unit_cost
    session.add(made)
    session.flush()
    return made


def step(session: Session, purchase: Purchase, state: str, *, on: date) -> None:
    """Move a purchase on, and note the day. Raises CannotStep, NothingOrdered."""
    _lock(session, purchase)
    if state not in STEPS[purchase.state]:
        raise CannotStep(old=Word(purchase.state), new=Word(state))
    if state == "ordered" and not _orders_anything(session, purchase):
        raise NothingOrdered
    purchase.state = state
    if (name := DAYS.get(state)) and getattr(purchase, name) is None:
        setattr(purchase, name, on)
    session.flush()


def receive(session: Session, item: PurchaseItem, **counts: Decimal) -> None:
    """Add to what came of an item: `cases_received=2, units_damaged=1`.

    Nothing is taken for granted: what is not told did not come. Raises NotReceiving,
    NegativeQuantity.
    """
    _lock(session, item.purchase)
    if item.purchase.state not in RECEIVING:
        raise NotReceiving
    unknown = counts.keys() - set(COUNTS)
    if unknown:
        raise TypeError(f"no such quantities: {', '.join(sorted(unknown))}")
    _require_not_negative(*counts.values())
    session.refresh(item)
    for name, count in counts.items():
        setattr(item, name, getattr(item, name) + count)
    session.flush()


def receive_rest(session: Session, purchase: Purchase, *, on: date) -> int:
    """Say that all that was ordered and is not accounted for has come; returns how many items."""
    _lock(session, purchase)
    if purchase.state not in RECEIVING:
        raise NotReceiving
    count = 0
    for item in purchase.items:
        rest = {f"{unit}_received": left(item, unit) for unit in ("cases", "units")}
        if any(rest.values()) and not item.out_of_stock:
            receive(session, item, **rest)
            count += 1
    if "received" in STEPS[purchase.state]:
        step(session, purchase, "received", on=on)
    return count


def left(item: PurchaseItem, unit: str) -> Decimal:
    """How many cases, or units, of an item are ordered and not accounted for."""
    told: Decimal = sum(
        (getattr(item, f"{unit}_{what}") for what in ("received", *CREDIT_KINDS)), NOTHING
    )
    ordered: Decimal = getattr(item, f"{unit}_ordered")
    return max(NOTHING, ordered - told)


def credit(session: Session, purchase: Purchase) -> list[PurchaseCredit]:
    """Ask for what was wrong with a purchase, a credit for each item and kind; the new ones.

    Credits that are still new are brought to what the items say; others are left alone.
    """
    _lock(session, purchase)
    made = []
    for item in purchase.items:
        known = {one.kind: one for one in item.credits}
        for kind in CREDIT_KINDS:
            cases, units = (getattr(item, f"{unit}_{kind}") for unit in ("cases", "units"))
            if not cases + units or (kind in known and known[kind].state != "new"):
                continue
            one = known.get(kind) or PurchaseCredit(item=item, kind=kind)
            one.cases, one.units, one.total = cases, units, owed(item, cases, units)
            if kind not in known:
                session.add(one)
                made.append(one)
    session.flush()
    return made


def owed(item: PurchaseItem, cases: Decimal, units: Decimal) -> Decimal | None:
    """What so much of an item cost, by the invoice, else by the order; None when nobody knows."""
    cost = item.invoice_unit_cost if item.invoice_unit_cost is not None else item.po_unit_cost
    if cost is None:
        return None
    size = item.invoice_case_size or item.po_case_size or item.case_size or Decimal(1)
    return round((cases * size + units) * cost, 2)


def step_credit(session: Session, one: PurchaseCredit, state: str) -> None:
    """Move a credit on. Raises CannotStep."""
    session.refresh(one, with_for_update={"of": PurchaseCredit})
    if state not in CREDIT_STEPS[one.state]:
        raise CannotStep(
            "A credit that is “%(old)s” cannot become “%(new)s”.",
            old=Word(one.state),
            new=Word(state),
        )
    one.state = state
    session.flush()


def totals(session: Session, purchase: Purchase) -> Totals:
    """The money of a purchase, as its items say."""
    item = PurchaseItem
    sums = select(
        func.coalesce(func.sum(item.po_total), 0), func.coalesce(func.sum(item.invoice_total), 0)
    ).where(item.purchase_uuid == purchase.uuid)
    ordered, invoiced = session.execute(sums).one()
    owed_for = (
        select(func.coalesce(func.sum(PurchaseCredit.total), 0))
        .join(PurchaseCredit.item)
        .where(item.purchase_uuid == purchase.uuid, PurchaseCredit.state != "refused")
    )
    return Totals(ordered or NOTHING, invoiced or NOTHING, session.scalar(owed_for) or NOTHING)


def next_sequence(session: Session, purchase: Purchase) -> int:
    """The place of one more item."""
    last = select(func.max(PurchaseItem.sequence))
    with session.no_autoflush:  # the new one is not to count itself
        found = session.scalar(last.where(PurchaseItem.purchase_uuid == purchase.uuid))
    return (found or 0) + 1


def require_open(purchase: Purchase) -> None:
    """Raises IsClosed."""
    if purchase.state in CLOSED:
        raise IsClosed


def _orders_anything(session: Session, purchase: Purchase) -> bool:
    query = select(PurchaseItem.uuid).where(PurchaseItem.purchase_uuid == purchase.uuid)
    query = query.where(PurchaseItem.cases_ordered + PurchaseItem.units_ordered > 0)
    return session.scalars(query.limit(1)).first() is not None


def _lock(session: Session, purchase: Purchase) -> None:
    # Lock first, look second: two may press at once.
    session.refresh(purchase, with_for_update={"of": Purchase})


def _require_not_negative(*counts: Decimal) -> None:
    if any(count < 0 for count in counts):
        raise NegativeQuantity
