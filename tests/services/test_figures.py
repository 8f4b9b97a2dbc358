"""Figures of products: what was sold, and what remains of it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.models.product_stores import ProductFigures
from app.models.products import Product, ProductCost, ProductPrice
from app.models.sales_rollups import SalesByProduct
from app.services import figures
from app.testing.samples import sample

TODAY = date(2026, 11, 23)


@pytest.fixture
def milk(session):
    return sample(session, Product, number="1", description="Milk")


def sold(session, number, days_ago, quantity, store=1):
    day = TODAY - timedelta(days=days_ago)
    told = {"product_number": number, "sold_on": day, "store_number": store, "lines": 1}
    session.add(SalesByProduct(**told, quantity=quantity, gross=1, discount=0, net=1))
    session.flush()


def figures_of(session, product):
    session.expire_all()
    return session.query(ProductFigures).filter_by(product_uuid=product.uuid).one()


def test_what_was_sold_is_added_up_over_the_stores(session, milk):
    for days_ago, quantity in ((1, 3), (6, 4), (8, 10), (40, 100)):
        sold(session, "1", days_ago, quantity)
    sold(session, "1", 1, 2, store=2)
    sold(session, "other, “strange”\\number", 1, 2)
    assert figures.refresh(session, today=TODAY) == 1
    told = figures_of(session, milk)
    assert (told.sold_7_days, told.sold_28_days) == (9, 19)
    assert told.last_sold_on == TODAY - timedelta(days=1)


def test_what_was_never_sold_says_so(session, milk):
    figures.refresh(session, today=TODAY)
    told = figures_of(session, milk)
    assert (told.last_sold_on, told.sold_28_days, told.true_cost, told.true_margin) == (
        None, 0, None, None,
    )  # fmt: skip


def test_the_true_margin_is_of_the_price_and_cost_in_force(session, milk):
    session.add(ProductPrice(product=milk, price=4))
    session.add(ProductPrice(product=milk, kind="sale", price=5, multiple=2, starts_on=TODAY,
                             ends_on=TODAY))  # fmt: skip
    session.add(ProductPrice(product=milk, kind="tpr", price=1, ends_on=TODAY - timedelta(days=1)))
    session.add(ProductPrice(product=milk, kind="member", price=1))
    sample(session, ProductCost, product_uuid=milk.uuid, case_cost=Decimal(24),
           case_size=Decimal(12), is_preferred=True, discount_amount=Decimal(6))  # fmt: skip
    figures.refresh(session, today=TODAY)
    told = figures_of(session, milk)
    assert (told.true_cost, told.true_margin) == (Decimal("1.5"), Decimal("0.4"))
    figures.refresh(session, today=TODAY + timedelta(days=1))
    assert figures_of(session, milk).true_margin == Decimal("0.625")


def test_what_stays_the_same_is_not_written_again(session, milk):
    sold(session, "1", 1, 3)
    assert figures.refresh(session, today=TODAY) == 1
    assert figures.refresh(session, today=TODAY) == 0


def test_a_price_of_nothing_has_no_margin(session, milk):
    session.add(ProductPrice(product=milk, price=0))
    sample(session, ProductCost, product_uuid=milk.uuid, is_preferred=True)
    figures.refresh(session, today=TODAY)
    assert figures_of(session, milk).true_margin is None
