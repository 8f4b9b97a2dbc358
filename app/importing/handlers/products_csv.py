"""The handler of `storekeeper import products-csv`. Light: a list of handlers loads no tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.importing.handler import FileHandler

if TYPE_CHECKING:
    from app.importing.importer import TableImporter


class ProductsCsv(FileHandler):
    """Products from a CSV file.

    Commas, semicolons, tabs or bars between the cells; plain or gzipped. Products that the file
    does not name stay as they are, and so does what it has no column for.
    """

    key, title = "products-csv", "Products from a CSV file"

    def chosen(self) -> Sequence[type[TableImporter]]:
        from app.importing.handlers.product_rows import IMPORTERS

        return IMPORTERS

    @classmethod
    def sample(cls) -> str:
        return (
            "number,code,description,size,department_number,department,category,brand,"
            "vendor_number,vendor,vendor_item,case_size,case_cost,regular_price,sale_price,"
            "sale_starts_on,sale_ends_on\n"
            "1001,036000291452,Tissues,120 ct,1,Grocery,Paper,Acme,7,Big Vendor,T-120,12,18.00,"
            "2.49,1.99,2026-01-05,2026-01-11\n"
            "1002,4011,Bananas,,2,Produce,Fruit,,8,Farm,,40,16.00,0.59,,,\n"
        )
