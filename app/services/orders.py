"""Customer orders: each item goes its way, and each step is written down as an event."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import AppError, Word
from app.models.orders import CustomerOrder, OrderItem, OrderItemEvent
from app.models.products import Product
from app.models.users import User
from app.services import prices, product_facts

STEPS = {
    "new": ("ready", "cancelled", "inactive"),
    "ready": ("placed", "cancelled"),
    "placed": ("received", "cancelled"),
    "received": ("contacted", "contact_failed", "delivered", "cancelled"),
    "contacted": ("delivered", "contact_failed", "expired", "cancelled"),
    "contact_failed": ("contacted", "delivered", "expired", "cancelled"),
    "delivered": ("refund_pending",),
    "cancelled": ("refund_pending", "restocked"),
    "expired": ("refund_pending", "restocked"),
    "refund_pending": ("refunded",),
    "refunded": ("restocked",),
    "restocked": (),
    "inactive": ("new",),
}
"""From each state to which others, the likeliest first."""
OVER = ("delivered", "cancelled", "refunded", "restocked", "expired", "inactive")


class CannotStep(AppError):
    """An item that is “%(old)s” cannot become “%(new)s”."""


class NotConfirmed(AppError):
    """The price of this item is not confirmed yet; do that first."""


class NoProduct(AppError):
    """Nobody knows yet which product this is; choose one first."""


class NoPayment(AppError):
    """A payment must be more than zero."""


def add_item(
    session: Session,
    order: CustomerOrder,
    product: Product,
    *,
    by: User | None,
    at: datetime,
    quantity: Decimal = Decimal(1),
    unit: str = "each",
) -> OrderItem:
    """Order a product at the price of the day."""
    made = OrderItem(quantity=quantity, unit=unit, sequence=next_sequence(session, order))
    take_facts(session, made, product, at)
    made.order, made.product = order, product
    session.add(made)
    begin(session, made, by=by, at=at)
    return made


def begin(session: Session, item: OrderItem, *, by: User | None, at: datetime) -> None:
    """Note that an item was ordered."""
    session.flush()
    note(session, item, "new", by=by, at=at)


def take_facts(session: Session, item: OrderItem, product: Product, at: datetime) -> None:
    """Write down what a product is called and costs at that time."""
    product_facts.keep(session, item, product)
    with session.no_autoflush:
        cost = next((one for one in product.costs if one.is_preferred), None)
        regular = prices.regular_of(product, at.date())
    item.weighed, item.unit_of_measure = product.sold_by_weight, product.unit_of_measure
    if cost is not None:
        item.unit_cost = cost.unit_cost
        item.case_size = item.case_size or cost.case_size
    item.case_size = item.case_size or product.case_size
    if regular is not None:
        item.regular_price = item.unit_price = regular.price / regular.multiple


def step(
    session: Session,
    item: OrderItem,
    state: str,
    *,
    by: User | None,
    at: datetime,
    note_: str | None = None,
) -> None:
    """Move an item on. Raises CannotStep, NotConfirmed, NoProduct."""
    _lock(session, item)
    if state not in STEPS[item.state]:
        raise CannotStep(old=Word(item.state), new=Word(state))
    if state in ("ready", "placed"):
        if item.price_needs_confirmation:
            raise NotConfirmed
        if item.product_uuid is None:
            raise NoProduct
    item.state, item.state_note = state, note_ or None
    note(session, item, state, by=by, at=at, text=note_)


def confirm_price(session: Session, item: OrderItem, *, by: User | None, at: datetime) -> None:
    """Note that the customer agrees to the price."""
    _lock(session, item)
    item.price_needs_confirmation = False
    note(session, item, "price_confirmed", by=by, at=at)


def take_payment(
    session: Session,
    item: OrderItem,
    amount: Decimal,
    *,
    by: User | None,
    at: datetime,
    receipt: str | None = None,
) -> None:
    """Note that something was paid for an item. Raises NoPayment."""
    if amount <= 0:
        raise NoPayment
    _lock(session, item)
    item.paid_amount += amount
    item.payment_receipt = receipt or item.payment_receipt
    note(session, item, "payment_received", by=by, at=at, text=receipt)


def resolve_product(
    session: Session, item: OrderItem, product: Product, *, by: User | None, at: datetime
) -> None:
    """Say which product an item is; its facts become those of the product."""
    _lock(session, item)
    price = item.unit_price
    item.product = product
    take_facts(session, item, product, at)
    item.unit_price = price if price is not None else item.unit_price
    note(session, item, "product_resolved", by=by, at=at)


def note(
    session: Session,
    item: OrderItem,
    kind: str,
    *,
    by: User | None,
    at: datetime,
    text: str | None = None,
) -> OrderItemEvent:
    """Write down what happened to an item."""
    made = OrderItemEvent(item=item, kind=kind, user=by, happened_at=at, note=text or None)
    session.add(made)
    session.flush()
    return made


def contacts(session: Session, item: OrderItem) -> tuple[int, datetime | None]:
    """How often somebody tried to reach the customer about an item, and when last."""
    event = OrderItemEvent
    query = select(func.count(), func.max(event.happened_at)).where(
        event.item_uuid == item.uuid, event.kind.in_(("contacted", "contact_failed"))
    )
    count, last = session.execute(query).one()
    return count, last


def total(session: Session, order: CustomerOrder) -> Decimal:
    """What an order comes to, without what was cancelled."""
    query = select(func.coalesce(func.sum(OrderItem.total), 0)).where(
        OrderItem.order_uuid == order.uuid, OrderItem.state.not_in(("cancelled", "inactive"))
    )
    return Decimal(session.scalar(query) or 0)


def is_over(order: CustomerOrder) -> bool:
    """Whether nothing of an order waits for anything."""
    return bool(order.items) and all(item.state in OVER for item in order.items)


def next_sequence(session: Session, order: CustomerOrder) -> int:
    """The place of one more item."""
    last = select(func.max(OrderItem.sequence))
    with session.no_autoflush:  # the new one is not to count itself
        found = session.scalar(last.where(OrderItem.order_uuid == order.uuid))
    return (found or 0) + 1


def _lock(session: Session, item: OrderItem) -> None:
    # Lock first, look second: two may press at once.
    session.flush()
    session.refresh(item, with_for_update={"of": OrderItem})
