"""Products asked for: made into one of ours, or left alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import AppError
from app.models.brands import Brand
from app.models.departments import Department
from app.models.pending_products import PendingProduct
from app.models.products import Product, ProductCode, ProductCost, ProductPrice
from app.models.users import User
from app.models.vendors import Vendor
from app.services import products, units

T = TypeVar("T", Brand, Department, Vendor)


class Settled(AppError):
    """Somebody has settled this already."""


class NoNumber(AppError):
    """A new product needs a number; give it one, or choose a product that there is."""


class NumberTaken(AppError):
    """There is a product with this number; choose that one, or give another number."""


class CodeTaken(AppError):
    """There is a product with this code; choose that one."""


def resolve(
    session: Session,
    pending: PendingProduct,
    *,
    by: User | None,
    product: Product | None = None,
    number: str | None = None,
    kind: str = "gtin_14",
) -> Product:
    """Settle it: with a product that there is, or with a new one made of what is known.

    `kind` is that of the code. Raises Settled, NoNumber, NumberTaken, CodeTaken.
    """
    _refuse_settled(session, pending)
    found = product or _made(session, pending, number or pending.number, kind)
    pending.product = found
    _settle(session, pending, "resolved", by)
    return found


def ignore(session: Session, pending: PendingProduct, *, by: User | None) -> None:
    """Settle it: nobody wants it. Raises Settled."""
    _refuse_settled(session, pending)
    _settle(session, pending, "ignored", by)


def reopen(session: Session, pending: PendingProduct) -> None:
    """Let it wait again; a product that was made of it stays."""
    pending.state, pending.product = "pending", None
    pending.settled_at = pending.settled_by = None
    session.flush()


def _refuse_settled(session: Session, pending: PendingProduct) -> None:
    session.flush()
    # Lock first, look second: two people may settle it at once.
    session.refresh(pending, with_for_update={"of": PendingProduct})
    if not pending.is_open:
        raise Settled


def _settle(session: Session, pending: PendingProduct, state: str, by: User | None) -> None:
    pending.state, pending.settled_by, pending.settled_at = state, by, datetime.now(UTC)
    session.flush()


def _made(session: Session, pending: PendingProduct, number: str | None, kind: str) -> Product:
    if not number:
        raise NoNumber
    if session.scalar(select(Product.uuid).filter_by(number=number)):
        raise NumberTaken
    if pending.gtin and session.scalar(select(ProductCode.uuid).filter_by(gtin=pending.gtin)):
        raise CodeTaken
    size = units.read_size(session, pending.size) if pending.size else None
    product = Product(
        number=number,
        description=pending.description,
        size=pending.size,
        unit_size=size[0] if size else None,
        unit_of_measure=size[1] if size else None,
        brand=pending.brand or _brand(session, pending.brand_name),
        department=pending.department or _named(session, Department, pending.department_name),
        special_order=pending.special_order,
        notes=pending.notes,
    )
    session.add(product)
    products.begin(product)
    session.flush()
    _add_parts(session, pending, product, kind)
    return product


def _add_parts(session: Session, pending: PendingProduct, product: Product, kind: str) -> None:
    """The code, cost and price that are known."""
    if pending.gtin:
        session.add(ProductCode(product=product, gtin=pending.gtin, kind=kind, is_primary=True))
    if pending.regular_price is not None:
        session.add(ProductPrice(product=product, kind="regular", price=pending.regular_price))
    vendor = pending.vendor or _named(session, Vendor, pending.vendor_name)
    if vendor is not None and pending.unit_cost is not None:
        session.add(
            ProductCost(
                product=product,
                vendor=vendor,
                vendor_item=pending.vendor_item,
                case_size=pending.case_size,
                case_cost=pending.unit_cost * pending.case_size,
                is_preferred=True,
            )
        )
    session.flush()


def _brand(session: Session, name: str | None) -> Brand | None:
    """The brand of a name; a new one waits for somebody to confirm how it is written."""
    found = _named(session, Brand, name)
    if found is None and name:
        found = Brand(name=name, confirmed=False)
        session.add(found)
    return found


def _named(session: Session, model: type[T], name: str | None) -> T | None:
    """The only record of this name, whatever the case; None when there is none, or several."""
    if not name:
        return None
    query = select(model).where(func.lower(model.name) == name.lower()).limit(2)
    found = session.scalars(query).all()
    return found[0] if len(found) == 1 else None
