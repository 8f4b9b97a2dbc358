"""An import into one table, declared in a few lines."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from app.importing.cells import Barcode, Label, Number, Whole, Words
from app.importing.errors import BadDeclaration
from app.importing.importer import check_declarations
from app.importing.one_table import FileColumn, OneTable, Ref, importer_of
from app.models.brands import Brand
from app.models.departments import Category, Department
from app.models.product_codes import ProductCode
from app.models.products import Product
from tests.importing.conftest import changed, reasons


class Goods(OneTable):
    key, title, model, by = "goods", "Goods", Product, "number"
    columns = (
        FileColumn("number", Label(), ("Item No",)),
        FileColumn("description", Words(500), ("Item text",)),
        FileColumn("department_number", Whole(), ("Dept",)),
        FileColumn("category_name", Words(200), ("Category",)),
        FileColumn("case_size", Number(4, highest=1_000)),
    )


class Codes(OneTable):
    key, title, model = "codes", "Codes", ProductCode
    columns = (FileColumn("product_number", Label()), FileColumn("gtin", Barcode()))


@pytest.fixture
def imported(app, session, tmp_path):
    """`imported(Goods, text)` runs such an import on a file of this content."""

    def run(handler, text, **options):
        path = tmp_path / "rows.csv"
        path.write_text(text, encoding="utf-8")
        session.expire_all()
        started = handler(app.extensions["settings"], path)
        check_declarations(started.chosen())
        return started.run(**options)

    return run


@pytest.fixture
def dairy(session):
    found = Department(number=7, name="Dairy")
    session.add_all([found, Category(name="Milk", department=found)])
    session.commit()
    return found


def test_references_are_found_by_their_natural_keys(session, imported, dairy):
    text = "Item No,Item text,Dept,Category,case_size\n1,Milk,7,Milk,12\n2,Tea,,,\n"
    assert changed(imported(Goods, text)) == {"product": (2, 0, 0)}
    milk, tea = session.scalars(select(Product).order_by(Product.number))
    assert (milk.department, milk.category.name, milk.case_size) == (dairy, "Milk", Decimal(12))
    assert (tea.department, tea.category, tea.case_size) == (None, None, None)


def test_a_reference_that_is_not_there_rejects_the_row(imported, dairy):
    text = "Item No,Item text,Dept\n1,Milk,7\n2,Tea,8\n"
    report = imported(Goods, text)
    assert changed(report) == {"product": (1, 0, 0)}
    assert "There is no department 8" in reasons(report)[3]


def test_a_reference_can_be_made(session, imported):
    class Branded(Goods):
        columns = (*Goods.columns[:2], FileColumn("brand_name", Words(200), ("Brand",)))
        refs = {"brand_uuid": Ref(Brand, create=True, name="brand_name")}

    imported(Branded, "Item No,Item text,Brand\n1,Milk,Blue Hill\n")
    assert [brand.name for brand in session.scalars(select(Brand))] == ["Blue Hill"]


def test_what_the_key_needs_must_be_there_and_what_is_never_null_is_filled(imported):
    assert "description: is empty" in reasons(imported(Goods, "number,description\n1,\n"))[2]
    with pytest.raises(Exception, match="the column number is missing"):
        imported(Goods, "description\nMilk\n")


def test_a_code_tells_its_kind(session, imported):
    session.add(Product(number="1", description="Milk"))
    session.commit()
    imported(Codes, "product_number,gtin\n1,036000291452\n1,4011\n")
    found = {code.gtin: code.kind for code in session.scalars(select(ProductCode))}
    assert set(found.values()) == {"upc_a", "plu"}
    assert all(len(gtin) == 14 for gtin in found)


def test_what_only_updates_creates_nothing(session, imported):
    class Texts(Goods):
        create = False

    session.add(Product(number="1", description="Milk"))
    session.commit()
    report = imported(Texts, "number,description\n1,Oat milk\n2,Tea\n")
    assert changed(report) == {"product": (0, 1, 0)}


def test_a_column_of_nothing_is_a_mistake():
    class Wrong(Goods):
        columns = (*Goods.columns, FileColumn("colour", Label()))
        by = "shape"

    with pytest.raises(BadDeclaration, match="goods: product has no colour, shape; it has active"):
        importer_of(Wrong)
