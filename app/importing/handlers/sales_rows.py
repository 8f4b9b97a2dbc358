"""What a file of sales may hold; see docs/reference/sales.md."""

from __future__ import annotations

from app.importing.cells import Label, Whole, Words
from app.importing.feed import Rule
from app.importing.file_feed import FileColumn, FileFeed
from app.importing.handlers.sales_cells import Flag, OneOf, Signed, SignedNumber, WallClock
from app.models.sales import ITEM_TYPES, TENDER_KINDS

TENDER = "tender"
TAXES = tuple(str(number) for number in range(1, 8))
_TYPES = {"item": "sale", "refund": "return", "giftcard": "gift_card", "payment": TENDER}
_TENDERS = {
    "credit": "card", "debit": "card", "credit_card": "card", "debit_card": "card",
    "cheque": "check", "ebt": "food_stamps", "snap": "food_stamps", "change": "cash",
}  # fmt: skip
_IS_GOODS = "coalesce(line_type, 'sale') IN ('sale', 'return')"


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
        FileColumn("member_name", Words(200)),
        FileColumn("customer_number", Label(), ("customer", "customer id", "account"),
                   help="As sold."),
        FileColumn("customer_name", Words(200)),
        FileColumn("shopper_number", Label(), ("shopper", "shopper id"),
                   help="Who shopped on the account."),
        FileColumn("shopper_name", Words(200)),
        FileColumn("cashier_number", Label(), ("cashier", "cashier id", "employee no")),
        FileColumn("cashier_name", Words(200)),
        FileColumn("cash_back", Signed(2), ("cashback",), help="Of the whole receipt."),
        FileColumn("patronage", Signed(2), help="Of the whole receipt."),
        FileColumn("receipt_void", Flag(), ("transaction void",), help="Of the whole receipt."),
        FileColumn("training", Flag(), help="Of the whole receipt."),
        FileColumn("line_type", OneOf((*ITEM_TYPES, TENDER), _TYPES), ("item type", "trans type"),
                   help="Empty: a sale, or a return where the amount is negative."),
        FileColumn("product_number", Label(), ("product id", "product", "item", "item number",
                   "sku", "plu"), required=True, help="Of a product that is known or not."),
        FileColumn("scanned_code", Label(), ("scancode", "upc", "barcode"),
                   help="As the register read it."),
        FileColumn("description", Words(200), ("product description", "item name"),
                   help="As sold; without it that of the product now."),
        FileColumn("brand", Words(100), ("brand name",), help="Without it that of the product."),
        FileColumn("size", Words(60), help="Without it that of the product."),
        FileColumn("department_number", Whole(), ("department", "dept", "dept no"),
                   help="As sold; without it that of the product now."),
        FileColumn("quantity", SignedNumber(4, highest=1_000_000), ("qty", "units"), empty="1",
                   help="Units or weight; negative for a return; empty: 1."),
        FileColumn("unit_price", Signed(3), help="Before discounts; empty: what the amounts say."),
        FileColumn("regular_price", Signed(3), ("unit regular price",), help="On that day."),
        FileColumn("discounted_price", Signed(3), ("unit discounted price",),
                   help="Of a unit, after discounts."),
        FileColumn("sales_value", Signed(2), ("net", "net sales", "amount", "total"),
                   required=True, filled=True,
                   help="What the shop received, without tax; of a tender what was paid by it."),
        FileColumn("retail_discount", Signed(2), ("retail disc", "discount", "member discount"),
                   empty="0", help="What the shop gave."),
        FileColumn("coupon_discount", Signed(2), ("coupon disc", "coupon"), empty="0",
                   help="A manufacturer's coupon: the shop receives it, so it is in sales_value."),
        FileColumn("coupon_match_discount", Signed(2), ("coupon match disc",), empty="0",
                   help="What the shop gave on top of a coupon."),
        FileColumn("rebate", Signed(2), empty="0", help="What the shop gave back."),
        FileColumn("tax_code", Label(), help="Of the tax of the line."),
        FileColumn("tax", Signed(2), help="Of the line; empty: the sum of tax_1 to tax_7."),
        *(FileColumn(f"tax_{code}", Signed(2), (f"tax{code}",)) for code in TAXES),
        FileColumn("void", Flag(), help="The line was taken back."),
        FileColumn("error_correct", Flag(), ("error correct",),
                   help="The line takes back an earlier, void line."),
        FileColumn("exempt", Flag(), ("exempt from gross sales",),
                   help="No sale, such as a gift card or a deposit."),
        FileColumn("order_number", Label(), ("custorder",), help="Of a customer order."),
        FileColumn("order_item", Label(), ("custorder item",), help="The order's own item."),
        FileColumn("tender", OneOf(TENDER_KINDS, _TENDERS), ("tender type",),
                   help="Of a line of the type tender."),
        FileColumn("tender_code", Label(), help="As the register knows it."),
    )  # fmt: skip
    rules = (
        Rule("sold_at > localtimestamp + interval '1 day'", "It is sold in the future."),
        Rule("sold_at < '2000-01-01'", "It is sold before the year 2000."),
        Rule(f"product_number IS NULL AND {_IS_GOODS}", "It names no product."),
        Rule(f"quantity * sales_value < 0 AND {_IS_GOODS}",
             "Quantity and amount have opposite signs."),
        Rule("(line_type = 'tender') IS DISTINCT FROM (tender IS NOT NULL) AND "
             "(line_type = 'tender' OR tender IS NOT NULL)",
             "A tender needs the type tender and says which it is."),
        Rule(
            "sales_value > 0 AND least(retail_discount, coupon_discount, coupon_match_discount, "
            "rebate) < 0",
            "A discount is negative.",
        ),
    )  # fmt: skip
