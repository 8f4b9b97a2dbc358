"""The lines of a POSLog transaction, as rows of a file of sales."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Row = dict[str, str]

COLUMNS = (
    "store_number", "terminal", "receipt_number", "sold_at", "cashier_number", "member_number",
    "customer_number", "receipt_void", "training", "void", "line_type", "product_number",
    "scanned_code", "description", "quantity", "unit_price", "sales_value", "retail_discount",
    "tax", "tender", "tender_code",
)  # fmt: skip
"""All that a log can say, also one of a day without sales."""
TENDERS = {
    "cash": "cash", "creditdebit": "card", "credit": "card", "debit": "card", "check": "check",
    "cheque": "check", "giftcertificate": "gift_card", "giftcard": "gift_card",
    "storedvalue": "gift_card", "voucher": "store_credit", "customeraccount": "account",
    "houseaccount": "account", "foodstamps": "food_stamps", "ebt": "food_stamps",
    "manufacturercoupon": "coupon", "coupon": "coupon",
}  # fmt: skip
"""TenderType of POSLog, in small letters, and what we call it; all else is `other`."""
CENT = Decimal("0.01")
_PLAIN = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{0,9})?")


def rows_of_transaction(transaction: Element) -> Iterator[Row]:
    """A row for each thing that was sold or returned, and for each tender."""
    retail = transaction.find("{*}RetailTransaction")
    if retail is None:  # a register logs more than sales: who signed on, that the drawer opened
        return
    head = _head(transaction, retail)
    lines = retail.findall("{*}LineItem")
    goods = [row for line in lines for row in _goods_of(line)]
    if not any(row["tax"] for row in goods):
        _share(sum(map(_number, _taxes_of(lines)), Decimal()), goods)
    tenders = (
        tender for line in lines if not _is_void(line) for tender in line.findall("{*}Tender")
    )
    yield from (head | row for row in goods)
    yield from (head | _tender(tender) for tender in tenders)


def _head(transaction: Element, retail: Element) -> Row:
    voided = transaction.get("CancelFlag") in ("true", "1") or retail.get(
        "TransactionStatus", ""
    ).endswith("Voided")
    store = _text(transaction, "RetailStoreID") or _text(transaction, "BusinessUnit/UnitID")
    return {
        "store_number": store,
        "terminal": _text(transaction, "WorkstationID"),
        "receipt_number": _text(transaction, "SequenceNumber"),
        "sold_at": _text(transaction, "BeginDateTime") or _text(transaction, "EndDateTime"),
        "cashier_number": _text(transaction, "OperatorID"),
        "member_number": _text(retail, "LoyaltyAccount/CustomerID")
        or _text(retail, "LoyaltyAccount/LoyaltyAccountID"),
        "customer_number": _text(retail, "Customer/CustomerID"),
        "receipt_void": "1" if voided else "",
        "training": "1" if transaction.get("TrainingModeFlag") in ("true", "1") else "",
    }


def _goods_of(line: Element) -> Iterator[Row]:
    """What a line sold or took back; one that was voided stays, and says so."""
    for kind, sign in (("Sale", ""), ("Return", "-")):
        for goods in line.findall(f"{{*}}{kind}"):
            yield {"void": "1" if _is_void(line) else "", **_goods(goods, sign)}


def _is_void(line: Element) -> bool:
    return line.get("VoidFlag") in ("true", "1")


def _taxes_of(lines: Sequence[Element]) -> Iterator[Element]:
    """The taxes of the whole receipt, which some registers log as lines of their own."""
    for line in lines:
        if not _is_void(line):
            yield from line.findall("{*}Tax/{*}Amount")


def _share(tax: Decimal, goods: Sequence[Row]) -> None:
    """Give each of the goods that count its part of a tax, to the cent; the last one the rest."""
    counting = [row for row in goods if not row["void"]]
    values = [_decimal(row["sales_value"]) for row in counting]
    whole = sum(values, Decimal())
    if not tax or not counting:
        return
    if not (tax + whole).is_finite() or not whole:
        # Without shares the first line has it all, and is rejected if it is no number.
        counting[0]["tax"] = f"{tax:f}"
        return
    tax = -abs(tax) if whole < 0 else tax
    parts = [(tax * value / whole).quantize(CENT) for value in values[:-1]]
    for row, part in zip(counting, [*parts, tax - sum(parts, Decimal())], strict=True):
        row["tax"] = f"{part:f}"


def _goods(goods: Element, sign: str) -> Row:
    """Amounts of a return are positive in POSLog, and negative in ours."""
    code = _text(goods, "POSIdentity/POSItemID")
    discount = sum((_amount(one) for one in goods.findall("{*}RetailPriceModifier")), Decimal())
    taxes = goods.findall("{*}Tax/{*}Amount")
    return {
        "line_type": "return" if sign else "",
        "product_number": _text(goods, "ItemID") or code,
        "scanned_code": code,
        "description": _text(goods, "Description"),
        "quantity": _signed(_text(goods, "Quantity") or "1", sign),
        "unit_price": _text(goods, "RegularSalesUnitPrice"),
        "sales_value": _signed(_text(goods, "ExtendedAmount"), sign),
        "retail_discount": _signed(f"{discount:f}", sign) if discount else "",
        "tax": _signed(f"{sum(map(_number, taxes), Decimal()):f}", sign) if taxes else "",
    }


def _tender(tender: Element) -> Row:
    said = tender.get("TenderType", "") or _text(tender, "TenderID")
    change = _text(tender, "TenderChange/Amount")
    amount = _text(tender, "Amount")
    if change:
        amount = _less(amount, change)
    return {
        "line_type": "tender",
        "tender": TENDERS.get(said.lower().replace("_", "").replace(" ", ""), "other"),
        "tender_code": said,
        "sales_value": _signed(amount, "-" if tender.get("TypeCode") == "Refund" else ""),
    }


def _amount(modifier: Element) -> Decimal:
    """What a modifier takes off; one that adds takes off less than nothing."""
    amount = modifier.find("{*}Amount")
    if amount is None:
        return Decimal()
    return -_number(amount) if amount.get("Action") == "Add" else _number(amount)


def _number(element: Element) -> Decimal:
    return _decimal(element.text or "0")


def _decimal(text: str) -> Decimal:
    """NaN for what is no plain number, which the cell of the row rejects, with its line."""
    # Decimal would take 1e999999999 too, whose digits fill the memory.
    return Decimal(text.strip() if _PLAIN.fullmatch(text.strip()) else "NaN")


def _less(amount: str, change: str) -> str:
    left = _decimal(amount) - _decimal(change)
    return f"{left:f}" if left.is_finite() else f"{amount}-{change}"


def _signed(text: str, sign: str) -> str:
    return text if not sign or text.startswith("-") or not text else f"{sign}{text}"


def _text(element: Element, path: str) -> str:
    steps = "/".join(f"{{*}}{step}" for step in path.split("/"))
    return (element.findtext(steps) or "").strip()
