"""Ways to reach people, as they are written down: checked, and in one form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.errors import AppError
from app.models.people import EmailAddress, Person, PhoneNumber

if TYPE_CHECKING:
    import phonenumbers

_EMAIL = re.compile(r"[^@\s\x00-\x1f,;<>\"]{1,64}@[^@\s\x00-\x1f,;<>\"]{1,253}")


PHONE: Any = (
    select(PhoneNumber.number)
    .where(PhoneNumber.person_uuid == Person.uuid)
    .order_by(PhoneNumber.valid.desc(), PhoneNumber.position, PhoneNumber.uuid)
    .limit(1)
    .scalar_subquery()
)
"""The number that is tried first, for queries over `Person`."""

EMAIL: Any = (
    select(EmailAddress.address)
    .where(EmailAddress.person_uuid == Person.uuid)
    .order_by(EmailAddress.valid.desc(), EmailAddress.position, EmailAddress.uuid)
    .limit(1)
    .scalar_subquery()
)
"""The address that is written to, for queries over `Person`."""


class NotAnAddress(AppError):
    """This is not an email address; write it as ann@example.org."""


class NotANumber(AppError):
    """This is not a phone number; write it with its area code, and from abroad with + in front."""


class NotACountry(AppError):
    """This is not a country; write the two letters of ISO 3166, such as US."""


def email_address(text: str) -> str:
    """An email address with its domain in small letters (RFC 5321, 2.4: domains have no case)."""
    tidy = text.strip()
    name, at, domain = tidy.rpartition("@")
    if not _EMAIL.fullmatch(tidy) or "." not in domain.strip(".") or ".." in domain:
        raise NotAnAddress
    return f"{name}{at}{domain.lower()}"


def phone_number(text: str, *, country: str) -> str:
    """A phone number as +15155550134 (ITU-T E.164), its extension behind it: +15155550134 x12.

    Without + it is one of this country. Only how long a number may be there is checked, as new
    area codes come faster than new versions of the program. Raises NotANumber.
    """
    import phonenumbers as library

    found = _parsed(text, country)
    # Short ones that work within a town only are none to keep.
    if found is None or library.is_possible_number_with_reason(found) != (
        library.ValidationResult.IS_POSSIBLE
    ):
        raise NotANumber
    kept = library.format_number(found, library.PhoneNumberFormat.E164)
    return f"{kept} x{found.extension}" if found.extension else kept


def phone_shown(number: str, *, country: str) -> str:
    """As people write it at home, or with the code of its country elsewhere."""
    import phonenumbers as library

    found = _parsed(number, country)
    if found is None:  # brought in as it was
        return number
    at_home = library.country_code_for_region(country) == found.country_code
    forms = library.PhoneNumberFormat
    return library.format_number(found, forms.NATIONAL if at_home else forms.INTERNATIONAL)


def phone_digits(text: str, *, country: str) -> str:
    """The digits to find a number by, or a part of one: without the code of its country."""
    import phonenumbers as library

    found = _parsed(text, country)
    if found is None:
        return re.sub(r"\D", "", text).lstrip("0")
    return library.national_significant_number(found)


def _parsed(text: str, country: str) -> phonenumbers.PhoneNumber | None:
    import phonenumbers as library

    try:
        return library.parse(text, country)
    except library.NumberParseException:
        return None


def country(text: str) -> str:
    """A country as two capital letters (ISO 3166-1 alpha-2)."""
    from babel import Locale

    tidy = text.strip().upper()
    if len(tidy) != 2 or tidy not in Locale("en").territories:
        raise NotACountry
    return tidy
