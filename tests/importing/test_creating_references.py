"""References may create what is missing, before the records that name it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from app.importing.errors import BadDeclaration
from app.importing.handler import FileHandler
from app.importing.importer import Ref, TableImporter
from app.importing.options import Options
from app.models.brands import Brand
from app.models.departments import Category, Department, Subdepartment
from app.models.products import Product
from tests.importing.conftest import changed, reasons


@dataclass
class Shelf:
    number: int
    department: int | None
    department_name: str | None = None


class SubdepartmentImporter(TableImporter):
    model, key = Subdepartment, "number"
    fields = {
        "number": "number",
        "name": "name",
        "department_uuid": Ref(Department, number="department", create={"name": "department_name"}),
    }

    def rows(self, keys=None):
        return self.source

    def record(self, row):
        return {
            "number": row.number, "name": f"Shelf {row.number}",
            "department": row.department, "department_name": row.department_name,
        }  # fmt: skip


@pytest.fixture
def from_shelves(from_till):
    return lambda *rows, **options: from_till(
        *rows, importers=options.pop("importers", (SubdepartmentImporter,)), **options
    )


def departments(session):
    session.expire_all()
    return {d.number: d.name for d in session.scalars(select(Department))}


def placed(session):
    session.expire_all()
    found = session.scalars(select(Subdepartment))
    return {s.number: s.department and s.department.number for s in found}


def test_what_is_missing_is_created_once_from_the_rows(from_shelves, session):
    report = from_shelves(Shelf(1, 7, "Dairy"), Shelf(2, 7, "Dairy"), Shelf(3, 8, "Deli"))
    assert changed(report) == {"new_department": (2, 0, 0), "subdepartment": (3, 0, 0)}
    assert departments(session) == {7: "Dairy", 8: "Deli"}
    assert placed(session) == {1: 7, 2: 7, 3: 8}


def test_a_second_run_changes_nothing(from_shelves):
    rows = Shelf(1, 7, "Dairy"), Shelf(2, None)
    from_shelves(*rows)
    assert changed(from_shelves(*rows)) == {}


def test_what_is_there_keeps_its_name_whatever_the_rows_say(from_shelves, session):
    session.add(Department(number=7, name="Milk and eggs"))
    session.commit()
    report = from_shelves(Shelf(1, 7, "Dairy"), Shelf(2, 7, "Cheese"), Shelf(3, 7, None))
    assert changed(report) == {"subdepartment": (3, 0, 0)}
    assert departments(session) == {7: "Milk and eggs"}


def test_a_row_that_does_not_say_enough_is_rejected(from_shelves, session):
    report = from_shelves(Shelf(1, 7, None), Shelf(2, 8, "Deli"))
    assert reasons(report) == {
        1: "There is no department 7 yet, and the row does not say enough to create it."
    }
    assert departments(session) == {8: "Deli"}


def test_one_row_may_say_what_the_others_leave_out(from_shelves, session):
    report = from_shelves(Shelf(1, 7, None), Shelf(2, 7, "Dairy"))
    assert reasons(report) == {}
    assert placed(session) == {1: 7, 2: 7}


def test_rows_that_disagree_about_something_new_are_rejected(from_shelves, session):
    report = from_shelves(Shelf(1, 7, "Dairy"), Shelf(2, 7, "Cheese"))
    assert reasons(report) == {2: "Department 7 is “Cheese” here and “Dairy” in line 1."}
    assert departments(session) == {7: "Dairy"}


def test_a_rejected_row_creates_nothing(from_shelves, session):
    report = from_shelves(Shelf(1, None), Shelf(1, 7, "Dairy"))
    assert list(reasons(report)) == [2]
    assert departments(session) == {}


def test_a_dry_run_counts_what_would_be_created(from_shelves, session):
    dry = from_shelves(Shelf(1, 7, "Dairy"), dry_run=True)
    assert departments(session) == {}
    assert dry.counts == from_shelves(Shelf(1, 7, "Dairy")).counts


def test_who_forbids_to_create_creates_no_references(from_shelves, session):
    from_shelves(Shelf(1, None))
    report = from_shelves(Shelf(1, 7, "Dairy"), options=Options(create=False))
    assert list(reasons(report)) == [1]
    assert departments(session) == {}


def test_the_references_of_a_chosen_model_come_along(from_shelves, session):
    from_shelves(Shelf(1, 7, "Dairy"), options=Options(models=("subdepartment",)))
    assert departments(session) == {7: "Dairy"}


def test_without_the_field_nothing_is_created_for_it(from_shelves, session):
    from_shelves(Shelf(1, 7, "Dairy"), options=Options(exclude_fields=("department_uuid",)))
    assert departments(session) == {}


class BareBrands(TableImporter):
    """A brand needs nothing but its name."""

    model, key = Product, "number"
    fields = {
        "number": "number",
        "description": "description",
        "brand_uuid": Ref(Brand, name="brand", create=True),
    }

    def rows(self, keys=None):
        return self.source

    def record(self, row):
        number, brand = row
        return {"number": number, "description": f"No. {number}", "brand": brand}


def test_a_key_alone_may_be_enough(from_till, session):
    report = from_till(("1", "Acme"), ("2", None), importers=(BareBrands,))
    assert changed(report) == {"new_brand": (1, 0, 0), "product": (2, 0, 0)}
    assert session.scalars(select(Product.number).join(Brand)).all() == ["1"]


class CategoryOfProduct(TableImporter):
    """A category is known by its name and its department, and both may be new."""

    model, key = Product, "number"
    fields = {
        "number": "number",
        "description": "description",
        "category_uuid": Ref(
            Category,
            name="category",
            department_uuid=Ref(Department, number="dept", create={"name": "dept_name"}),
            create=True,
        ),
        "department_uuid": Ref(Department, number="dept"),
    }

    def rows(self, keys=None):
        return self.source

    def record(self, row):
        names = "number", "description", "category", "dept", "dept_name"
        return dict(zip(names, row, strict=True))


def test_a_reference_inside_of_another_is_created_before_it(from_till, session):
    rows = (
        ("1", "Milk", "Fresh", 7, "Dairy"), ("2", "Brie", "Soft", 7, "Dairy"),
        ("3", "Pork", "Fresh", 8, "Meat"),
    )  # fmt: skip
    report = from_till(*rows, importers=(CategoryOfProduct,))
    assert reasons(report) == {}
    assert changed(report) == {
        "new_department": (2, 0, 0), "new_category": (3, 0, 0), "product": (3, 0, 0),
    }  # fmt: skip
    assert changed(from_till(*rows, importers=(CategoryOfProduct,))) == {}


def test_a_model_that_needs_more_is_a_bad_declaration(from_till):
    class Bare(SubdepartmentImporter):
        fields = {
            **SubdepartmentImporter.fields,
            "department_uuid": Ref(Department, number="department", create=True),
        }

    with pytest.raises(BadDeclaration, match=r"a new department needs name too; say where from"):
        from_till(importers=(Bare,))


def test_a_column_that_is_not_there_is_a_bad_declaration(from_till):
    class Wrong(SubdepartmentImporter):
        fields = {
            **SubdepartmentImporter.fields,
            "department_uuid": Ref(Department, number="department", create={"label": "x"}),
        }

    with pytest.raises(BadDeclaration, match=r"department has no column label\."):
        from_till(importers=(Wrong,))


def test_a_file_without_the_column_creates_nothing(app, session, tmp_path):
    from app.importing.cells import Whole, Words
    from app.importing.file_feed import FileColumn, FileFeed

    class Rows(FileFeed):
        name, key = "shelves", ("number",)
        columns = (
            FileColumn("number", Whole(), required=True, filled=True),
            FileColumn("name", Words(40), required=True, filled=True),
            FileColumn("department", Whole()),
            FileColumn("department_name", Words(40)),
        )

    class FromFile(FileHandler):
        key, title = "shelves", "Shelves"
        importers = (type("Shelves", (SubdepartmentImporter,), {"feed": Rows}),)

    def run(text):
        path = tmp_path / "shelves.csv"
        path.write_text(text)
        return FromFile(app.extensions["settings"], path).run()

    assert list(reasons(run("number,name,department\n1,Shelf,7\n"))) == [2]
    report = run("number,name,department,department_name\n1,Shelf,7,Dairy\n")
    assert changed(report) == {"new_department": (1, 0, 0), "subdepartment": (1, 0, 0)}
