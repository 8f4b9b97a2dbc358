"""Where a page of a grid begins: a token that holds a sort value and a key."""

import base64
import json
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

LONGEST_TOKEN = 4000


def token_of(row):
    """The place of a row of a page."""
    value = row.place
    plain = value if value is None or isinstance(value, (str, int)) else str(value)
    document = json.dumps([plain, str(row.record.uuid)], separators=(",", ":"))
    return base64.urlsafe_b64encode(document.encode()).decode().rstrip("=")


def place_of(token, order):
    """The place a token names; None for a token that is none, which leads to the first page."""
    if not token or len(token) > LONGEST_TOKEN:
        return None
    try:
        value, key = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        return _typed(value, order.column.expression.type.python_type), UUID(key)
    except (ValueError, TypeError, ArithmeticError, AttributeError, RecursionError):
        return None


def _typed(value, kind):
    if value is None:
        return None
    if kind in (date, datetime):
        return kind.fromisoformat(value)
    if kind is Decimal:
        number = Decimal(value)
        if not number.is_finite() or abs(number.adjusted()) > 20:
            raise ValueError(value)
        return number
    if kind is bool:
        return bool(value)
    text = str(value)
    text.encode()  # half a surrogate is no text
    if "\0" in text:
        raise ValueError(value)
    return kind(text)
