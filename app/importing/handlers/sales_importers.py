"""The importers of a file of sales: receipts first, then all that belongs to them."""

from __future__ import annotations

from app.importing.feed import Check
from app.importing.handlers.sales_comparison import TransactionComparison
from app.importing.handlers.sales_parts import (
    DiscountComparison,
    ItemComparison,
    ItemTaxComparison,
    OrderMarkerComparison,
    TaxComparison,
    TenderComparison,
)
from app.importing.handlers.sales_rows import SalesRows
from app.importing.importer import TableImporter
from app.models.sales import (
    Transaction,
    TransactionDiscount,
    TransactionItem,
    TransactionItemTax,
    TransactionOrderMarker,
    TransactionTax,
    TransactionTender,
)


class TransactionImporter(TableImporter):
    """The receipts. What is not read from the file as it is, the comparison computes."""

    model, feed, comparison = Transaction, SalesRows, TransactionComparison
    key = fields = ("store_number", "receipt_number")
    checks = (
        Check("""
            SELECT line, format('There is no store %s.', store_number) FROM staged_sales s
             WHERE NOT EXISTS (SELECT FROM known_stores k WHERE k.number = s.store_number)
        """),
        Check("""
            SELECT line, format('The sales of %s are archived.', to_char(sold_at_day, 'YYYY-MM'))
              FROM staged_sales
             WHERE date_trunc('month', sold_at_day)::date IN (SELECT month FROM sales_archive)
        """),
    )


class ItemImporter(TableImporter):
    """The lines of the receipts."""

    model, feed, comparison = TransactionItem, SalesRows, ItemComparison
    key = fields = ("store_number",)


class DiscountImporter(TableImporter):
    """Why they cost less."""

    model, feed, comparison = TransactionDiscount, SalesRows, DiscountComparison
    key = "amount"
    fields = {"amount": "sales_value"}


class TenderImporter(TableImporter):
    """How receipts were paid, where the file says it."""

    model, feed, comparison = TransactionTender, SalesRows, TenderComparison
    key = "kind"
    fields = {"kind": "tender"}


class _TaxImporter(TableImporter):
    """The base of the taxes."""

    feed = SalesRows
    key = "amount"
    fields = {"amount": "sales_value"}


class ItemTaxImporter(_TaxImporter):
    """The taxes of the lines."""

    model, comparison = TransactionItemTax, ItemTaxComparison


class TaxImporter(_TaxImporter):
    """The taxes of the receipts."""

    model, comparison = TransactionTax, TaxComparison


class OrderMarkerImporter(TableImporter):
    """The customer orders that were paid for."""

    model, feed, comparison = TransactionOrderMarker, SalesRows, OrderMarkerComparison
    key = fields = ("order_number",)


IMPORTERS: tuple[type[TableImporter], ...] = (
    TransactionImporter, ItemImporter, DiscountImporter, TenderImporter, ItemTaxImporter,
    TaxImporter, OrderMarkerImporter,
)  # fmt: skip
