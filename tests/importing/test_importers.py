"""Importers as a project writes them: some lines of declaration, and the engine does the rest."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.db import unit_of_work
from app.importing.errors import BadDeclaration, Rejected
from app.importing.importer import Ref, TableImporter
from app.models.departments import Department, Subdepartment
from app.models.people import Person
from app.models.vendors import Vendor
from tests.importing.conftest import changed, reasons
from tests.importing.till import FromTill, Supplier, VendorImporter, vendors


def test_an_importer_creates_updates_and_leaves_alone(from_till, session):
    from_till(Supplier("1", "Farm", 2), Supplier("2", "Mill"), Supplier("3", "Sea"))
    report = from_till(Supplier("1", "Farm", 3), Supplier("2", "Mill"), Supplier("4", "Bay"))
    counts = report.counts["vendor"]
    assert (counts.created, counts.updated, counts.unchanged, counts.deleted) == (1, 1, 1, 0)
    assert vendors(session) == {
        "1": ("Farm", 3), "2": ("Mill", None), "3": ("Sea", None), "4": ("Bay", None),
    }  # fmt: skip


def test_a_row_may_be_left_out(from_till, session):
    report = from_till(Supplier("1", "test"), Supplier("2", "Mill"))
    assert (report.read, report.rejected_count) == (2, 0)
    assert list(vendors(session)) == ["2"]


def test_other_fields_are_left_alone(from_till, session):
    from_till(Supplier("1", "Farm"))
    with unit_of_work() as other:
        other.scalars(select(Vendor)).one().notes = "Rings before nine"
    report = from_till(Supplier("1", "Farm & Sons"))
    assert changed(report) == {"vendor": (0, 1, 0)}
    session.expire_all()
    assert session.scalars(select(Vendor.notes)).one() == "Rings before nine"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (Supplier("1", None), "name is missing."),
        (Supplier("1", "A\0B"), "name holds the control character U+0000."),
        (Supplier("1", "Farm", "soon"), "lead_time_days “soon” is no whole number."),
        (Supplier("1", "Farm", 1.5), "lead_time_days “1.5” is no whole number."),
        (Supplier("1", "Farm", True), "lead_time_days “True” is no whole number."),
        (Supplier("1", "Farm", 2**31), "lead_time_days “2147483648” is too large."),
    ],
)
def test_a_record_that_no_column_can_hold_is_rejected(from_till, session, row, reason):
    row.line = 17
    assert reasons(from_till(row)) == {17: reason}
    assert vendors(session) == {}


def test_text_arrives_as_it_is(from_till, session):
    text = "a\\b\\N\tc\nd\re \\. “ü” 😀 \\"
    from_till(Supplier("1", text), Supplier("\\N", "N"), Supplier("", ""))
    assert vendors(session) == {"1": (text, None), "\\N": ("N", None), "": ("", None)}
    assert changed(from_till(Supplier("1", text))) == {}


def test_a_record_may_say_why_not(from_till):
    class Careful(VendorImporter):
        def record(self, row):
            raise Rejected("Vendors come by letter only")

    report = from_till(Supplier("1", "Farm"), importers=(Careful,))
    assert reasons(report) == {1: "Vendors come by letter only."}


def test_a_key_that_is_there_twice_is_rejected_the_second_time(from_till, session):
    report = from_till(Supplier("1", "Farm", line=2), Supplier("1", "Mill", line=3))
    assert reasons(report) == {3: "Vendor 1 is already in line 2."}
    assert vendors(session) == {"1": ("Farm", None)}


# References and keys


class SubdepartmentImporter(TableImporter):
    model, key = Subdepartment, "number"
    fields = {
        "number": "number",
        "name": "name",
        "department_uuid": Ref(Department, number="department"),
    }

    def rows(self, keys=None):
        return [(20, "Milk", 2), (30, "Bread", None), (40, "Fish", 4)]

    def record(self, row):
        return dict(zip(("number", "name", "department"), row, strict=True))


def test_a_reference_is_found_by_its_natural_key(from_till, session):
    with unit_of_work() as other:
        other.add(Department(number=2, name="Dairy"))
    report = from_till(importers=(SubdepartmentImporter,))
    assert reasons(report) == {
        3: "There is no department 4 yet, and the row does not say enough to create it."
    }
    found = session.scalars(select(Subdepartment).order_by(Subdepartment.number))
    assert [(sub.name, sub.department and sub.department.name) for sub in found] == [
        ("Milk", "Dairy"), ("Bread", None),
    ]  # fmt: skip
    assert changed(from_till(importers=(SubdepartmentImporter,))) == {}


def test_a_reference_may_name_what_an_earlier_importer_creates(from_till, session):
    class Departments(TableImporter):
        model, key, fields = Department, "number", ("number", "name")

        def rows(self, keys=None):
            return [{"number": 2, "name": "Dairy"}, {"number": 4, "name": None}]

        def record(self, row):
            return row

    report = from_till(importers=(Departments, SubdepartmentImporter))
    assert reasons(report) == {
        2: "name is missing.",
        3: "There is no department 4 yet, and the row does not say enough to create it.",
    }
    assert changed(report) == {"department": (1, 0, 0), "subdepartment": (2, 0, 0)}


def test_a_key_can_have_several_columns(from_till, session):
    class People(TableImporter):
        model, key = Person, ("first_name", "last_name", "born_on")
        fields = ("first_name", "last_name", "born_on", "notes")

        def rows(self, keys=None):
            return [("Ann", "Lee", None, "a"), ("Ann", "Lee", date(1990, 5, 1), "b")]

        def record(self, row):
            return dict(zip(self.fields, row, strict=True))

    assert changed(from_till(importers=(People,))) == {"person": (2, 0, 0)}
    assert changed(from_till(importers=(People,))) == {}


def test_numbers_are_compared_as_numbers(from_till):
    assert changed(from_till(Supplier("1", "Farm", Decimal("2.0")))) == {"vendor": (1, 0, 0)}
    assert changed(from_till(Supplier("1", "Farm", "2"))) == {}


# Declarations


def test_all_that_is_wrong_with_declarations_is_said_at_once(from_till):
    class Odd(TableImporter):
        model, key, fields = Vendor, "code", ("number", "colour")

    with pytest.raises(BadDeclaration) as error:
        from_till(importers=(Odd,))
    assert str(error.value) == (
        "Odd: vendor has no column colour. Odd: the key code is not among its fields."
    )


def test_a_record_gives_exactly_its_fields(from_till, session):
    class Forgetful(VendorImporter):
        def record(self, row):
            return {"number": row.id}

    with pytest.raises(BadDeclaration, match=r"Forgetful.record\(\) .* see lead_time_days, name"):
        from_till(Supplier("1", "Farm"), importers=(Forgetful,))


# A source that breaks


def test_a_source_that_dies_half_way_writes_nothing(app, session):
    class Dying(FromTill):
        @contextmanager
        def open_source(self):
            def some():
                yield from (Supplier(str(number), "Farm") for number in range(5_000))
                raise ConnectionResetError("the till hung up")

            yield some()

    with pytest.raises(ConnectionResetError):
        Dying(app.extensions["settings"]).run()
    assert vendors(session) == {}
