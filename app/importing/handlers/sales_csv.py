"""The handler of `storekeeper import sales-csv`. Light: a list of handlers loads no tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.importing.handler import FileHandler

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from app.importing.file_feed import FileFeed
    from app.importing.importer import TableImporter


class SalesCsv(FileHandler):
    """Sales from a CSV file, one receipt line a row.

    The file holds whole receipts: the lines of a receipt that it names are made equal to those in
    the file. Other receipts stay as they are. The sums by day follow at once.
    """

    key, title, bind = "sales-csv", "Sales from a CSV file", "trainwreck"

    @classmethod
    def rows(cls) -> type[FileFeed]:
        from app.importing.handlers.sales_rows import SalesRows

        return SalesRows

    def chosen(self) -> Sequence[type[TableImporter]]:
        from app.importing.handlers.sales_importers import IMPORTERS

        return IMPORTERS

    def when_staged(self, connection: Connection) -> None:
        """Bring what the core knows of the stores and products in question."""
        from app.config.core import WEB_TIME_ZONE
        from app.importing.handlers.sales_lookup import bring_products, bring_stores

        bring_stores(connection, self.settings[WEB_TIME_ZONE])
        bring_products(connection)

    def when_applied(self, connection: Connection) -> None:
        from app.importing.handlers import sales_months
        from app.services import rollups

        sales_months.finish(connection)
        rollups.refresh_on(connection)

    @classmethod
    def before_sample(cls, session: Session) -> None:
        from app.models.stores import Store

        session.add(Store(number=1, name="Main Street"))
        session.flush()

    @classmethod
    def sample(cls) -> str:
        return (
            "store_number,basket_id,household,sold_at,product_number,quantity,sales_value,"
            "retail_discount,coupon_discount,coupon_match_discount,tax1,line_type,tender,order_number\n"
            "1,40283635315,2466,2026-10-09T10:47,875979,2,1.50,0.20,0.00,0.00,0.12,,,\n"
            "1,40283635315,2466,2026-10-09T10:47,903035,1,0.75,0.00,0.00,0.10,,,,70012\n"
            "1,40283635315,2466,2026-10-09T10:47,,,2.37,,,,,tender,cash,\n"
        )
