"""Any query finds the tables as they were, with their relations, prices and counts."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import joinedload

from app.db import as_of, unit_of_work
from app.models.brands import Brand
from app.models.products import Product, ProductPrice
from app.models.users import User


@pytest.fixture
def then(session):
    """After a moment at which there were two products, one of a brand that is renamed later."""
    with unit_of_work(by="ann") as work:
        brand = Brand(name="Old Valley")
        work.add_all([
            Product(number="1", description="Milk", brand=brand,
                    prices=[ProductPrice(price=Decimal(2))]),
            Product(number="2", description="Tea"),
        ])  # fmt: skip
    moment = as_of.then(session, datetime.now(UTC), date(2026, 11, 1))
    with unit_of_work(by="bob") as work:
        milk = work.scalars(select(Product).filter_by(number="1")).one()
        milk.description, milk.brand.name, milk.prices[0].price = "Oat", "New Valley", Decimal(3)
        work.delete(work.scalars(select(Product).filter_by(number="2")).one())
        work.add(Product(number="3", description="Rice"))
    return moment


def test_rows_relations_and_parts_are_those_of_then(session, then):
    with as_of.session_at(session, then) as past:
        found = past.scalars(select(Product).order_by(Product.number)).all()
        assert [one.description for one in found] == ["Milk", "Tea"]
        assert found[0].brand.name == "Old Valley"
        assert [one.price for one in found[0].prices] == [Decimal(2)]
    assert session.scalar(select(Product.description).filter_by(number="1")) == "Oat"


def test_every_kind_of_query_looks_back(session, then):
    with as_of.session_at(session, then) as past:
        assert past.scalar(select(func.count()).select_from(Product)) == 2
        assert past.scalar(text('SELECT count(*) FROM "product"')) == 2
        eager = select(Product).options(joinedload(Product.brand)).filter_by(number="1")
        assert past.scalars(eager).one().brand.name == "Old Valley"
        keys = select(Product.uuid).cte("found").prefix_with("MATERIALIZED")
        assert len(past.execute(select(keys.c.uuid)).all()) == 2
        assert past.scalar(select(Brand.name).where(Brand.name == "product")) is None
        assert past.scalar(select(func.current_date())) == date(2026, 11, 1)
        assert past.scalars(select(User)).all() == []


def test_before_all_there_was_nothing(session, then):
    start = as_of.then(session, datetime(2000, 1, 1, tzinfo=UTC), date(2000, 1, 1))
    with as_of.session_at(session, start) as past:
        assert past.scalars(select(Product)).all() == []


def test_nothing_can_be_written_there(session, then):
    with as_of.session_at(session, then) as past:
        past.add(Brand(name="Late"))
        with pytest.raises(RuntimeError, match="past cannot be written"):
            past.flush()
