"""What a row of products says: a product with its department, brand, code, cost and prices."""

from __future__ import annotations

from app.importing.cells import Barcode, Day, Label, Money, Number, Whole, Words
from app.importing.feed import Check, Rule
from app.importing.file_feed import FileColumn, FileFeed
from app.importing.importer import Fixed, OnlyOne, Ref, TableImporter
from app.models.brands import Brand
from app.models.departments import Category, Department
from app.models.products import Product, ProductCode, ProductCost, ProductPrice
from app.models.vendors import Vendor


class ProductRows(FileFeed):
    name, word, key = "products", "Product", ("number",)
    columns = (
        FileColumn("number", Label(), ("item number", "product number", "sku", "item"),
                   required=True, filled=True, help="What people call the product by."),
        FileColumn("code", Barcode(), ("upc", "gtin", "barcode", "ean", "plu"),
                   help="Becomes the primary code."),
        FileColumn("description", Words(500), ("product", "name", "product name"), filled=True,
                   help="Needed to create a product."),
        FileColumn("size", Words(100), ("pack size",)),
        FileColumn("department_number", Whole(), ("dept number", "dept no")),
        FileColumn("department", Words(200), ("department name", "dept")),
        FileColumn("category", Words(200), ("category name",)),
        FileColumn("brand", Words(200), ("brand name",)),
        FileColumn("vendor_number", Label(), ("vendor id", "supplier number")),
        FileColumn("vendor", Words(200), ("vendor name", "supplier")),
        FileColumn("vendor_item", Words(60), ("vendor item number", "vendor sku")),
        FileColumn("case_size", Number(4, highest=100_000, positive=True),
                   ("case pack", "units per case"), empty="1", help="Empty means 1."),
        FileColumn("case_cost", Money(5), ("cost",)),
        FileColumn("regular_price", Money(3), ("price", "retail", "retail price")),
        FileColumn("sale_price", Money(3), ("promo price",)),
        FileColumn("sale_starts_on", Day(), ("sale start", "sale begins")),
        FileColumn("sale_ends_on", Day(), ("sale end",), help="Empty: until further notice."),
    )  # fmt: skip
    rules = (
        Rule("department IS NOT NULL AND department_number IS NULL",
             "A department needs its number beside its name."),
        Rule("vendor IS NOT NULL AND vendor_number IS NULL",
             "A vendor needs its number beside its name."),
        Rule("case_cost IS NOT NULL AND vendor_number IS NULL",
             "A cost needs the number of its vendor."),
        Rule("sale_price IS NOT NULL AND sale_starts_on IS NULL",
             "A sale price needs the day on which it starts."),
        Rule("sale_price IS NULL AND coalesce(sale_starts_on, sale_ends_on) IS NOT NULL",
             "A sale needs its price beside its days."),
        Rule("sale_ends_on < sale_starts_on", "The sale ends before it starts."),
    )  # fmt: skip


class FromProductRows(TableImporter):
    feed = ProductRows
    may_delete = False  # a file of products does not know all brands, nor all prices


class DepartmentImporter(FromProductRows):
    model, key, shared = Department, "number", True
    fields = {"number": "department_number", "name": "department"}
    given = ("department_number", "department")


class CategoryImporter(FromProductRows):
    model, key, shared = Category, ("name", "department_uuid"), True
    fields = {
        "name": "category",
        "department_uuid": Ref(Department, number="department_number"),
    }
    given = ("category",)


class BrandImporter(FromProductRows):
    model, key, shared = Brand, "name", True
    fields = {"name": "brand"}
    given = ("brand",)


class VendorImporter(FromProductRows):
    model, key, shared = Vendor, "number", True
    fields = {"number": "vendor_number", "name": "vendor"}
    given = ("vendor_number", "vendor")


class ProductImporter(FromProductRows):
    model, key, may_delete = Product, "number", True
    fields = {
        "number": "number",
        "description": "description",
        "size": "size",
        "department_uuid": Ref(Department, number="department_number"),
        "category_uuid": Ref(
            Category, name="category", department_uuid=Ref(Department, number="department_number")
        ),
        "brand_uuid": Ref(Brand, name="brand"),
    }


class CodeImporter(FromProductRows):
    """The code of the file becomes the primary one; the old primary stays as a further code."""

    model, key = ProductCode, "gtin"
    fields = {
        "gtin": "code",
        "kind": "code_kind",
        "product_uuid": Ref(Product, number="number"),
        "is_primary": Fixed(True),
    }
    given = ("code",)
    only_one = OnlyOne("is_primary", per="product_uuid")
    checks = (
        Check("""
            SELECT s.line, format('Code %s belongs to product %s.', s.code, p.number)
              FROM staged_products s
              JOIN product_code c ON c.gtin = s.code
              JOIN product p ON p.uuid = c.product_uuid
             WHERE p.number <> s.number
        """),
    )


class CostImporter(FromProductRows):
    """The cost of this vendor, who becomes the preferred one."""

    model, key = ProductCost, ("product_uuid", "vendor_uuid")
    fields = {
        "product_uuid": Ref(Product, number="number"),
        "vendor_uuid": Ref(Vendor, number="vendor_number"),
        "vendor_item": "vendor_item",
        "case_cost": "case_cost",
        "case_size": "case_size",
        "is_preferred": Fixed(True),
    }
    given = ("case_cost", "vendor_number")
    only_one = OnlyOne("is_preferred", per="product_uuid")


class RegularPriceImporter(FromProductRows):
    """The regular price in force today, in all stores.

    It is changed in place. Where none is in force, the new one fills the gap: it begins today if
    there were prices before, and ends the day before the next one that is planned.
    """

    title, model, key = "Regular price", ProductPrice, "product_uuid"
    fields = {
        "product_uuid": Ref(Product, number="number"),
        "kind": Fixed("regular"),
        "price": "regular_price",
        "multiple": Fixed(1),
    }
    given = ("regular_price",)
    scope = (
        "kind = 'regular' AND store_uuid IS NULL AND level = 1"
        " AND (starts_on IS NULL OR starts_on <= :today) AND (ends_on IS NULL OR ends_on >= :today)"
    )
    on_create = {
        "starts_on": """
            SELECT CAST(:today AS date) WHERE EXISTS (
              SELECT FROM product_price o WHERE o.product_uuid = new.product_uuid
                 AND o.kind = 'regular' AND o.store_uuid IS NULL AND o.level = 1
                 AND o.ends_on < :today)
        """,
        "ends_on": """
            SELECT min(o.starts_on) - 1 FROM product_price o
             WHERE o.product_uuid = new.product_uuid
               AND o.kind = 'regular' AND o.store_uuid IS NULL AND o.level = 1
               AND o.starts_on > :today
        """,
    }


class SalePriceImporter(FromProductRows):
    """One sale for each first day, in all stores. Other sales stay as they are."""

    title, model, key = "Sale price", ProductPrice, ("product_uuid", "starts_on")
    fields = {
        "product_uuid": Ref(Product, number="number"),
        "kind": Fixed("sale"),
        "price": "sale_price",
        "multiple": Fixed(1),
        "starts_on": "sale_starts_on",
        "ends_on": "sale_ends_on",
    }
    given = ("sale_price", "sale_starts_on")
    scope = "kind = 'sale' AND store_uuid IS NULL AND level = 1"
    checks = (
        Check("""
            SELECT s.line, format('The sale overlaps another one, from %s to %s.',
                                  coalesce(o.starts_on::text, 'always'),
                                  coalesce(o.ends_on::text, 'further notice'))
              FROM staged_products s
              JOIN product p ON p.number = s.number
              JOIN product_price o ON o.product_uuid = p.uuid
             WHERE s.sale_price IS NOT NULL AND o.kind = 'sale' AND o.store_uuid IS NULL
               AND o.level = 1
               AND o.starts_on IS DISTINCT FROM s.sale_starts_on
               AND daterange(o.starts_on, o.ends_on, '[]')
                   && daterange(s.sale_starts_on, s.sale_ends_on, '[]')
        """),
    )


IMPORTERS: tuple[type[TableImporter], ...] = (
    DepartmentImporter,
    CategoryImporter,
    BrandImporter,
    VendorImporter,
    ProductImporter,
    CodeImporter,
    CostImporter,
    RegularPriceImporter,
    SalePriceImporter,
)
