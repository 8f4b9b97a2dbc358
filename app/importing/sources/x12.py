"""Documents of ASC X12 as rows: one for each line of an invoice, order, shipment or catalog.

Read are 810 and 880 (invoices), 832 (price catalog), 850 (purchase order), 855 (its answer) and 856
(ship notice), of the versions 004010 and 005010. What a document says once is in each of its rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import IO, TYPE_CHECKING

from app.importing.errors import BadSource

if TYPE_CHECKING:
    from pyx12.segment import Segment

Record = dict[str, str]

CODES = ("UK", "UP", "EN", "UI", "UA")
"""Qualifiers, the best first: GTIN, UPC, EAN, UPC without check digit, UPC of the case."""
_ITEMS = {"VN": "vendor_item", "VA": "vendor_item", "VC": "vendor_item", "SK": "number",
          "IN": "number", "BP": "number", "PI": "number"}  # fmt: skip
_PARTIES = {"VN": "vendor", "SU": "vendor", "SE": "vendor", "BY": "buyer", "ST": "store"}


@dataclass(frozen=True)
class DocumentKind:
    """Where a set of transactions has its facts: `fields` by element, ids from an element on."""

    title: str
    line: str
    """The segment with which each line begins."""
    fields: Mapping[str, str]
    ids: tuple[str, int]
    """The segment with pairs of qualifier and number, and the place of the first one."""


_COMMON = {"PID05": "description", "PO401": "case_size"}
_ORDERED = {"PO101": "line", "PO102": "quantity", "PO103": "unit", "PO104": "price"}
KINDS = {
    "810": DocumentKind(
        "invoice", "IT1",
        {"BIG01": "date", "BIG02": "document", "BIG04": "order", "IT101": "line",
         "IT102": "quantity", "IT103": "unit", "IT104": "price", **_COMMON}, ("IT1", 6)),
    "832": DocumentKind(
        "catalog", "LIN",
        {"BCT02": "document", "DTM02": "date", "LIN01": "line", "CTP03": "price",
         "CTP05": "unit", **_COMMON}, ("LIN", 2)),
    "850": DocumentKind(
        "order", "PO1", {"BEG03": "document", "BEG05": "date", **_ORDERED, **_COMMON}, ("PO1", 6)),
    "855": DocumentKind(
        "answer", "PO1",
        {"BAK03": "document", "BAK04": "date", "ACK01": "status", "ACK02": "quantity_confirmed",
         "ACK05": "date_confirmed", **_ORDERED, **_COMMON}, ("PO1", 6)),
    "856": DocumentKind(
        "shipment", "HL",
        {"BSN02": "document", "BSN03": "date", "PRF01": "order", "REF02": "reference",
         "SN102": "quantity", "SN103": "unit", **_COMMON}, ("LIN", 2)),
    "880": DocumentKind(
        "invoice", "G17",
        {"G0101": "date", "G0102": "document", "G0104": "order", "G1701": "quantity",
         "G1702": "unit", "G1703": "price", "G1704": "code", "G6901": "description",
         "G2001": "case_size"}, ("G17", 5)),
}  # fmt: skip
_ENDS = frozenset(("CTT", "TDS", "SE", "G31", "G33", "AMT"))


def x12_records(text: IO[str], name: str) -> Iterator[tuple[int, Record]]:
    """Each line of each document, numbered. Raises BadSource for what was cut off or changed."""
    from pyx12.errors import EngineError, X12Error
    from pyx12.x12file import X12Reader

    number, skipped = 0, set()
    try:
        reader = X12Reader(text)
        document = None
        for segment in reader:
            kind = segment.get_seg_id() or ""
            if kind == "ST":
                code = segment.get_value("ST01") or ""
                document = _Document(code, KINDS[code]) if code in KINDS else None
                skipped |= {code} - KINDS.keys()
            elif document is not None:
                for row in document.take(kind, segment):
                    number += 1
                    yield number, row
        reader.cleanup()
        _require_whole(reader.pop_errors(), name)
    except (X12Error, EngineError, IndexError) as error:
        raise BadSource(f"{name} is no proper X12: {_why(error)}.") from error
    if not number:
        known = ", ".join(KINDS)
        other = f"; it has {', '.join(sorted(skipped))}" if skipped else ""
        raise BadSource(f"{name} has no line of a document that is read ({known}){other}.")


class _Document:
    """One document as it is read: what holds for all its lines, and the line that is being read."""

    def __init__(self, code: str, kind: DocumentKind) -> None:
        self.kind = kind
        self.head: Record = {"set": code}
        self.line: Record | None = None

    def take(self, segment_id: str, segment: Segment) -> Iterator[Record]:
        """Note a segment; gives the row that it ends."""
        if segment_id == self.kind.line or segment_id in _ENDS:
            if self.line is not None:
                yield _priced({**self.head, **self.line})
            self.line = {} if self._begins_line(segment_id, segment) else None
        into = self.head if self.line is None else self.line
        if segment_id == "N1" and self.line is None:
            _add_party(self.head, segment)
        for element, name in self.kind.fields.items():
            if element[:-2] == segment_id and (value := _value(segment, element)):
                into.setdefault(name, value)
        if segment_id == self.kind.ids[0]:
            _add_ids(into, segment, self.kind.ids[1])

    def _begins_line(self, segment_id: str, segment: Segment) -> bool:
        if segment_id == "HL":  # of the levels of a shipment only items are lines
            return _value(segment, "HL03") == "I"
        return segment_id == self.kind.line


def _add_party(head: Record, segment: Segment) -> None:
    party = _PARTIES.get(_value(segment, "N101"))
    if party:
        head.setdefault(party, _value(segment, "N102"))
        head.setdefault(f"{party}_number", _value(segment, "N104"))


def _add_ids(into: Record, segment: Segment, place: int) -> None:
    found: Record = {}
    segment_id = segment.get_seg_id()
    for at in range(place, len(segment), 2):
        qualifier = _value(segment, f"{segment_id}{at:02}")
        value = _value(segment, f"{segment_id}{at + 1:02}")
        if value:
            found.setdefault(qualifier, value)
    for qualifier, value in found.items():
        if qualifier in _ITEMS:
            into.setdefault(_ITEMS[qualifier], value)
    best = next((found[qualifier] for qualifier in CODES if qualifier in found), None)
    if best:
        into.setdefault("code", best)


def _priced(row: Record) -> Record:
    """With the cost of a case, where the price is of a case, or of one of so many in a case."""
    price, unit, size = row.get("price"), row.get("unit"), row.get("case_size") or "1"
    try:
        if price and unit in ("CA", "CS"):
            row["case_cost"] = price
        elif price and unit in ("EA", "UN", ""):
            row["case_cost"] = str(Decimal(price) * Decimal(size))
    except InvalidOperation:
        row["case_cost"] = price or ""  # the importer rejects it with a reason
    return row


def _value(segment: Segment, element: str) -> str:
    return (segment.get_value(element) or "").strip()


def _require_whole(errors: list[tuple[str, str, str, str | None, int | None]], name: str) -> None:
    """Trailers that are missing or count otherwise mean that something was lost."""
    lost = [error for error in errors if error[0] in ("isa", "gs", "st")]
    if lost:
        raise BadSource(f"{name} was cut off or changed: {lost[0][2].rstrip('.')}.")


def _why(error: Exception) -> str:
    if isinstance(error, IndexError):
        return "its envelopes do not fit each other"
    text = str(error)
    if "Version Number is unknown" in text:
        return "only the versions 00401 and 00501 are read"
    return text[:80].rstrip(".")
