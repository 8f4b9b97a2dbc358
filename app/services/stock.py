"""Stock: what comes and goes. Every movement is kept, and the database adds them up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, selectinload

from app.errors import AppError
from app.models.product_stores import ProductStore
from app.models.products import Product
from app.models.stock import AdjustmentReason, Stock, StockMovement
from app.models.stores import Store
from app.models.users import User

MOST = Decimal(10_000_000)
WITHOUT_STOCK = ("service", "gift_card", "deposit", "donation")


class NoQuantity(AppError):
    """Say how many; nothing is no movement."""


class TooMany(AppError):
    """This is more than any shop has; look at the number again."""


class NoStock(AppError):
    """This is nothing that lies on a shelf, so there is no stock of it."""


class RetiredReason(AppError):
    """This reason is not in use any more; choose another."""


class NotYet(AppError):
    """Stock cannot be counted in the future."""


class CountedLess(AppError):
    """Nobody can count less than nothing."""


@dataclass(frozen=True)
class Shelf:
    """A product in a store: what is there and what is particular about it."""

    store: Store
    stock: Stock | None
    told: ProductStore | None

    @property
    def on_hand(self) -> Decimal:
        return self.stock.on_hand if self.stock else Decimal(0)

    @property
    def on_order(self) -> Decimal:
        return self.stock.on_order if self.stock else Decimal(0)

    @property
    def is_low(self) -> bool:
        """Whether it is time to order; what is on order already counts."""
        point = self.told.reorder_point if self.told else None
        return point is not None and self.on_hand + self.on_order <= point

    @property
    def is_sold_here(self) -> bool:
        return self.told is None or self.told.active


def adjust(
    session: Session,
    product: Product,
    *,
    store: Store,
    quantity: Decimal,
    by: User | str | None,
    kind: str = "adjustment",
    reason: AdjustmentReason | None = None,
    unit_cost: Decimal | None = None,
    note: str | None = None,
    document: tuple[str, UUID] | None = None,
    at: datetime | None = None,
) -> StockMovement:
    """Write down that so many units came, or went where it is negative.

    `document` is the table and key of what it belongs to. Raises NoQuantity, TooMany, NoStock,
    RetiredReason.
    """
    if not quantity:
        raise NoQuantity
    movement = _movement(product, store, kind, quantity, by, note, at)
    if reason is not None and not reason.active:
        raise RetiredReason
    movement.reason, movement.unit_cost = reason, unit_cost
    if document is not None:
        movement.document_kind, movement.document_uuid = document
    return _written(session, movement)


def count(
    session: Session,
    product: Product,
    *,
    store: Store,
    counted: Decimal,
    by: User | str | None,
    note: str | None = None,
    at: datetime | None = None,
) -> StockMovement:
    """Write down how many were found. What moved after `at` stays moved.

    The movement is the difference, also when it is nothing: then it says when it was counted.
    Raises CountedLess, TooMany, NoStock, NotYet.
    """
    if counted < 0:
        raise CountedLess
    if at is not None and at > datetime.now(UTC):
        raise NotYet
    there = locked(session, product, store).on_hand
    if at is not None:
        there -= _moved_since(session, product, store, at)
    movement = _movement(product, store, "count", counted - there, by, note, at)
    movement.counted = counted
    return _written(session, movement)


def expect(session: Session, product: Product, *, store: Store, quantity: Decimal) -> Stock:
    """Add to what is on order, or take from it what was received or cancelled; never below 0."""
    found = locked(session, product, store)
    found.on_order = max(found.on_order + quantity, Decimal(0))
    session.flush()
    return found


def locked(session: Session, product: Product, store: Store) -> Stock:
    """The stock of a product in a store, for us alone until the end of the transaction."""
    keys = {"product_uuid": product.uuid, "store_uuid": store.uuid}
    session.execute(insert(Stock).values(keys).on_conflict_do_nothing())
    query = select(Stock).filter_by(**keys).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def by_store(session: Session, product: Product) -> list[Shelf]:
    """A product in every store that is open, or that has some of it still."""
    told = select(ProductStore).filter_by(product_uuid=product.uuid)
    there = {one.store_uuid: one for one in session.scalars(told)}
    query = select(Stock).filter_by(product_uuid=product.uuid).options(selectinload(Stock.store))
    query = query.execution_options(populate_existing=True)  # triggers wrote it
    stocks = {one.store_uuid: one for one in session.scalars(query)}
    stores = session.scalars(select(Store).order_by(Store.number))
    return [
        Shelf(store, stocks.get(store.uuid), there.get(store.uuid))
        for store in stores
        if store.active or store.uuid in stocks
    ]


def differences(session: Session) -> list[tuple[UUID, UUID, Decimal, Decimal]]:
    """Where stock is not the sum of its movements, which is a fault: product, store, stock, sum."""
    moved = (
        select(
            StockMovement.product_uuid, StockMovement.store_uuid,
            func.sum(StockMovement.quantity).label("quantity"),
        )
        .group_by(StockMovement.product_uuid, StockMovement.store_uuid)
        .subquery()
    )  # fmt: skip
    total = func.coalesce(moved.c.quantity, 0)
    query = (
        select(Stock.product_uuid, Stock.store_uuid, Stock.on_hand, total)
        .outerjoin(
            moved,
            (moved.c.product_uuid == Stock.product_uuid) & (moved.c.store_uuid == Stock.store_uuid),
        )
        .where(Stock.on_hand != total)
    )
    return [tuple(row) for row in session.execute(query)]


def _movement(
    product: Product,
    store: Store,
    kind: str,
    quantity: Decimal,
    by: User | str | None,
    note: str | None,
    at: datetime | None,
) -> StockMovement:
    if product.kind in WITHOUT_STOCK:
        raise NoStock
    if not quantity.is_finite() or abs(quantity) >= MOST:
        raise TooMany
    movement = StockMovement(
        product=product, store=store, kind=kind, quantity=quantity, note=note, moved_at=at
    )
    if isinstance(by, User):
        movement.user = by
    else:
        movement.by = by
    return movement


def _written(session: Session, movement: StockMovement) -> StockMovement:
    if movement.moved_at is None:
        movement.moved_at = datetime.now(UTC)
    session.add(movement)
    session.flush()
    return movement


def _moved_since(session: Session, product: Product, store: Store, at: datetime) -> Decimal:
    query = select(func.coalesce(func.sum(StockMovement.quantity), 0)).where(
        StockMovement.product_uuid == product.uuid,
        StockMovement.store_uuid == store.uuid,
        StockMovement.moved_at > at,
    )
    return Decimal(session.scalar(query) or 0)
