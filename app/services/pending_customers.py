"""Pending customers: finding out who they are, and making customers of them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.errors import AppError
from app.models.customers import Customer, CustomerPerson
from app.models.pending_customers import PendingCustomer
from app.models.people import EmailAddress, Person, PhoneNumber, PostalAddress
from app.models.users import User
from app.services import customers

LIKELY = 8


class SettledAlready(AppError):
    """This was settled already; open it again first."""


class NotSettled(AppError):
    """This is open."""


class NumberTaken(AppError):
    """There is already a customer with this number; resolve into that one, or give another."""


def likely(session: Session, pending: PendingCustomer) -> list[Person]:
    """People who may be meant: of the same email address, phone number or name, or account."""
    asked = [func.lower(Person.name) == pending.name.lower()]
    if pending.email:
        same = func.lower(EmailAddress.address) == pending.email.lower()
        asked.append(Person.emails.any(same))
    if pending.phone:
        digits = func.regexp_replace(PhoneNumber.number, r"\D", "", "g")
        same = func.right(digits, 10) == "".join(filter(str.isdigit, pending.phone))[-10:]
        asked.append(Person.phones.any(same))
    if pending.number:
        holders = select(Customer.account_holder_uuid).where(Customer.number == pending.number)
        asked.append(Person.uuid.in_(holders))
    query = select(Person).where(or_(*asked)).order_by(Person.name).limit(LIKELY)
    return list(session.scalars(query))


def resolve(
    session: Session,
    pending: PendingCustomer,
    *,
    customer: Customer | None = None,
    person: Person | None = None,
    by: User | None,
    at: datetime | None = None,
) -> None:
    """It is known who it is: a customer, a person, or a person of a customer.

    Of a person with one account only, that is taken too.
    """
    _require_open(session, pending)
    if customer is None and person is not None:
        customer = _only_account(session, person)
    pending.customer, pending.person = customer, person
    _settle(pending, "resolved", by, at)
    session.flush()


def make_customer(
    session: Session,
    pending: PendingCustomer,
    *,
    by: User | None,
    number: str | None = None,
    at: datetime | None = None,
) -> Customer:
    """Make a person and a customer of what they told, and resolve into them.

    Without a number they get the one they gave, else the next. Raises NumberTaken.
    """
    _require_open(session, pending)
    number = number or pending.number or customers.next_number(session)
    if session.scalar(select(Customer.uuid).where(Customer.number == number)):
        raise NumberTaken
    person = make_person(session, pending)
    customer = Customer(number=number, name=person.name, account_holder=person)
    session.add(customer)
    session.flush()
    session.add(CustomerPerson(customer=customer, person=person))
    resolve(session, pending, customer=customer, person=person, by=by, at=at)
    return customer


def make_person(session: Session, pending: PendingCustomer) -> Person:
    """A person with the phone, email and address that were told."""
    person = Person(
        first_name=pending.first_name, middle_name=pending.middle_name,
        last_name=pending.last_name,
    )  # fmt: skip
    session.add(person)
    session.flush()
    if pending.phone:
        session.add(PhoneNumber(person=person, number=pending.phone, kind=pending.phone_kind))
    if pending.email:
        session.add(EmailAddress(person=person, address=pending.email, kind=pending.email_kind))
    if pending.street and pending.city:
        session.add(PostalAddress(
            person=person, street=pending.street, street_2=pending.street_2, city=pending.city,
            region=pending.region, postal_code=pending.postal_code, country=pending.country,
            kind=pending.address_kind,
        ))  # fmt: skip
    session.flush()
    session.refresh(person)
    return person


def ignore(
    session: Session, pending: PendingCustomer, *, by: User | None, at: datetime | None = None
) -> None:
    """Nobody needs to know who it was."""
    _require_open(session, pending)
    _settle(pending, "ignored", by, at)
    session.flush()


def reopen(session: Session, pending: PendingCustomer) -> None:
    """It was somebody else, or matters after all; people and customers that were made stay."""
    if pending.state == "open":
        raise NotSettled
    pending.state, pending.settled_at, pending.settled_by = "open", None, None
    pending.customer = pending.person = None
    session.flush()


def _only_account(session: Session, person: Person) -> Customer | None:
    theirs = Customer.people.any(CustomerPerson.person_uuid == person.uuid)
    held = Customer.account_holder_uuid == person.uuid
    found = session.scalars(select(Customer).where(or_(held, theirs)).limit(2)).all()
    return found[0] if len(found) == 1 else None


def _require_open(session: Session, pending: PendingCustomer) -> None:
    # Lock first, look second: two people may resolve it at once.
    session.flush()
    session.refresh(pending, with_for_update={"of": PendingCustomer})
    if pending.state != "open":
        raise SettledAlready


def _settle(pending: PendingCustomer, state: str, by: User | None, at: datetime | None) -> None:
    pending.state, pending.settled_by = state, by
    pending.settled_at = at or datetime.now(UTC)
