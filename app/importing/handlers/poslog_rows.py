"""The lines of a POSLog transaction, as rows of a file of sales."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Row = dict[str, str]

TENDERS = {
    "cash": "cash", "creditdebit": "card", "credit": "card", "debit": "card", "check": "check",
    "cheque": "check", "giftcertificate": "gift_card", "giftcard": "gift_card",
    "storedvalue": "gift_card", "voucher": "store_credit", "customeraccount": "account",
    "houseaccount": "account", "foodstamps": "food_stamps", "ebt": "food_stamps",
    "manufacturercoupon": "coupon", "coupon": "coupon",
}  # fmt: skip
"""TenderType of POSLog, in small letters, and what we call it; all else is `other`."""


def rows_of_transaction(transaction: Element) -> Iterator[Row]:
    """A row for each thing that was sold or returned, and for each tender."""
    retail = transaction.find("{*}RetailTransaction")
    if retail is None:  # a register logs more than sales: who signed on, that the drawer opened
        return
    head = _head(transaction, retail)
    for line in retail.findall("{*}LineItem"):
        void = {"void": "1"} if line.get("VoidFlag") in ("true", "1") else {}
        for kind, sign in (("Sale", ""), ("Return", "-")):
            for goods in line.findall(f"{{*}}{kind}"):
                yield {**head, **void, **_goods(goods, sign)}
        for tender in line.findall("{*}Tender"):
            yield {**head, **void, **_tender(tender)}


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
    try:
        return Decimal((element.text or "0").strip())
    except InvalidOperation:
        return Decimal("NaN")  # which the cell of the row rejects, with its line


def _less(amount: str, change: str) -> str:
    try:
        return f"{Decimal(amount) - Decimal(change):f}"
    except InvalidOperation:
        return f"{amount}-{change}"


def _signed(text: str, sign: str) -> str:
    return text if not sign or text.startswith("-") or not text else f"{sign}{text}"


def _text(element: Element, path: str) -> str:
    steps = "/".join(f"{{*}}{step}" for step in path.split("/"))
    return (element.findtext(steps) or "").strip()
