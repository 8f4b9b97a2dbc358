"""What a product costs today: expressions over `Product` that the database works out.

A day is a day of the shop: the connection's time zone is that of the settings.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ScalarSelect, func, null, or_, select

from app.models.products import Product, ProductCode, ProductCost, ProductPrice


def in_force(kind: str, column: Any = ProductPrice.price) -> ScalarSelect[Any]:
    """A column of the price of this kind that holds today in all stores.

    At most one row can hold, since prices of a kind do not overlap.
    """
    today = func.current_date()
    return (
        select(column)
        .where(
            ProductPrice.product_uuid == Product.uuid,
            ProductPrice.kind == kind,
            ProductPrice.store_uuid.is_(null()),
            or_(ProductPrice.starts_on.is_(None), ProductPrice.starts_on <= today),
            or_(ProductPrice.ends_on.is_(None), ProductPrice.ends_on >= today),
        )
        .correlate(Product)
        .scalar_subquery()
    )


PRIMARY_CODE = (
    select(ProductCode.gtin)
    .where(ProductCode.product_uuid == Product.uuid, ProductCode.is_primary)
    .correlate(Product)
    .scalar_subquery()
)
UNIT_COST = (
    select(ProductCost.unit_cost)
    .where(ProductCost.product_uuid == Product.uuid, ProductCost.is_preferred)
    .correlate(Product)
    .scalar_subquery()
)
REGULAR_PRICE = in_force("regular", ProductPrice.price / ProductPrice.multiple)
SALE_PRICE = in_force("sale", ProductPrice.price / ProductPrice.multiple)
SALE_ENDS_ON = in_force("sale", ProductPrice.ends_on)
MARGIN = (REGULAR_PRICE - UNIT_COST) / func.nullif(REGULAR_PRICE, 0)
"""The share of the regular price that stays in the shop: 0.281 is 28.1 %."""
