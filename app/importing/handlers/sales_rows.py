"""What a file of sales may hold, and what becomes of it; see docs/reference/sales.md."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import Date, DateTime

from app.importing.cells import (
    NULL,
    FileContext,
    Kind,
    Label,
    Money,
    Number,
    Read,
    Whole,
    Words,
    shown,
)
from app.importing.errors import Rejected
from app.importing.feed import Check, Rule
from app.importing.file_feed import FileColumn, FileFeed
from app.importing.handlers.sales_comparison import (
    DiscountComparison,
    ItemComparison,
    TransactionComparison,
)
from app.importing.importer import TableImporter
from app.models.sales import Transaction, TransactionDiscount, TransactionItem


class WallClock(Kind):
    """A moment on the clock of the store, such as 2026-11-01T17:05.

    With an offset behind it (-05:00, Z) it is exact, also in the hour that autumn has twice. Staged
    as the time on the clock, its day, and the exact moment where that is known.
    """

    types = (DateTime(), Date(), DateTime(timezone=True))
    suffixes = ("", "_day", "_exact")
    says = "a moment such as 2026-03-31T17:05, on the clock of the store"

    def reader(self, context: FileContext) -> Read:
        local = re.compile(
            r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?"
        )

        def read(text: str) -> str:
            try:
                moment = datetime.fromisoformat(text)
            except ValueError:
                moment = None
            if moment is None or not local.match(text):
                raise Rejected(f"“{shown(text)}” is no moment; write it as 2026-03-31T17:05")
            exact = NULL if moment.tzinfo is None else moment.isoformat()
            return f"{moment.replace(tzinfo=None).isoformat()}\t{moment.date()}\t{exact}"

        return read


class Signed(Money):
    """An amount of money; a minus is one of a return."""

    says = "an amount, negative for a return"

    def reader(self, context: FileContext) -> Read:
        read = super().reader(context)
        return lambda text: f"-{read(text[1:].strip())}" if text[0] in _MINUS else read(text)


class SignedNumber(Number):
    """A quantity; a minus is one of a return."""

    def reader(self, context: FileContext) -> Read:
        read = super().reader(context)
        return lambda text: f"-{read(text[1:].strip())}" if text[0] in _MINUS else read(text)


_MINUS = "-\N{MINUS SIGN}"


class SalesRows(FileFeed):
    """A receipt line a row."""

    name, word = "sales", "Line"
    columns = (
        FileColumn("store_number", Whole(), ("store", "store id"), required=True, filled=True,
                   help="Of a store that is known."),
        FileColumn("terminal", Label(), ("register", "lane", "terminal id", "till"), empty="",
                   help="The register, where receipt numbers are counted by register."),
        FileColumn("receipt_number", Label(), ("receipt", "basket id", "basket", "transaction id",
                   "transaction number", "trans no"), required=True, filled=True,
                   help="Lines with the same number, store, register and day are one receipt."),
        FileColumn("sold_at", WallClock(), ("date time", "transaction timestamp", "timestamp"),
                   required=True, filled=True, help="On the clock of the store."),
        FileColumn("member_number", Label(), ("household", "household id", "member", "card no"),
                   help="As sold."),
        FileColumn("customer_number", Label(), ("customer", "customer id", "account"),
                   help="As sold."),
        FileColumn("cashier_number", Label(), ("cashier", "cashier id", "employee no")),
        FileColumn("product_number", Label(), ("product id", "product", "item", "item number",
                   "sku", "plu"), required=True, filled=True,
                   help="Of a product that is known or not."),
        FileColumn("description", Words(200), ("product description", "item name"),
                   help="As sold; without it that of the product now."),
        FileColumn("department_number", Whole(), ("department", "dept", "dept no"),
                   help="As sold; without it that of the product now."),
        FileColumn("quantity", SignedNumber(4, highest=1_000_000), ("qty", "units"), empty="1",
                   help="Units or weight; negative for a return; empty: 1."),
        FileColumn("sales_value", Signed(2), ("net", "net sales", "amount", "total"),
                   required=True, filled=True, help="What the shop received, without tax."),
        FileColumn("retail_discount", Signed(2), ("retail disc", "discount", "member discount"),
                   empty="0", help="What the shop gave."),
        FileColumn("coupon_discount", Signed(2), ("coupon disc", "coupon"), empty="0",
                   help="A manufacturer's coupon: the shop receives it, so it is in sales_value."),
        FileColumn("coupon_match_discount", Signed(2), ("coupon match disc",), empty="0",
                   help="What the shop gave on top of a coupon."),
    )  # fmt: skip
    rules = (
        Rule("sold_at > localtimestamp + interval '1 day'", "It is sold in the future."),
        Rule("sold_at < '2000-01-01'", "It is sold before the year 2000."),
        Rule("quantity * sales_value < 0", "Quantity and amount have opposite signs."),
        Rule(
            "sales_value > 0 AND "
            "least(retail_discount, coupon_discount, coupon_match_discount) < 0",
            "A discount is negative.",
        ),
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


IMPORTERS: tuple[type[TableImporter], ...] = (TransactionImporter, ItemImporter, DiscountImporter)
