"""A shop in which something happens: in its coolers, its orders, and among its people.

Each part returns the addresses of its pages.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import sin

from sqlalchemy import select

from app.models.customers import Customer
from app.models.employees import Employee, ScheduledShift
from app.models.members import Member, MembershipType
from app.models.notes import Note
from app.models.orders import CustomerOrder
from app.models.people import Person, PhoneNumber
from app.models.products import Product
from app.models.stores import Store
from app.models.tempmon import Appliance, Client, Probe
from app.models.users import User
from app.models.vendors import Vendor
from app.services import (
    employees,
    help_texts,
    members,
    merging,
    messages,
    orders,
    purchases,
    temperatures,
    users,
)
from app.services.temperatures import Taken


def fill(session):
    """Let all of it happen; addresses by name."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    store = Store(number=1, name="Main Street")
    session.add(store)
    told = help_texts.write(session, "purchases", text="Ask **Ann** first.")
    return {
        "help": f"/page-helps/{told.uuid}/edit", **coolers(session, now),
        **trade(session, store, now), **people(session, store, now),
    }  # fmt: skip


def coolers(session, now):
    """A dairy cooler that is too warm, and a freezer without news."""
    long_ago = now - timedelta(days=2)
    pi = Client(key="pi", hostname="pi-backroom", enabled_since=long_ago, location="Back room")
    dairy = Appliance(name="Dairy cooler", location="Aisle 4")
    probe = Probe(key="dairy", description="Top shelf", client=pi, appliance=dairy,
                  enabled_since=long_ago, good_min=Decimal(0), good_max=Decimal(5),
                  critical_max=Decimal(9), high_delay=5)  # fmt: skip
    session.add_all([probe, Appliance(name="Ice cream", kind="freezer")])
    session.flush()
    readings = [
        Taken("dairy", now - timedelta(minutes=at), Decimal(str(round(3 + sin(at / 30), 2))))
        for at in range(20, 1200, 10)
    ] + [Taken("dairy", now - timedelta(minutes=at), Decimal(7)) for at in range(20)]
    temperatures.record(session, readings, at=now)
    return {
        "appliances": "/appliances/overview", "appliance": f"/appliances/{dairy.uuid}",
        "probe": f"/probes/{probe.uuid}", "probe-edit": f"/probes/{probe.uuid}/edit",
        "readings": f"/readings/?probe={probe.uuid}", "setup": "/setup-changes/",
    }  # fmt: skip


def trade(session, store, now):
    """A purchase of which a case was broken, and an order that may be picked up."""
    yogurt = session.scalars(select(Product).where(Product.number == "1")).one()
    vendor, ann = session.scalars(select(Vendor)).one(), session.scalars(select(User)).first()
    purchase = purchases.create(session, vendor=vendor, store=store, po_number="P-77")
    item = purchases.add_item(session, purchase, yogurt, cases=Decimal(4))
    purchases.step(session, purchase, "ordered", on=now.date())
    purchases.receive(session, item, cases_received=Decimal(3), cases_damaged=Decimal(1))
    order = CustomerOrder(contact_name="Bob May", phone="515 555 0134", created_by=ann)
    session.add(order)
    ordered = orders.add_item(session, order, yogurt, by=ann, at=now)
    orders.step(session, ordered, "ready", by=ann, at=now, note_="He will pick it up.")
    return {
        "purchases": "/purchases/", "purchase": f"/purchases/{purchase.uuid}",
        "purchase-item": f"/purchase-items/{item.uuid}/edit",
        "order": f"/customer-orders/{order.uuid}", "order-item": f"/order-items/{ordered.uuid}",
    }  # fmt: skip


def people(session, store, now):
    """Maud Finch, who is there twice, a customer, a member and at work; and a message of Bob's."""
    maud, maude = Person(first_name="Maud", last_name="Finch"), Person(first_name="Maude")
    maude.last_name = "Finch"
    session.add_all([maud, maude, PhoneNumber(person=maude, number="515 555 0188")])
    finch = Customer(number="100", name="Finch", account_holder=maud)
    share = MembershipType(number=1, name="Owner", equity_required=Decimal(200))
    member = Member(number="7", customer=finch, person=maud, membership_type=share,
                    joined_on=date(2020, 2, 1))  # fmt: skip
    worker = Employee(person=maud, name="Maud", number=4)
    session.add_all([finch, member, worker])
    session.flush()
    session.add(Note(subject_table="person", subject_uuid=maud.uuid, text="Likes tea"))
    members.pay(session, member, Decimal(50), at=now)
    employees.hire(session, worker, date(2020, 2, 1))
    employees.punch_in(session, worker, at=now - timedelta(hours=7), store=store)
    employees.punch_out(session, worker, at=now - timedelta(hours=3))
    session.add(ScheduledShift(employee=worker, store=store, starts_at=now,
                               ends_at=now + timedelta(hours=4)))  # fmt: skip
    ann = session.scalars(select(User)).first()
    bob = users.create(session, "bob", by=None, name="Bob May")
    message = messages.send(session, bob, [ann], "Broken case", "One of four.\nPhotos follow.")
    merging.request(session, keep=maud, remove=maude, by=bob, reason="Same phone")
    return {
        "person": f"/people/{maud.uuid}", "customers": "/customers/",
        "customer": f"/customers/{finch.uuid}", "members": "/members/",
        "member": f"/members/{member.uuid}", "employee": f"/employees/{worker.uuid}",
        "week": "/worked-shifts/week", "scheduled": "/scheduled-shifts/week",
        "messages": "/messages/", "message": f"/messages/{message.uuid}",
        "merge": f"/people/merge?keep={maud.uuid}&remove={maude.uuid}",
        "merge-requests": "/merge-requests/",
    }  # fmt: skip
