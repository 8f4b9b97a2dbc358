"""UPC-E: the short form of a UPC-A that has enough zeros in the right places."""

from __future__ import annotations

from app.barcodes.check_digit import with_check_digit


def expand(short: str) -> str:
    """The UPC-A (12 digits) of a UPC-E: number system and six digits, no check digit.

    GS1 General Specifications 5.2.2.4.2 (zero-suppression decoded by the last of the six digits).
    The check digit of the UPC-E is the one of this UPC-A.
    """
    system, six = short[0], short[1:]
    last = six[5]
    if last in "012":
        body = six[:2] + last + "0000" + six[2:5]
    elif last == "3":
        body = six[:3] + "00000" + six[3:5]
    elif last == "4":
        body = six[:4] + "00000" + six[4]
    else:
        body = six[:5] + "0000" + last
    return with_check_digit(system + body)


def to_upc_e(upc_a: str) -> str | None:
    """The UPC-E (8 digits) of a UPC-A (12 digits), or None if it cannot be shortened.

    GS1 General Specifications 5.2.2.4.1, conditions A to D in their order. The specification
    knows number system 0 only; number system 1 is kept as shops in North America use it.
    """
    maker, item = upc_a[1:6], upc_a[6:11]
    if upc_a[0] not in "01":
        return None
    if item[:4] == "0000" and item[4] >= "5" and maker[4] != "0":
        six = maker + item[4]
    elif maker[4] + item[:4] == "00000" and maker[3] != "0":
        six = maker[:4] + item[4] + "4"
    elif maker[3:] == "00" and item[:2] == "00" and maker[2] in "012":
        six = maker[:2] + item[2:] + maker[2]
    elif maker[3:] == "00" and item[:3] == "000" and maker[2] >= "3":
        six = maker[:3] + item[3:] + "3"
    else:
        return None
    return upc_a[0] + six + upc_a[11]
