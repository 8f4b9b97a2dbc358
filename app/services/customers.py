"""Customers: who belongs to them and who shops in their name."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import AppError
from app.models.customers import Customer, Shopper, ShopperSpan
from app.models.people import Person


class NoShopperAnyMore(AppError):
    """This person does not shop in the name of the customer any more."""


class ShopsAlready(AppError):
    """This person shops in the name of the customer already."""


class EndsBeforeItBegan(AppError):
    """They cannot stop before they began."""


def add_shopper(session: Session, customer: Customer, person: Person, *, on: date) -> Shopper:
    """Let a person shop in the name of a customer from a day on, under the next number.

    Who did so before gets the old number back. Raises ShopsAlready.
    """
    # Lock first, look second: two people may add a shopper at once.
    session.scalars(select(Customer).where(Customer.uuid == customer.uuid).with_for_update()).one()
    theirs = select(Shopper).where(Shopper.customer_uuid == customer.uuid)
    shopper = session.scalar(theirs.where(Shopper.person_uuid == person.uuid).limit(1))
    if shopper is None:
        last = select(func.max(Shopper.number)).where(Shopper.customer_uuid == customer.uuid)
        number = (session.scalar(last) or 0) + 1
        shopper = Shopper(customer=customer, person=person, number=number)
        session.add(shopper)
    elif shopper.active:
        raise ShopsAlready
    shopper.active = True
    session.add(ShopperSpan(shopper=shopper, starts_on=on))
    session.flush()
    return shopper


def end_shopper(session: Session, shopper: Shopper, *, on: date) -> None:
    """A person shops in the name of a customer until a day and no longer."""
    if not shopper.active:
        raise NoShopperAnyMore
    query = select(ShopperSpan).where(
        ShopperSpan.shopper_uuid == shopper.uuid, ShopperSpan.ends_on.is_(None)
    )
    for span in session.scalars(query):
        if span.starts_on is not None and on < span.starts_on - timedelta(days=1):
            raise EndsBeforeItBegan
        span.ends_on = max(on, span.starts_on or on)
    shopper.active = False
    session.flush()


def next_number(session: Session) -> str:
    """A number for a new customer: one more than the largest that is made of digits only."""
    digits = Customer.number.regexp_match("^[0-9]{1,15}$")
    largest = session.scalar(
        select(Customer.number).where(digits).order_by(
            func.length(func.ltrim(Customer.number, "0")).desc(), Customer.number.desc()
        ).limit(1)
    )  # fmt: skip
    return str(int(largest or 0) + 1)
