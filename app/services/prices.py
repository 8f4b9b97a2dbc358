"""What a product costs today: expressions over `Product` and the joins that they need.

A day is a day of the shop: the connection's time zone is that of the settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_
from sqlalchemy.orm import aliased

from app.models.products import Product, ProductCode, ProductCost, ProductPrice


@dataclass(frozen=True, eq=False)
class Join:
    """A table that stands beside each product with one row, or none."""

    target: Any
    on: ColumnElement[bool]


def joined(query: Select[Any], *joins: Join) -> Select[Any]:
    """A query over products with these tables beside them."""
    for join in joins:
        query = query.outerjoin(join.target, join.on)
    return query


def in_force(price: Any, kind: str) -> Join:
    """The price of a kind that holds today in all stores; prices of a kind do not overlap."""
    today = func.current_date()
    return Join(
        price,
        and_(
            price.product_uuid == Product.uuid,
            price.kind == kind,
            price.store_uuid.is_(None),
            price.level == 1,
            or_(price.starts_on.is_(None), price.starts_on <= today),
            or_(price.ends_on.is_(None), price.ends_on >= today),
        ),
    )


def cost_in_force(cost: Any) -> ColumnElement[Any]:
    """What a unit costs today: without the discount of the vendor where one runs."""
    today = func.current_date()
    runs = and_(
        cost.discount_cost.is_not(None),
        or_(cost.discount_starts_on.is_(None), cost.discount_starts_on <= today),
        or_(cost.discount_ends_on.is_(None), cost.discount_ends_on >= today),
    )
    return case((runs, cost.discount_cost), else_=cost.unit_cost)


_code = aliased(ProductCode, name="primary_code")
_cost = aliased(ProductCost, name="preferred_cost")
_regular = aliased(ProductPrice, name="regular_price")
_sale = aliased(ProductPrice, name="sale_price")

CODE = Join(_code, and_(_code.product_uuid == Product.uuid, _code.is_primary))
COST = Join(_cost, and_(_cost.product_uuid == Product.uuid, _cost.is_preferred))
REGULAR = in_force(_regular, "regular")
SALE = in_force(_sale, "sale")

PRIMARY_CODE = _code.gtin
UNIT_COST = _cost.unit_cost
COST_IN_FORCE = cost_in_force(_cost)
REGULAR_PRICE = _regular.price / _regular.multiple
SALE_PRICE = _sale.price / _sale.multiple
SALE_ENDS_ON = _sale.ends_on
HAS_SALE = _sale.uuid.is_not(None)
MARGIN = (REGULAR_PRICE - UNIT_COST) / func.nullif(REGULAR_PRICE, 0)
"""The share of the regular price that stays in the shop: 0.281 is 28.1 %."""


def regular_of(product: Product, day: date) -> ProductPrice | None:
    """The regular price of a product on a day, in all stores."""
    return next(
        (p for p in for_everybody(product) if p.kind == "regular" and p.holds_on(day)), None
    )


def for_everybody(product: Product) -> list[ProductPrice]:
    """The prices that everybody pays in all stores."""
    return [p for p in product.prices if p.store_uuid is None and p.level == 1]
