"""Products asked for, until they are settled."""

from decimal import Decimal

import pytest

from app.models.brands import Brand
from app.models.departments import Department
from app.models.pending_products import PendingProduct
from app.models.products import Product, ProductCode
from app.models.units import UnitOfMeasure
from app.models.vendors import Vendor
from app.services import pending_products, units
from app.testing.samples import sample

GTIN = "00036000291452"


@pytest.fixture
def oat_milk(session):
    return sample(
        session, PendingProduct, description="Oat milk", number="77", gtin=GTIN, size="32 FLOZ",
        brand_name="Oatside", department_name="dairy", vendor_name="Farm", vendor_item="O-1",
        unit_cost=Decimal("1.5"), case_size=Decimal(6), regular_price=Decimal("3.49"),
        special_order=True,
    )  # fmt: skip


@pytest.fixture
def shop(session):
    sample(session, Department, name="Dairy", food_stampable=True)
    sample(session, Vendor, name="FARM")
    sample(session, UnitOfMeasure, abbreviation="FLOZ", unit="fl oz")


@pytest.mark.usefixtures("shop")
def test_it_becomes_a_product_with_all_that_is_known(session, oat_milk):
    product = pending_products.resolve(session, oat_milk, by=None, kind="upc_a")
    assert (product.number, product.description, product.department.name) == (
        "77", "Oat milk", "Dairy",
    )  # fmt: skip
    assert (product.unit_size, product.unit_of_measure) == (32, "fl oz")
    assert (product.food_stampable, product.special_order) == (True, True)
    assert (product.brand.name, product.brand.confirmed) == ("Oatside", False)
    session.refresh(product)
    assert [(code.gtin, code.kind) for code in product.codes] == [(GTIN, "upc_a")]
    assert [price.price for price in product.prices] == [Decimal("3.49")]
    assert [(cost.vendor.name, cost.case_cost) for cost in product.costs] == [("FARM", 9)]
    assert (oat_milk.state, oat_milk.product) == ("resolved", product)
    assert oat_milk.settled_at


def test_it_turns_out_to_be_one_that_there_is(session, oat_milk):
    there = sample(session, Product)
    assert pending_products.resolve(session, oat_milk, by=None, product=there) is there
    assert session.query(Product).count() == 1


def test_nobody_wants_it_until_somebody_does(session, oat_milk):
    pending_products.ignore(session, oat_milk, by=None)
    assert (oat_milk.state, oat_milk.is_open) == ("ignored", False)
    with pytest.raises(pending_products.Settled):
        pending_products.resolve(session, oat_milk, by=None)
    pending_products.reopen(session, oat_milk)
    assert (oat_milk.state, oat_milk.settled_at) == ("pending", None)


def test_a_product_is_not_made_twice(session, oat_milk):
    other = sample(session, Product, number="77")
    with pytest.raises(pending_products.NumberTaken):
        pending_products.resolve(session, oat_milk, by=None)
    sample(session, ProductCode, product_uuid=other.uuid, gtin=GTIN)
    with pytest.raises(pending_products.CodeTaken):
        pending_products.resolve(session, oat_milk, by=None, number="78")
    oat_milk.number = None
    with pytest.raises(pending_products.NoNumber):
        pending_products.resolve(session, oat_milk, by=None)


def test_a_brand_of_two_spellings_is_one_brand(session, oat_milk):
    there = sample(session, Brand, name="OATSIDE")
    assert pending_products.resolve(session, oat_milk, by=None).brand is there


@pytest.mark.parametrize(
    ("size", "meaning"),
    [
        ("12.5 oz", (Decimal("12.5"), "oz")),
        ("1 GAL", (Decimal(1), "gal")),
        (".5 lb.", (Decimal("0.5"), "lb")),
        ("6 CT", (Decimal(6), "ct")),
        ("2 #", (Decimal(2), "lb")),
        ("each", None),
        ("6/12 oz", None),
        ("0 oz", None),
        ("12 parsecs", None),
        ("9" * 40 + " oz", None),
    ],
)
def test_a_size_as_printed_is_read_when_it_is_sure(session, size, meaning):
    sample(session, UnitOfMeasure, abbreviation="#", unit="lb")
    assert units.read_size(session, size) == meaning
