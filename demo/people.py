"""The people of the demo shop: customers and members for the households of the data, employees.

The data knows households by number only. Their names, emails and phones are ours, and made so that
nobody takes them for real ones: from a pantry, at example.com, with numbers kept for stories. What
somebody is called follows from their number, so each demo shop has the same people.
"""

import csv
import gzip
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.models.customers import Customer, CustomerGroup, CustomerInGroup, CustomerPerson
from app.models.departments import Department
from app.models.employees import Employee, EmployeeDepartment, EmployeeStore, ScheduledShift
from app.models.members import Member, MembershipType
from app.models.people import EmailAddress, Person, PhoneNumber
from app.models.stores import Store
from app.services import customers, employees, members

FIRST = (
    "Alma", "Bruno", "Clementine", "Dill", "Edda", "Filbert", "Ginger", "Hugo", "Ivy", "Jasper",
    "Kale", "Linnet", "Magnus", "Nutmeg", "Olive", "Pepper", "Quentin", "Rosemary", "Sage",
    "Tilda", "Ursa", "Violet", "Wilbur", "Yarrow", "Zelda",
)  # fmt: skip
LAST = (
    "Applewood", "Breadbasket", "Cornflower", "Dumpling", "Eggplant", "Flapjack", "Gingerbread",
    "Honeycomb", "Icebox", "Jellyroll", "Kettle", "Larder", "Marmalade", "Noodle", "Oatcake",
    "Pickle", "Quince", "Radish", "Saltcellar", "Teaspoon", "Umbrella", "Vinegar", "Waffle",
)  # fmt: skip
# Name, department, store, days a week.
STAFF = (
    ("Greta Scale", "Produce", 367, 5), ("Otto Cleaver", "Meat", 367, 5),
    ("Wanda Whisk", "Pastry", 406, 4), ("Felix Forklift", "Grocery", 406, 5),
    ("Nora Nozzle", "Fuel", 292, 3), ("Basil Counter", "Deli", 292, 5),
)  # fmt: skip
SHARE, PART = Decimal(100), Decimal(25)


def fill(session: Session, today: date) -> None:
    """Customers, members and employees, unless there are customers."""
    if session.scalar(select(exists().select_from(Customer))):
        return
    with session.no_autoflush:
        made = _customers(session)
    session.flush()
    _members(session, made, today)
    _employees(session, today)


def name_of(number):
    """The invented name of a household: first and last."""
    return FIRST[number % len(FIRST)], LAST[number // len(FIRST) % len(LAST)]


def households():
    """Their numbers, as on the receipts."""
    path = Path(__file__).with_name("sales.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return sorted({int(row["household"]) for row in csv.DictReader(file)})


def _customers(session):
    groups = {name: CustomerGroup(number=str(place), name=name)
              for place, name in enumerate(("Newsletter", "Senior discount"), 1)}  # fmt: skip
    session.add_all(groups.values())
    made = []
    for number in households():
        person = _person(*name_of(number), number)
        customer = Customer(number=str(number), name=str(person), account_holder=person)
        customer.people = [CustomerPerson(person=person)]
        if number % 3 == 0:
            customer.groups = [CustomerInGroup(group=groups["Newsletter"])]
        session.add_all((person, customer))
        made.append((number, person, customer))
    return made


def _person(first, last, number):
    person = Person(first_name=first, last_name=last)
    address = f"{first}.{last}.{number}@example.com".lower()
    person.emails = [EmailAddress(kind="home", address=address)]
    person.phones = [PhoneNumber(kind="mobile", number=f"+1201555{100 + number % 100:04}")]
    return person


def _members(session, made, today):
    """Every fourth household owns a share, paid at once or in parts; some have a second shopper."""
    kind = MembershipType(number=1, name="Household", equity_required=SHARE)
    session.add(kind)
    for number, person, customer in made[::4]:
        joined = today - timedelta(days=60 + number % 900)
        parts = 1 + number % 4
        member = Member(
            number=str(number), person=person, customer=customer, membership_type=kind,
            joined_on=joined,
        )  # fmt: skip
        session.add(member)
        session.flush()
        for part in range(parts):
            paid = datetime.combine(joined + timedelta(days=14 * part), time(15), tzinfo=UTC)
            amount = SHARE if parts == 1 else PART
            members.pay(session, member, amount, at=paid, description="Share")
        if number % 5 == 0:
            second = Person(first_name=FIRST[(number + 7) % len(FIRST)], last_name=person.last_name)
            session.add(second)
            customers.add_shopper(session, customer, second, on=joined)


def _employees(session, today):
    stores = {store.number: store for store in session.scalars(select(Store))}
    departments = {one.name: one for one in session.scalars(select(Department))}
    for number, (name, department, store, days) in enumerate(STAFF, 1):
        first, last = name.split()
        person = Person(first_name=first, last_name=last)
        employee = Employee(number=number, person=person, name=first, full_time=days == 5)
        employee.stores = [EmployeeStore(store=stores[store])]
        if department in departments:  # a part of the products may have none of it
            employee.departments = [EmployeeDepartment(department=departments[department])]
        session.add(employee)
        employees.hire(session, employee, today - timedelta(days=200 * number))
        _shifts(session, employee, stores[store], days, today)


def _shifts(session, employee, store, days, today):
    """What they worked last week and shall work in this one."""
    monday = today - timedelta(days=today.weekday())
    for day in range(days):
        begin = _moment(monday - timedelta(days=7 - day), 13 + employee.number % 3)
        employees.punch_in(session, employee, at=begin, store=store)
        end = begin + timedelta(hours=8, minutes=7 * day % 25)
        employees.punch_out(session, employee, at=end)
        planned = begin + timedelta(days=7)
        session.add(
            ScheduledShift(employee=employee, store=store, starts_at=planned,
                           ends_at=planned + timedelta(hours=8))
        )  # fmt: skip


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=UTC)
