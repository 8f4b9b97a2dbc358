"""What a line of a vendor's catalog says."""

from __future__ import annotations

from sqlalchemy import Connection, Text, text

from app.importing.cells import Barcode, Day, Label, Money, Number, Words
from app.importing.file_feed import FileColumn, FileFeed
from app.importing.importer import Ref, TableImporter
from app.models.products import Product, ProductCost
from app.models.vendors import Vendor


class CatalogRows(FileFeed):
    name, word, key = "catalog", "Code", ("vendor_number", "code")
    derived = {"product_number": Text()}
    columns = (
        FileColumn("vendor_number", Label(), ("vendor id", "supplier number"), required=True,
                   filled=True, help="Of a vendor that is known."),
        FileColumn("code", Barcode(), ("upc", "gtin", "barcode", "ean"), required=True, filled=True,
                   help="Of a product that is known; lines of others are left out."),
        FileColumn("vendor_item", Words(60), ("vendor item number", "vendor sku"),
                   help="The vendor's number of the product."),
        FileColumn("case_size", Number(4, highest=100_000, positive=True),
                   ("case pack", "units per case"), empty="1", help="Empty means 1."),
        FileColumn("case_cost", Money(5), ("cost",), required=True, filled=True),
        FileColumn("effective_on", Day(), ("date", "effective date"), help="Since when."),
    )  # fmt: skip


class CatalogCostImporter(TableImporter):
    """The vendor's cost of a product, beside those of others."""

    title, model, key, feed = "Cost", ProductCost, ("product_uuid", "vendor_uuid"), CatalogRows
    may_delete = False
    fields = {
        "product_uuid": Ref(Product, number="product_number"),
        "vendor_uuid": Ref(Vendor, number="vendor_number"),
        "vendor_item": "vendor_item",
        "case_cost": "case_cost",
        "case_size": "case_size",
        "effective_on": "effective_on",
    }


def leave_out_unknown(connection: Connection) -> int:
    """Take lines of products that we do not have out of the stage; returns how many."""
    connection.execute(
        text("""
            UPDATE staged_catalog s SET product_number = p.number
              FROM product_code c JOIN product p ON p.uuid = c.product_uuid
             WHERE c.gtin = s.code
        """)
    )
    gone = connection.execute(text("DELETE FROM staged_catalog WHERE product_number IS NULL"))
    return gone.rowcount
