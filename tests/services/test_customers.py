"""Customers: their shoppers, and who becomes one."""

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from app.models.customers import Customer, CustomerInGroup, CustomerPerson, ShopperSpan
from app.models.pending_customers import PendingCustomer
from app.models.people import EmailAddress, Person, PhoneNumber
from app.services import customers, pending_customers
from app.testing.samples import sample


@pytest.fixture
def household(session):
    return sample(session, Customer, number="100", name="Lee")


@pytest.fixture
def ann(session):
    return sample(session, Person, first_name="Ann", last_name="Lee")


@pytest.fixture
def bob(session):
    return sample(session, Person, first_name="Bob", last_name="May")


@pytest.fixture
def asked(session):
    return sample(
        session, PendingCustomer, first_name="Bob", last_name="May", phone="515 555 0134",
        email="bob@example.org", street="1 Elm St", city="Ames",
    )  # fmt: skip


def test_a_number_is_of_one_customer(session, household):
    with pytest.raises(IntegrityError, match="uq_customer_number"):
        sample(session, Customer, number="100")


@pytest.mark.parametrize("model", [CustomerPerson, CustomerInGroup])
def test_nobody_belongs_to_a_customer_twice(session, model):
    first = sample(session, model)
    same = {c: getattr(first, c) for c in ("customer_uuid", "person_uuid", "group_uuid")
            if hasattr(first, c)}  # fmt: skip
    with pytest.raises(IntegrityError, match="uq_customer"):
        sample(session, model, **same)


def test_shoppers_get_the_next_number_of_the_account(session, household, ann, bob):
    first = customers.add_shopper(session, household, ann, on=date(2026, 1, 1))
    second = customers.add_shopper(session, household, bob, on=date(2026, 2, 1))
    assert (first.number, second.number) == (1, 2)
    with pytest.raises(customers.ShopsAlready):
        customers.add_shopper(session, household, ann, on=date(2026, 3, 1))


def test_a_shopper_who_comes_back_has_the_old_number_and_a_new_span(session, household, ann):
    shopper = customers.add_shopper(session, household, ann, on=date(2026, 1, 1))
    customers.end_shopper(session, shopper, on=date(2026, 6, 30))
    with pytest.raises(customers.NoShopperAnyMore):
        customers.end_shopper(session, shopper, on=date(2026, 7, 1))
    assert customers.add_shopper(session, household, ann, on=date(2026, 9, 1)) is shopper
    session.refresh(shopper)
    assert [(s.starts_on, s.ends_on) for s in shopper.spans] == [
        (date(2026, 1, 1), date(2026, 6, 30)),
        (date(2026, 9, 1), None),
    ]


def test_spans_of_one_shopper_do_not_overlap(session, household, ann):
    shopper = customers.add_shopper(session, household, ann, on=date(2026, 1, 1))
    session.add(ShopperSpan(shopper=shopper, starts_on=date(2025, 1, 1), ends_on=date(2026, 1, 1)))
    with pytest.raises(IntegrityError, match="ex_shopper_span_overlap"):
        session.flush()


@pytest.mark.parametrize(
    ("numbers", "following"), [((), "1"), (("9", "0099", "x"), "100"), (("7b",), "1")]
)
def test_the_next_number_follows_the_largest(session, numbers, following):
    for number in numbers:
        sample(session, Customer, number=number)
    assert customers.next_number(session) == following


def test_a_pending_customer_becomes_a_customer_with_all_that_was_told(session, asked):
    made = pending_customers.make_customer(session, asked, by=None)
    person = made.account_holder
    assert (made.name, asked.state, asked.customer) == ("Bob May", "resolved", made)
    assert [str(one) for one in (*person.phones, *person.emails, *person.addresses)] == [
        "515 555 0134", "bob@example.org", "1 Elm St, Ames",
    ]  # fmt: skip
    assert [str(link.person) for link in made.people] == ["Bob May"]


def test_a_number_that_is_taken_makes_no_customer(session, asked, household):
    with pytest.raises(pending_customers.NumberTaken):
        pending_customers.make_customer(session, asked, by=None, number="100")
    assert asked.state == "open"


def test_a_pending_customer_is_settled_once(session, asked, bob):
    pending_customers.resolve(session, asked, person=bob, by=None)
    with pytest.raises(pending_customers.SettledAlready):
        pending_customers.ignore(session, asked, by=None)
    pending_customers.reopen(session, asked)
    assert (asked.state, asked.person, asked.settled_at) == ("open", None, None)
    with pytest.raises(pending_customers.NotSettled):
        pending_customers.reopen(session, asked)


def test_resolving_needs_somebody(session, asked):
    with pytest.raises(IntegrityError, match="resolved_into_somebody"):
        pending_customers.resolve(session, asked, by=None)


def test_who_is_likely_is_found_by_phone_email_name_and_number(session, asked, ann, household):
    phone = sample(session, Person, first_name="By", last_name="Phone")
    sample(session, PhoneNumber, person_uuid=phone.uuid, number="(515) 555-0134")
    email = sample(session, Person, first_name="By", last_name="Email")
    sample(session, EmailAddress, person_uuid=email.uuid, address="BOB@example.org")
    sample(session, Person, first_name="bob", last_name="may")
    sample(session, Person, first_name="Nobody", last_name="Else")
    household.account_holder, asked.number = ann, "100"
    session.flush()
    found = [str(person) for person in pending_customers.likely(session, asked)]
    assert sorted(found) == ["Ann Lee", "By Email", "By Phone", "bob may"]
