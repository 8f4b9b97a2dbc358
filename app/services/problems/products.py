"""What may be wrong about products, as queries over all of them at once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from app.models.products import Product, ProductCode, ProductCost, ProductPrice
from app.services import prices

SOON = 14  # days
CHECKED = ("upc_a", "upc_e", "ean_8", "ean_13", "gtin_14")
"""Codes of these kinds end with a check digit; PLUs and codes of the shop itself do not."""

_sold = and_(Product.active, Product.for_sale)


def no_price() -> Select[*tuple[Any, ...]]:
    """Products for sale without a regular price today, whose price the register does not ask."""
    query = prices.joined(_products(), prices.REGULAR)
    return query.where(_sold, prices.REGULAR_PRICE.is_(None), ~Product.price_required)


def below_cost() -> Select[*tuple[Any, ...]]:
    """Products whose regular price is below what they cost."""
    price, cost = prices.REGULAR_PRICE, prices.UNIT_COST
    query = prices.joined(
        _products(func.round(price, 3).label("price"), cost.label("unit_cost")),
        prices.REGULAR,
        prices.COST,
    )
    return query.where(_sold, price < cost)


def bad_check_digit() -> Select[*tuple[Any, ...]]:
    """Products with a code whose last digit is not the right one (GS1 General Specs 7.9.1).

    A product with several such codes is told once, by the first of them.
    """
    digits = [func.ascii(func.substr(ProductCode.gtin, place, 1)) - 48 for place in range(1, 15)]
    threefold: ColumnElement[int] = literal(0)
    once: ColumnElement[int] = literal(0)
    for place, digit in enumerate(digits):
        if place % 2:
            once = once + digit
        else:
            threefold = threefold + digit
    wrong = and_(
        ProductCode.kind.in_(CHECKED),
        (threefold * 3 + once) % 10 != 0,
    )
    return (
        select(
            Product.uuid.label("uuid"),
            Product.description.label("name"),
            ProductCode.gtin.label("gtin"),
            ProductCode.kind.label("kind"),
        )
        .join(ProductCode, ProductCode.product_uuid == Product.uuid)
        .where(wrong)
        .ext(distinct_on(Product.uuid))
        .order_by(Product.uuid, ProductCode.gtin)
    )


def price_ends() -> Select[*tuple[Any, ...]]:
    """Products whose regular price ends within two weeks while none follows it."""
    ends, next_ = aliased(ProductPrice), aliased(ProductPrice)
    today = func.current_date()
    for_all = and_(ends.kind == "regular", ends.level == 1, ends.store_uuid.is_(None))
    follows = exists().where(
        next_.product_uuid == ends.product_uuid,
        next_.kind == "regular",
        next_.level == 1,
        next_.store_uuid.is_(None),
        next_.starts_on == ends.ends_on + 1,
    )
    each = func.round(ends.price / ends.multiple, 3).label("price")
    return (
        _products(each, ends.ends_on.label("ends_on"))
        .join(ends, ends.product_uuid == Product.uuid)
        .where(_sold, for_all, ends.ends_on.between(today, today + SOON), ~follows)
    )


def no_department() -> Select[*tuple[Any, ...]]:
    """Products for sale that belong to no department."""
    return _products().where(_sold, Product.department_uuid.is_(None))


def no_case_size() -> Select[*tuple[Any, ...]]:
    """Goods that nobody says of how many are in a case: neither the product nor a vendor."""
    told = exists().where(ProductCost.product_uuid == Product.uuid)
    return _products().where(
        Product.active,
        Product.kind == "goods",
        Product.case_size.is_(None),
        ~Product.sold_by_weight,
        ~Product.discontinued,
        ~told,
    )


def _products(*columns: Any) -> Select[*tuple[Any, ...]]:
    return select(
        Product.uuid.label("uuid"),
        Product.description.label("name"),
        Product.number.label("number"),
        *columns,
    )
