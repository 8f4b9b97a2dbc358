"""Parts of one, which people read and write as percents."""

from flask_babel import gettext as _

from app.errors import AppError
from app.web import formats
from app.web.master.fields import decimal_of


def read_share(text):
    """6.25 or 6.25 % is 0.0625."""
    try:
        value = decimal_of(text.removesuffix("%").strip())
    except ValueError as error:
        raise AppError(str(error)) from error
    if not 0 <= value <= 100:
        raise AppError(_("Write a percentage from 0 to 100."))
    if -value.as_tuple().exponent > 3:
        raise AppError(_("Write at most %(count)s decimals.", count=3))
    return value / 100


def write_share(value):
    return formats.quantity(value * 100)


SHARE = {"read": read_share, "write": write_share, "unit": "%"}
"""What a Field of a share says: `Field(Tax.rate, **SHARE)`."""
