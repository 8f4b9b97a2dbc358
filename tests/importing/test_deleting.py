"""What an import may do can be chosen; deleting is off unless declared, and careful."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.db import unit_of_work
from app.importing.errors import DatabaseTrouble
from app.importing.importer import TableImporter
from app.models.departments import Department, Subdepartment
from app.models.vendors import Vendor
from tests.importing.conftest import changed
from tests.importing.till import Supplier, VendorImporter, vendors


class Mirror(VendorImporter):
    delete = True
    scope = "active"


def test_what_the_source_no_longer_has_is_deleted(from_till, session):
    from_till(Supplier("1", "Farm"), Supplier("2", "Mill"), importers=(Mirror,))
    with unit_of_work() as other:
        other.add(Vendor(number="9", name="Old friend", active=False))
    report = from_till(Supplier("1", "Farm"), importers=(Mirror,))
    assert changed(report) == {"vendor": (0, 0, 1)}
    assert list(vendors(session)) == ["1", "9"]


def test_nothing_is_deleted_when_a_row_was_rejected(from_till, session):
    from_till(Supplier("1", "Farm"), Supplier("2", "Mill"), importers=(Mirror,))
    report = from_till(Supplier("1", "Farm"), Supplier("2", None), importers=(Mirror,))
    assert changed(report) == {}
    assert report.notes == ["Nothing was deleted of vendor: rows were rejected."]
    assert list(vendors(session)) == ["1", "2"]


def test_an_empty_source_deletes_nothing(from_till, session):
    from_till(Supplier("1", "Farm"), importers=(Mirror,))
    report = from_till(importers=(Mirror,))
    assert report.notes == ["Nothing was deleted of vendor: the source is empty."]
    assert list(vendors(session)) == ["1"]


def test_where_all_or_nothing_is_wanted_what_is_in_use_stops_the_run(from_till, session):
    class Departments(TableImporter):
        model, key, fields, delete = Department, "number", ("number", "name"), True
        on_violation = "stop"

        def rows(self, keys=None):
            return [{"number": 1, "name": "Grocery"}]

        def record(self, row):
            return row

    with unit_of_work() as other:
        dairy = Department(number=2, name="Dairy")
        other.add(Subdepartment(number=20, name="Milk", department=dairy))
    with pytest.raises(DatabaseTrouble, match="still used"):
        from_till(importers=(Departments,))
    assert session.scalars(select(Department.number)).all() == [2]


def test_creating_or_updating_can_be_off(from_till, session):
    class OnlyNew(VendorImporter):
        update = False

    class OnlyKnown(VendorImporter):
        create = False

    from_till(Supplier("1", "Farm"))
    rows = (Supplier("1", "Farmers"), Supplier("2", "Mill"))
    assert changed(from_till(*rows, importers=(OnlyKnown,), dry_run=True)) == {"vendor": (0, 1, 0)}
    assert changed(from_till(*rows, importers=(OnlyNew,))) == {"vendor": (1, 0, 0)}
    assert vendors(session) == {"1": ("Farm", None), "2": ("Mill", None)}
