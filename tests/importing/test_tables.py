"""Every table goes into a file and comes back as it was, made from its model alone."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import ARRAY, Boolean, Integer, Numeric, Text, select
from sqlalchemy.dialects.postgresql import JSONB

from app.core_plugin import Core
from app.importing.errors import BadDeclaration
from app.importing.importer import table_of
from app.importing.table_cells import bare, cell_of, safe
from app.importing.table_keys import fields_of, is_secret, natural_key
from app.importing.tables import ONLY_OUT, handler_of, master_models
from app.importing.targets.table_rows import TableRows
from app.importing.targets.writers import write_text
from app.models.departments import Category, Department, Subdepartment
from app.models.people import Person
from app.models.product_costs import ProductCost
from app.models.products import Product
from app.models.users import User
from app.models.vendors import Vendor
from app.testing.samples import sample
from tests.importing.conftest import changed, reasons

MASTERS = master_models(Core().models())
BROUGHT_IN = [model for model in MASTERS if table_of(model).name not in ONLY_OUT]
HOSTILE = (
    "=1+1", "+49", "-2", "@SUM(A1)", "'quoted'", "'", " edge ", "", 'a,b;"c"', "two\nlines", "ü 😀",
    "\\N", "\\", "00123", "1e5", "NULL", "true",
)  # fmt: skip


def exported(session, model, *fields):
    rows = TableRows(model, fields)
    buffer = io.StringIO(newline="")
    write_text(buffer, "csv", rows.header, rows.types, rows.read(session.connection()))
    return buffer.getvalue()


@pytest.fixture
def imported(app, session, tmp_path):
    """`imported(Department, text)` runs the import of a table on a file of this content."""

    def run(model, text, **options):
        path = tmp_path / "table.csv"
        path.write_text(text, encoding="utf-8", newline="")
        session.expire_all()
        return handler_of(model)(app.extensions["settings"], path).run(**options)

    return run


def state(session, model):
    """All rows of a table, without their keys where they are known by others."""
    session.expire_all()
    table = table_of(model)
    left_out = {c.key for c in table.c if is_secret(c) or c.computed is not None}
    left_out |= set() if natural_key(model) == ("uuid",) else {"uuid"}
    columns = [column for column in table.c if column.key not in left_out]
    return sorted(map(repr, session.execute(select(*columns)).all()))


@pytest.mark.parametrize("model", BROUGHT_IN, ids=lambda model: model.__tablename__)
def test_what_is_exported_and_deleted_comes_back_as_it_was(session, imported, model):
    record = sample(session, model)
    session.commit()
    before, text = state(session, model), exported(session, model)
    assert changed(imported(model, text)) == {}
    session.delete(record)
    session.commit()
    assert reasons(imported(model, text)) == {}
    assert state(session, model) == before
    assert exported(session, model) == text


@pytest.mark.parametrize("model", MASTERS, ids=lambda model: model.__tablename__)
def test_no_secret_leaves(model):
    names = {field.name for field in fields_of(model)}
    assert not names & {"password_hash", "session_key", "token_hash"}


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=20))
def test_any_text_is_read_back_as_it_was_and_is_no_formula(text):
    cell = safe(text)
    assert bare(cell) == text
    assert cell
    assert cell == cell.strip()
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_hostile_texts_come_back_from_a_file(session, imported):
    for number, text in enumerate(HOSTILE):
        session.add(Vendor(number=f"{number}", name=text, notes=text))
    session.commit()
    before, text = state(session, Vendor), exported(session, Vendor)
    assert changed(imported(Vendor, text)) == {}
    for vendor in session.scalars(select(Vendor)):
        session.delete(vendor)
    session.commit()
    report = imported(Vendor, text)
    assert reasons(report) == {}
    assert state(session, Vendor) == before


def test_cells_of_every_type_say_their_value():
    cells = [
        (None, Text(), ""), ("", Text(), "''"), (True, Boolean(), "true"), (-5, Integer(), "-5"),
        (Decimal("1.50"), Numeric(), "1.50"), (date(2026, 1, 2), Text(), "2026-01-02"),
        (time(9, 30), Text(), "09:30:00"), (["a", "-b"], ARRAY(Text()), '["a", "-b"]'),
        ({"a": None}, JSONB(), '{"a": null}'), (UUID(int=1), Text(), str(UUID(int=1))),
        (datetime(2026, 1, 2, 3, tzinfo=UTC), Text(), "2026-01-02T03:00:00+00:00"),
    ]  # fmt: skip
    for value, type_, cell in cells:
        assert cell_of(value, type_) == cell


def test_references_are_natural_keys(session):
    dairy = Department(number=7, name="Dairy")
    session.add(Subdepartment(number=71, name="Milk", department=dairy))
    session.commit()
    (row,) = csv.DictReader(io.StringIO(exported(session, Subdepartment).lstrip("\ufeff")))
    assert row["department_number"] == "7"
    assert "department_uuid" not in row
    assert "uuid" not in row


def test_who_has_no_other_name_goes_by_uuid(session):
    ann = Person(first_name="Ann", last_name="Lee")
    session.add(ann)
    session.commit()
    (row,) = csv.DictReader(io.StringIO(exported(session, Person).lstrip("\ufeff")))
    assert row["uuid"] == str(ann.uuid)


@pytest.mark.parametrize(
    ("model", "key"),
    [
        (Department, ("number",)), (Category, ("name", "department_uuid")),
        (Person, ("uuid",)), (User, ("uuid",)), (ProductCost, ("product_uuid", "vendor_uuid")),
    ],
)  # fmt: skip
def test_the_key_is_what_people_know_and_each_row_has(model, key):
    assert natural_key(model) == key


def test_an_edited_file_changes_what_was_edited(session, imported):
    dairy, deli = Department(number=7, name="Dairy"), Department(number=8, name="Deli")
    session.add_all([deli, Subdepartment(number=71, name="Milk", department=dairy)])
    session.commit()
    text = "number,department_number\r\n71,8\r\n"
    assert changed(imported(Subdepartment, text)) == {"subdepartment": (0, 1, 0)}
    session.expire_all()
    milk = session.scalars(select(Subdepartment)).one()
    assert (milk.name, milk.department) == ("Milk", deli)


def test_an_unknown_reference_is_told_by_its_key(imported):
    report = imported(Subdepartment, "number,name,department_number\r\n71,Milk,9\r\n")
    assert reasons(report) == {
        2: "There is no department 9 yet, and the row does not say enough to create it."
    }


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("x", "number: “x” is no whole number."),
        ("99999999999", "number: “99999999999” is too large."),
    ],
)
def test_a_bad_cell_is_told_by_column(imported, cell, reason):
    assert reasons(imported(Department, f"number,name\r\n{cell},Dairy\r\n")) == {2: reason}


def test_rows_of_one_table_that_refer_to_each_other_come_in_together(session, imported):
    unit = Product(number="1", description="Egg")
    session.add(unit)
    session.add(Product(number="0", description="Eggs", unit=unit, pack_size=12, default_pack=True))
    session.commit()
    text = exported(session, Product)
    for product in session.scalars(select(Product).order_by(Product.number)):
        session.delete(product)
        session.flush()
    session.commit()
    report = imported(Product, text)
    assert reasons(report) == {}
    names = {p.number: p.unit and p.unit.number for p in session.scalars(select(Product))}
    assert names == {"0": "1", "1": None}
    assert exported(session, Product) == text


def test_every_column_that_is_no_secret_is_in_the_file():
    for model in MASTERS:
        kept = {c.key for c in table_of(model).c if not is_secret(c) and c.computed is None}
        assert {field.name for field in fields_of(model)} | {"uuid"} == kept


def test_only_some_fields_may_be_asked_for(session):
    session.add(Department(number=7, name="Dairy"))
    session.commit()
    assert exported(session, Department, "number", "name") == "\ufeffnumber,name\r\n7,Dairy\r\n"


def test_a_field_that_is_not_there_is_named():
    with pytest.raises(BadDeclaration, match=r"department has no colour to export; it has number"):
        TableRows(Department, ("colour",))


def test_asking_for_a_secret_is_refused():
    with pytest.raises(BadDeclaration, match="user has no password_hash to export"):
        TableRows(User, ("password_hash",))
