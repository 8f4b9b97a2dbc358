"""Merging: everything moves, nothing is lost silently, and all of it can be undone."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from app.db import Author, announce
from app.db.unit_of_work import change_set_of
from app.models.customers import Customer, CustomerPerson, Shopper
from app.models.employees import Employee
from app.models.merges import MergedRecord
from app.models.notes import Note
from app.models.people import EmailAddress, Person, PhoneNumber
from app.models.products import Product, ProductCode, ProductCost, ProductPrice
from app.models.vendors import Vendor
from app.services import merging, undoing, users
from app.testing.samples import sample


@pytest.fixture
def ann(session):
    return sample(session, Person, first_name="Ann", last_name="Lee", born_on=None)


@pytest.fixture
def old_ann(session):
    return sample(session, Person, first_name="Anne", last_name="Lee", born_on=date(1980, 1, 2))


@pytest.fixture
def vendor(session):
    return sample(session, Vendor, number="N", name="Northfield")


def product(session, number, **told):
    return sample(session, Product, number=number, description=f"Tea {number}", **told)


def in_one_change_set(session):
    """What was written so far is committed, and what follows is signed."""
    session.commit()
    announce(session(), Author("test"))


def ways(told):
    return {(clash.table, clash.way): clash for clash in told.clashes}


def test_what_refers_to_the_one_refers_to_the_other_afterwards(session, ann, old_ann):
    phone = sample(session, PhoneNumber, person_uuid=old_ann.uuid)
    customer = sample(session, Customer, account_holder_uuid=old_ann.uuid)
    user = users.create(session, "ann", by="test", person=old_ann)
    told = merging.merge(session, keep=ann, remove=old_ann)
    assert {(m.table, m.count) for m in told.moving} == {
        ("phone_number", 1), ("customer", 1), ("user", 1),
    }  # fmt: skip
    assert {phone.person, customer.account_holder, user.person} == {ann}
    assert session.get(Person, told.remove.uuid) is None


def test_the_preview_writes_nothing(session, ann, old_ann):
    sample(session, PhoneNumber, person_uuid=old_ann.uuid)
    told = merging.plan(session, keep=ann, remove=old_ann, fill=("born_on",))
    assert told.count == 1
    assert old_ann.phones
    assert ann.born_on is None


def test_empty_fields_are_filled_in_and_others_are_kept(session, ann, old_ann):
    told = merging.merge(session, keep=ann, remove=old_ann, fill=("born_on", "first_name"))
    assert [fact.name for fact in told.facts if fact.fills] == ["born_on"]
    assert (ann.first_name, ann.born_on) == ("Ann", date(1980, 1, 2))


def test_the_same_phone_number_is_kept_once_and_others_come_behind(session, ann, old_ann):
    sample(session, PhoneNumber, person_uuid=ann.uuid, number="1", position=1)
    sample(session, PhoneNumber, person_uuid=old_ann.uuid, number="1", position=3)
    sample(session, PhoneNumber, person_uuid=old_ann.uuid, number="2", position=1)
    told = merging.merge(session, keep=ann, remove=old_ann)
    assert ways(told)["phone_number", "same"].names == ("1",)
    assert [(p.number, p.position) for p in ann.phones] == [("1", 1), ("2", 2)]


def test_belonging_to_one_customer_twice_becomes_once(session, ann, old_ann):
    customer = sample(session, Customer)
    for person in (ann, old_ann):
        sample(session, CustomerPerson, customer_uuid=customer.uuid, person_uuid=person.uuid)
    told = merging.merge(session, keep=ann, remove=old_ann)
    assert len(ways(told)["customer_person", "drop"].uuids) == 1
    assert [link.person for link in customer.people] == [ann]


def test_shoppers_of_two_accounts_keep_apart_by_new_numbers(session, ann, old_ann):
    keep, gone = sample(session, Customer), sample(session, Customer)
    sample(session, Shopper, number=900)  # of an account that has nothing to do with it
    for customer, number in ((keep, 1), (keep, 2), (gone, 1), (gone, 2), (gone, 7)):
        person = sample(session, Person)
        sample(session, Shopper, customer_uuid=customer.uuid, person_uuid=person.uuid,
               number=number)  # fmt: skip
    told = merging.merge(session, keep=keep, remove=gone)
    assert len(ways(told)["shopper", "renumber"].uuids) == 2
    assert [shopper.number for shopper in keep.shoppers] == [1, 2, 7, 8, 9]


def test_a_product_keeps_its_own_cost_and_primary_code(session, vendor):
    keep, gone = product(session, "1"), product(session, "2")
    other = sample(session, Vendor, number="O")
    for one, cost in ((keep, "1.50"), (gone, "1.70")):
        sample(session, ProductCost, product_uuid=one.uuid, vendor_uuid=vendor.uuid,
               case_cost=Decimal(cost), is_preferred=one is keep)  # fmt: skip
        sample(session, ProductCode, product_uuid=one.uuid, is_primary=True)
    sample(session, ProductCost, product_uuid=gone.uuid, vendor_uuid=other.uuid, is_preferred=True)
    own = keep.codes[0].gtin
    told = ways(merging.merge(session, keep=keep, remove=gone))
    assert len(told["product_cost", "drop"].uuids) == 1
    assert told["product_code", "unflag"].column == "is_primary"
    assert [(c.gtin == own, c.is_primary) for c in keep.codes] == [(True, True), (False, False)]
    assert [(c.vendor.number, c.is_preferred) for c in keep.costs] == [("N", True), ("O", False)]
    assert keep.costs[0].case_cost == Decimal("1.50")


def test_of_two_prices_for_one_day_the_kept_products_stays(session):
    keep, gone = product(session, "1"), product(session, "2")
    for one, price in ((keep, 1), (gone, 2)):
        sample(session, ProductPrice, product_uuid=one.uuid, kind="regular", price=Decimal(price))
    sample(session, ProductPrice, product_uuid=gone.uuid, kind="sale", price=Decimal("0.5"))
    told = merging.merge(session, keep=keep, remove=gone)
    assert ways(told)["product_price", "drop"].rule == "ex_product_price_overlap"
    assert [(p.kind, p.price) for p in keep.prices] == [("regular", 1), ("sale", Decimal("0.5"))]


def test_the_preferred_cost_of_a_merged_vendor_is_that_of_the_other(session, vendor):
    other, third = sample(session, Vendor, number="O"), sample(session, Vendor, number="T")
    tea, milk = product(session, "1"), product(session, "2")
    for one, whose, preferred in (
        (tea, vendor, False), (tea, other, True), (milk, vendor, False), (milk, other, False),
        (milk, third, True),
    ):  # fmt: skip
        sample(session, ProductCost, product_uuid=one.uuid, vendor_uuid=whose.uuid,
               case_cost=Decimal(1 + preferred), is_preferred=preferred)  # fmt: skip
    told = merging.merge(session, keep=vendor, remove=other)
    assert len(ways(told)["product_cost", "drop"].uuids) == 2
    assert [(c.vendor.number, c.is_preferred) for c in tea.costs] == [("N", True)]
    preferred = {c.vendor.number: c.is_preferred for c in milk.costs}
    assert preferred == {"N": False, "T": True}


def test_amounts_are_added_up_where_the_view_says_so(session):
    session.execute(text("CREATE TABLE poser_stock (uuid uuid PRIMARY KEY DEFAULT uuidv7(),"
                         " product uuid REFERENCES product ON DELETE CASCADE, place text,"
                         " on_hand numeric, UNIQUE (product, place))"))  # fmt: skip
    keep, gone = product(session, "1"), product(session, "2")
    for one, place, count in (
        (keep, "a", 3), (gone, "a", 3), (keep, "b", None), (gone, "b", 2), (gone, "c", 1),
    ):  # fmt: skip
        session.execute(
            text("INSERT INTO poser_stock (product, place, on_hand) VALUES (:p, :a, :n)"),
            {"p": str(one.uuid), "a": place, "n": count},
        )
    told = merging.merge(session, keep=keep, remove=gone, add=("poser_stock.on_hand",))
    assert len(ways(told)["poser_stock", "add"].uuids) == 2
    rows = session.execute(text("SELECT place, on_hand FROM poser_stock ORDER BY place")).all()
    assert [tuple(row) for row in rows] == [("a", 6), ("b", 2), ("c", 1)]


def test_two_employees_are_for_a_person_to_decide(session, ann, old_ann):
    from app.models.employees import Employment

    for person in (ann, old_ann):
        employee = sample(session, Employee, person_uuid=person.uuid)
        sample(session, Employment, employee_uuid=employee.uuid)
    told = merging.plan(session, keep=ann, remove=old_ann)
    assert told.is_blocked
    assert ways(told)["employee", "blocked"].names
    with pytest.raises(merging.MustDecideFirst):
        merging.merge(session, keep=ann, remove=old_ann)


def test_notes_move_too(session, ann, old_ann):
    note = sample(session, Note, subject_table="person", subject_uuid=old_ann.uuid, text="Hello")
    told = merging.merge(session, keep=ann, remove=old_ann)
    assert ("note", 1) in {(m.table, m.count) for m in told.moving}
    assert note.subject_uuid == ann.uuid


def test_nobody_is_merged_with_themselves_or_with_a_customer(session, ann):
    with pytest.raises(merging.MergeWithItself):
        merging.merge(session, keep=ann, remove=ann)
    with pytest.raises(merging.NotOfOneKind):
        merging.merge(session, keep=ann, remove=sample(session, Customer))


def test_what_is_gone_leads_to_what_was_kept_also_over_two_merges(session, ann, old_ann):
    third = sample(session, Person, first_name="Third")
    first, second = old_ann.uuid, ann.uuid
    merging.merge(session, keep=ann, remove=old_ann)
    merging.merge(session, keep=third, remove=ann)
    assert merging.successor(session, "person", first) == third.uuid
    assert merging.successor(session, "person", second) == third.uuid
    assert merging.successor(session, "product", first) is None


def test_the_number_of_a_merged_customer_means_the_other(session):
    keep, gone = sample(session, Customer, number="1"), sample(session, Customer, number="2")
    merging.merge(session, keep=keep, remove=gone)
    assert merging.known_by(session, "customer", "2") == keep.uuid
    assert merging.known_by(session, "customer", "3") is None


def test_a_table_of_a_project_moves_too(session, ann, old_ann):
    session.execute(text("CREATE TABLE poser_card (uuid uuid PRIMARY KEY DEFAULT uuidv7(),"
                         " holder uuid NOT NULL REFERENCES person, nick text,"
                         " UNIQUE (holder, nick))"))  # fmt: skip
    for person, nick in ((ann, "a"), (old_ann, "a"), (old_ann, "b"), (old_ann, None)):
        session.execute(text("INSERT INTO poser_card (holder, nick) VALUES (:p, :n)"),
                        {"p": str(person.uuid), "n": nick})  # fmt: skip
    told = merging.merge(session, keep=ann, remove=old_ann)
    assert len(ways(told)["poser_card", "drop"].uuids) == 1
    kept = session.execute(text("SELECT nick FROM poser_card ORDER BY nick")).scalars().all()
    assert kept == ["a", "b", None]


def test_a_merge_is_one_change_set_and_can_be_undone(session, ann, old_ann):
    sample(session, EmailAddress, person_uuid=old_ann.uuid, address="anne@example.org")
    sample(session, Note, subject_table="person", subject_uuid=old_ann.uuid, text="Hello")
    customer = sample(session, Customer, account_holder_uuid=old_ann.uuid)
    for person in (ann, old_ann):
        sample(session, CustomerPerson, customer_uuid=customer.uuid, person_uuid=person.uuid)
        sample(session, PhoneNumber, person_uuid=person.uuid, number="1")
    gone = old_ann.uuid
    in_one_change_set(session)
    merging.merge(session, keep=ann, remove=old_ann, fill=("born_on",))
    number = change_set_of(session)
    session.commit()
    undoing.undo(session, number)
    session.commit()
    back = session.get(Person, gone)
    assert (back.first_name, ann.born_on) == ("Anne", None)
    assert [e.address for e in back.emails] == ["anne@example.org"]
    assert (len(back.phones), len(ann.phones), len(customer.people)) == (1, 1, 2)
    assert customer.account_holder is back
    assert session.scalar(select(Note.subject_uuid)) == gone
    assert session.scalar(select(MergedRecord)) is None
    assert merging.successor(session, "person", gone) is None


def test_the_change_set_says_what_it_was(session, ann, old_ann):
    in_one_change_set(session)
    merging.merge(session, keep=ann, remove=old_ann)
    session.commit()
    reason = session.scalar(text("SELECT reason FROM transaction ORDER BY id DESC LIMIT 1"))
    assert reason == "Merge of “Anne Lee” into “Ann Lee”"


def test_a_request_is_done_by_whoever_merges(session, ann, old_ann):
    bob = users.create(session, "bob", by="test")
    asked = merging.request(session, keep=old_ann, remove=ann, by=bob, reason="Same phone")
    with pytest.raises(merging.RequestedAlready):
        merging.request(session, keep=ann, remove=old_ann, by=bob)
    third = sample(session, Person, first_name="Third")
    about_gone = merging.request(session, keep=third, remove=old_ann, by=bob)
    merging.merge(session, keep=ann, remove=old_ann, by=bob)
    assert (asked.state, asked.settled_by) == ("merged", bob)
    assert (about_gone.state, about_gone.remove_uuid) == ("open", ann.uuid)


def test_a_request_is_declined_once(session, ann, old_ann):
    bob = users.create(session, "bob", by="test")
    asked = merging.request(session, keep=ann, remove=old_ann, by=bob)
    merging.decline(session, asked, by=bob)
    with pytest.raises(merging.SettledAlready):
        merging.decline(session, asked, by=bob)
