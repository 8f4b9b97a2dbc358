"""Customers that are probably there twice."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from app.models.customers import Customer, CustomerPerson
from app.models.people import EmailAddress, PhoneNumber, PostalAddress

SHORTEST_PHONE = 7  # digits; less is an extension
MOST = 20
"""What more customers than this share belongs to an office or a home, and to nobody."""


def duplicates() -> Select[*tuple[Any, ...]]:
    """Customers that share a phone, an email address, or name and address with another one.

    Told once each, with the other customer of the smallest number.
    """
    marks = union_all(_by_phone(), _by_email(), _by_address()).subquery("marks")
    first = func.min(Customer.number).over(partition_by=(marks.c.shares, marks.c.mark))
    last = func.max(Customer.number).over(partition_by=(marks.c.shares, marks.c.mark))
    many = func.count().over(partition_by=(marks.c.shares, marks.c.mark))
    shared = (
        select(
            Customer.uuid,
            Customer.name,
            Customer.number,
            marks.c.shares,
            first.label("first"),
            last.label("last"),
            many.label("many"),
        )
        .join(marks, marks.c.customer_uuid == Customer.uuid)
        .subquery("shared")
    )
    other: ColumnElement[str] = func.coalesce(
        func.nullif(shared.c.first, shared.c.number), shared.c.last
    )
    return (
        select(
            shared.c.uuid,
            shared.c.name,
            shared.c.number,
            shared.c.shares,
            other.label("with_number"),
        )
        .where(shared.c.first != shared.c.last, shared.c.many <= MOST)
        .ext(distinct_on(shared.c.uuid))
        .order_by(shared.c.uuid, shared.c.shares)
    )


def _by_phone() -> Select[*tuple[Any, ...]]:
    digits = func.regexp_replace(PhoneNumber.number, "[^0-9]", "", "g")
    # With and without the country: the last ten digits tell who it is in most places.
    mark = func.right(digits, 10)
    return _of_people(PhoneNumber, "phone", mark).where(func.length(digits) >= SHORTEST_PHONE)


def _by_email() -> Select[*tuple[Any, ...]]:
    return _of_people(EmailAddress, "email", func.lower(func.btrim(EmailAddress.address)))


def _by_address() -> Select[*tuple[Any, ...]]:
    there = aliased(Customer)
    mark = _plain(there.name, PostalAddress.street, PostalAddress.postal_code, PostalAddress.city)
    return _of_people(PostalAddress, "address", mark).join(
        there, there.uuid == CustomerPerson.customer_uuid
    )


def _of_people(part: Any, shares: str, mark: ColumnElement[str]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            CustomerPerson.customer_uuid.label("customer_uuid"),
            literal(shares).label("shares"),
            mark.label("mark"),
        )
        .join(part, part.person_uuid == CustomerPerson.person_uuid)
        .where(part.valid)
        .distinct()
    )


def _plain(*parts: Any) -> ColumnElement[str]:
    """What two people write alike: small letters, no signs, no blanks."""
    return func.regexp_replace(func.lower(func.concat_ws(" ", *parts)), "[^[:alnum:]]", "", "g")
