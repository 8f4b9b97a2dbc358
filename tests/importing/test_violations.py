"""A record that violates a constraint is rejected with the reason, and the rest goes on."""

import pytest
from sqlalchemy import select, text

from app.importing import violations
from app.importing.errors import DatabaseTrouble
from app.importing.options import Options
from app.models.products import Product, ProductCost
from app.models.vendors import Vendor
from tests.importing.conftest import changed, reasons
from tests.importing.till import Supplier, VendorImporter, vendors


class Unwatched(VendorImporter):
    """Without the checks that come before writing, as where a table has rules of its own."""


class Strict(VendorImporter):
    on_violation = "stop"


@pytest.fixture
def no_tests(session):
    session.execute(
        text("ALTER TABLE vendor ADD CONSTRAINT no_tests CHECK (name NOT LIKE '%wrong%')")
    )
    session.commit()
    yield
    session.rollback()
    session.execute(text("ALTER TABLE vendor DROP CONSTRAINT IF EXISTS no_tests"))
    session.commit()


def many(count, wrong=()):
    return [
        Supplier(str(number), "wrong" if number in wrong else f"Farm {number}", line=number + 2)
        for number in range(count)
    ]


def test_those_that_break_a_rule_are_left_out(session, no_tests, from_till):
    report = from_till(*many(100, wrong={7, 8, 99}), importers=(Unwatched,))
    assert changed(report) == {"vendor": (97, 0, 0)}
    assert reasons(report) == dict.fromkeys((9, 10, 101), "It breaks the rule no_tests.")
    assert report.counts["vendor"].rejected == 3
    assert len(vendors(session)) == 97


def test_updates_and_creations_are_both_tried(session, no_tests, from_till):
    from_till(*many(10), importers=(Unwatched,))
    rows = many(20, wrong={3, 15})
    rows[4].label = "New name"
    report = from_till(*rows, importers=(Unwatched,))
    assert changed(report) == {"vendor": (9, 1, 0)}
    assert vendors(session)["3"] == ("Farm 3", None)
    assert vendors(session)["4"] == ("New name", None)


def test_an_importer_can_want_all_or_nothing(session, no_tests, from_till):
    with pytest.raises(DatabaseTrouble, match="The database refused the data"):
        from_till(*many(10, wrong={3}), importers=(Strict,))
    assert vendors(session) == {}


def test_a_source_that_is_wrong_throughout_ends_the_run(session, no_tests, from_till, monkeypatch):
    monkeypatch.setattr(violations, "MOST", 3)
    with pytest.raises(DatabaseTrouble):
        from_till(*many(10, wrong=set(range(5))), importers=(Unwatched,))
    assert vendors(session) == {}


def test_what_is_still_used_is_not_deleted_and_the_rest_is(session, from_till):
    from_till(*many(5))
    vendor = session.scalars(select(Vendor).filter_by(number="2")).one()
    product = Product(number="1", description="Milk")
    product.costs = [ProductCost(vendor_uuid=vendor.uuid, case_cost=1, is_preferred=True)]
    session.add(product)
    session.commit()
    report = from_till(*many(1), options=Options(delete=True))
    assert set(vendors(session)) == {"0", "2"}
    assert report.counts["vendor"].deleted == 3
    (note,) = report.notes
    assert note.startswith(f"Not deleted: vendor {vendor.uuid}. Other records refer to it")
