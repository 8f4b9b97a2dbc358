"""The signs of a text: what people can see stays, what they cannot is refused."""

from __future__ import annotations

from unicodedata import category

from app.importing.errors import Rejected


def printable(text: str) -> str:
    """The text with plain spaces and nothing invisible. Raises Rejected for control characters."""
    signs = []
    for sign in text:
        group = category(sign)
        if group == "Cc" or group in ("Zl", "Zp"):
            raise Rejected(_control(sign))
        if group == "Zs":
            signs.append(" ")
        elif group not in ("Cf", "Cs") or sign == "\N{ZERO WIDTH JOINER}":
            signs.append(sign)
    kept = "".join(signs).strip()
    if not kept:
        raise Rejected("holds only invisible characters")
    return kept


def _control(sign: str) -> str:
    if sign in "\r\n\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}":
        return "holds a line break; was a quote not closed?"
    return f"holds the control character U+{ord(sign):04X}"
