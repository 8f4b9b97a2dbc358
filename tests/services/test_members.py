"""Members: what they paid is told by their payments alone."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.models.members import Member, MembershipType
from app.services import dependents, members
from app.testing.samples import sample

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def owner(session):
    return sample(session, MembershipType, name="Owner", equity_required=Decimal(100))


@pytest.fixture
def ann(session, owner):
    return sample(session, Member, number="7", membership_type=owner, joined_on=date(2020, 1, 1))


def paid(session, member, *amounts):
    for n, amount in enumerate(amounts):
        members.pay(session, member, Decimal(amount), at=NOON + timedelta(days=n))
    return members.equity(session, member)


def test_a_new_member_has_paid_nothing(session, ann):
    told = members.equity(session, ann)
    assert (told.paid, told.missing, told.last_paid_at, told.is_current) == (0, 100, None, False)


def test_payments_add_up(session, ann):
    told = paid(session, ann, 25, "50.50")
    assert (told.paid, told.missing, told.credit) == (Decimal("75.50"), Decimal("24.50"), 0)
    assert told.last_paid_at == NOON + timedelta(days=1)


def test_who_paid_all_is_paid_up_and_more_is_credit(session, ann):
    told = paid(session, ann, 100, 20)
    assert (told.is_current, told.missing, told.credit) == (True, 0, 20)


def test_who_pays_in_parts_is_paid_up_until_the_next_is_due(session, ann):
    today = session.scalar(select(func.current_date()))
    members.pay(session, ann, Decimal(10), at=NOON, next_due_on=today + timedelta(days=30))
    assert members.equity(session, ann).is_current
    ann.equity_due_on = today - timedelta(days=3)
    session.flush()
    assert not members.equity(session, ann).is_current


def test_where_nothing_is_asked_for_everybody_is_paid_up(session):
    assert members.equity(session, sample(session, Member)).is_current


def test_a_returned_payment_does_not_count(session, ann):
    payment = members.pay(session, ann, Decimal(100), at=NOON)
    payment.state = "returned"
    session.flush()
    assert members.equity(session, ann).paid == 0


def test_money_is_paid_back_but_no_more_than_was_paid(session, ann):
    assert paid(session, ann, 100, -40).paid == 60
    with pytest.raises(members.MoreThanPaid):
        members.pay(session, ann, Decimal(-61), at=NOON)
    with pytest.raises(members.NothingPaid):
        members.pay(session, ann, Decimal(0), at=NOON)


def test_equity_is_not_limited_to_a_thousand(session, ann):
    assert paid(session, ann, "123456.78").paid == Decimal("123456.78")


def test_a_grid_asks_for_equity_by_the_same_rule(session, ann):
    paid(session, ann, 100)
    query = select(Member.number, members.EQUITY, members.EQUITY_IS_CURRENT)
    assert session.execute(query).all() == [("7", 100, True)]


def test_a_member_with_payments_is_not_deleted(session, ann):
    paid(session, ann, 5)
    with pytest.raises(dependents.InUse, match="1 × equity payment"):
        dependents.delete(session, ann)


def test_a_member_withdraws_once_and_not_before_joining(session, ann):
    with pytest.raises(members.WithdrewBeforeJoining):
        members.withdraw(session, ann, date(2019, 1, 1))
    members.withdraw(session, ann, date(2026, 1, 1))
    assert (ann.active, ann.withdrew_on) == (False, date(2026, 1, 1))
    with pytest.raises(members.AlreadyWithdrawn):
        members.withdraw(session, ann, date(2026, 1, 2))


def test_who_was_a_member_on_a_day(session, ann):
    members.withdraw(session, ann, date(2026, 1, 1))
    asked = [date(2019, 12, 31), date(2020, 1, 1), date(2026, 1, 1), date(2026, 1, 2)]
    found = [len(session.scalars(select(Member).where(members.current_on(d))).all()) for d in asked]
    assert found == [0, 1, 1, 0]


def test_a_membership_is_of_somebody(session):
    session.add(Member(number="8"))
    with pytest.raises(IntegrityError, match="of_somebody"):
        session.flush()
