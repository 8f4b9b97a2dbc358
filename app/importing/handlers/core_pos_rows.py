"""What the tables of CORE-POS say (is4c_op: departments, products, custdata)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.barcodes import BadCode, canonical
from app.barcodes.check_digit import with_check_digit
from app.importing.errors import Rejected
from app.importing.handlers.product_rows import RegularPriceImporter
from app.importing.importer import Fixed, OnlyOne, Ref, TableImporter
from app.models.brands import Brand
from app.models.customers import Customer
from app.models.departments import Department
from app.models.products import Product, ProductCode, ProductPrice

# A product of several stores has a row for each; that of the first store counts.
_FIRST_STORE = (
    "p.inUse <> 0 AND NOT EXISTS (SELECT 1 FROM products o"
    " WHERE o.upc = p.upc AND o.inUse <> 0 AND o.store_id < p.store_id)"
)
DEPARTMENTS = "SELECT dept_no, dept_name FROM departments ORDER BY dept_no"
BRANDS = f"SELECT DISTINCT p.brand FROM products p WHERE p.brand <> '' AND {_FIRST_STORE}"  # noqa: S608
PRODUCTS = (
    "SELECT p.upc, p.description, p.brand, p.size, p.department, p.scale, p.foodstamp, p.discount,"  # noqa: S608
    f" p.normal_price FROM products p WHERE {_FIRST_STORE} ORDER BY p.upc"
)
CUSTOMERS = "SELECT CardNo, FirstName, LastName FROM custdata WHERE personNum = 1 ORDER BY CardNo"


class DepartmentImporter(TableImporter):
    model, key = Department, "number"
    fields = ("number", "name")

    def rows(self, keys: Any = None) -> Iterable[Any]:
        yield from self.source.rows(DEPARTMENTS)

    def record(self, row: Any) -> dict[str, Any]:
        return {"number": row.dept_no, "name": _words(row.dept_name)}


class BrandImporter(TableImporter):
    model, key = Brand, "name"
    fields = ("name",)

    def rows(self, keys: Any = None) -> Iterable[Any]:
        # MySQL takes Acme and ACME for one brand, others do not: the first that comes counts.
        return {_words(row.brand): row for row in self.source.rows(BRANDS)}.values()

    def record(self, row: Any) -> dict[str, Any] | None:
        name = _words(row.brand)
        return {"name": name} if name else None


class OfProducts(TableImporter):
    """The base of what is told by a row of products; open rings and other texts are no products."""

    def rows(self, keys: Any = None) -> Iterable[Any]:
        return (row for row in self.source.rows(PRODUCTS) if row.upc.strip().isdecimal())


class ProductImporter(OfProducts):
    model, key = Product, "number"
    fields = {
        "number": "number",
        "description": "description",
        "size": "size",
        "sold_by_weight": "sold_by_weight",
        "food_stampable": "food_stampable",
        "discountable": "discountable",
        "department_uuid": Ref(Department, number="department"),
        "brand_uuid": Ref(Brand, name="brand"),
    }

    def record(self, row: Any) -> dict[str, Any]:
        return {
            "number": row.upc,
            "description": _words(row.description),
            "size": _words(row.size),
            "sold_by_weight": bool(row.scale),
            "food_stampable": bool(row.foodstamp),
            "discountable": bool(row.discount),
            "department": row.department or None,
            "brand": _words(row.brand),
        }


class CodeImporter(OfProducts):
    """The one code that a product has there."""

    model, key = ProductCode, "gtin"
    fields = {
        "gtin": "gtin",
        "kind": "kind",
        "product_uuid": Ref(Product, number="number"),
        "is_primary": Fixed(True),
    }
    only_one = OnlyOne("is_primary", per="product_uuid")

    def record(self, row: Any) -> dict[str, Any]:
        gtin, kind = _code(row.upc)
        return {"gtin": gtin, "kind": str(kind), "number": row.upc}


class PriceImporter(OfProducts):
    """The regular price in force today, in all stores."""

    title, model, key = "Regular price", ProductPrice, "product_uuid"
    fields = {**RegularPriceImporter.field_map(), "price": "price"}
    scope, on_create = RegularPriceImporter.scope, RegularPriceImporter.on_create

    def record(self, row: Any) -> dict[str, Any] | None:
        if not row.normal_price:  # the register asks, or there is none yet
            return None
        return {"number": row.upc, "price": row.normal_price}


class CustomerImporter(TableImporter):
    """The owner of each card."""

    model, key = Customer, "number"
    fields = ("number", "name")

    def rows(self, keys: Any = None) -> Iterable[Any]:
        yield from self.source.rows(CUSTOMERS)

    def record(self, row: Any) -> dict[str, Any]:
        name = _words(f"{row.FirstName or ''} {row.LastName or ''}")
        return {"number": str(row.CardNo), "name": name}


def _code(upc: str) -> tuple[str, Any]:
    """CORE-POS keeps 13 digits without the check digit, and a PLU with zeros before it."""
    digits = upc.strip()
    try:
        if int(digits) > 99_999:
            digits = with_check_digit(digits.zfill(13))
        return canonical(digits)
    except BadCode as error:
        raise Rejected(str(error)) from None


def _words(text: Any) -> str | None:
    return " ".join(str(text).split()) or None if text is not None else None


IMPORTERS: tuple[type[TableImporter], ...] = (
    DepartmentImporter, BrandImporter, ProductImporter, CodeImporter, PriceImporter,
    CustomerImporter,
)  # fmt: skip
