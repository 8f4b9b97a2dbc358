"""Ways to reach people, as they are written down: checked, and in one form."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select

from app.errors import AppError
from app.models.people import EmailAddress, Person, PhoneNumber

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
    """This is not a phone number; write it with its area code, such as 515 555 0134."""


class NotACountry(AppError):
    """This is not a country; write the two letters of ISO 3166, such as US."""


def email_address(text: str) -> str:
    """An email address with its domain in small letters (RFC 5321, 2.4: domains have no case)."""
    tidy = text.strip()
    name, at, domain = tidy.rpartition("@")
    if not _EMAIL.fullmatch(tidy) or "." not in domain.strip(".") or ".." in domain:
        raise NotAnAddress
    return f"{name}{at}{domain.lower()}"


def phone_number(text: str) -> str:
    """A phone number as written, without doubled spaces; at least five digits, at most fifteen."""
    tidy = " ".join(text.split())
    digits = re.sub(r"\D", "", tidy)
    if not re.fullmatch(r"\+?[\d ().\-/x]+", tidy) or not 5 <= len(digits) <= 20:
        raise NotANumber
    return tidy


def country(text: str) -> str:
    """A country as two capital letters (ISO 3166-1 alpha-2)."""
    from babel import Locale

    tidy = text.strip().upper()
    if len(tidy) != 2 or tidy not in Locale("en").territories:
        raise NotACountry
    return tidy
