"""Keys that several records of the target have: nothing is guessed, the row says why not."""

from __future__ import annotations

import pytest

from app.db import unit_of_work
from app.importing.importer import Ref, TableImporter
from app.models.departments import Department
from app.models.products import Product
from app.models.vendors import Vendor
from tests.importing.conftest import changed, reasons
from tests.importing.till import Supplier, VendorImporter, vendors


class ByName(VendorImporter):
    """Vendors of a till that knows no numbers of ours."""

    key, fields = "name", ("name", "lead_time_days")

    def record(self, row):
        return {"name": row.label, "lead_time_days": row.days}


class OfDepartment(TableImporter):
    model, key = Product, "number"
    fields = {
        "number": "number",
        "description": "description",
        "department_uuid": Ref(Department, name="department"),
    }

    def rows(self, keys=None):
        return self.source

    def record(self, row):
        return {"number": row.id, "description": "Thing", "department": row.label}


@pytest.fixture(autouse=True)
def doubled(session):
    """Two farms and two departments of one name, as a merge was never done."""
    with unit_of_work() as other:
        other.add_all(Vendor(number=n, name=name) for n, name in
                      (("1", "Farm"), ("2", "Farm"), ("3", "Mill")))  # fmt: skip
        other.add_all(Department(number=n, name=name) for n, name in
                      ((1, "Dairy"), (2, "Dairy"), (3, "Bread")))  # fmt: skip


def test_a_key_that_is_twice_in_the_target_is_rejected_by_its_line(from_till, session):
    rows = Supplier("", "Farm", 5, line=2), Supplier("", "Mill", 6, line=3)
    report = from_till(*rows, importers=(ByName,))
    assert reasons(report) == {
        2: "Vendor Farm is there 2 times; which one is meant cannot be told."
    }
    assert changed(report) == {"vendor": (0, 1, 0)}
    assert vendors(session) == {"1": ("Farm", None), "2": ("Farm", None), "3": ("Mill", 6)}


def test_a_reference_to_what_is_there_twice_is_rejected_by_its_line(from_till, session):
    rows = [Supplier(str(n), name, line=n) for n, name in
            enumerate(("Dairy", "Bread", None, "Dairy"), 1)]  # fmt: skip
    report = from_till(*rows, importers=(OfDepartment,))
    says = "Department Dairy is there 2 times; which one is meant cannot be told."
    assert reasons(report) == {1: says, 4: says}
    assert changed(report) == {"product": (2, 0, 0)}
