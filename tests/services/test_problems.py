"""Problem reports: what each finds, what is new, what is solved, and that one may break."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import column, select, table

from app.models.customers import Customer, CustomerPerson
from app.models.departments import Department
from app.models.people import EmailAddress, Person, PhoneNumber, PostalAddress
from app.models.problems import ProblemFinding, ProblemLook
from app.models.products import Product, ProductCode, ProductCost, ProductPrice
from app.models.vendors import Vendor
from app.services import problems

TODAY = datetime.now(UTC).date()


@pytest.fixture
def reports(app):
    return app.extensions["storekeeper"].all("problem_reports")


@pytest.fixture
def product(session):
    """A product nobody can say anything against, with what a test says otherwise."""
    department = Department(number="1", name="Dairy")
    vendor = Vendor(number="v1", name="Farm")
    session.add_all([department, vendor])
    session.flush()
    numbers = iter(range(1000, 2000))

    def product(*, price="2.00", cost="1.00", ends_on=None, **facts):
        given = {"number": str(next(numbers)), "department": department, "case_size": 6, **facts}
        made = Product(description=f"Milk {given['number']}", **given)
        session.add(made)
        session.flush()
        if price is not None:
            made.prices.append(ProductPrice(price=Decimal(price), ends_on=ends_on))
        if cost is not None:
            made.costs.append(
                ProductCost(vendor_uuid=vendor.uuid, case_cost=Decimal(cost), is_preferred=True)
            )
        session.flush()
        return made

    return product


@pytest.fixture
def found(session, reports):
    """The names of what a report finds now."""

    def found(key):
        problems.look(session, reports[key])
        query = select(ProblemFinding.name).filter_by(report=key, solved_at=None)
        return sorted(session.scalars(query))

    return found


def test_a_product_that_is_fine_is_in_no_report(product, found, reports):
    product()
    assert {key: found(key) for key in reports} == {key: [] for key in reports}


@pytest.mark.parametrize(
    ("key", "facts"),
    [
        ("no_price", {"price": None}),
        ("no_price", {"ends_on": TODAY - timedelta(days=1)}),
        ("below_cost", {"price": "0.99"}),
        ("no_department", {"department": None}),
        ("no_case_size", {"case_size": None, "cost": None}),
        ("price_ends", {"ends_on": TODAY + timedelta(days=13)}),
    ],
)
def test_each_report_finds_its_problem(product, found, key, facts):
    product()
    bad = product(**facts)
    assert found(key) == [bad.description]


@pytest.mark.parametrize(
    ("key", "facts"),
    [
        ("no_price", {"price": None, "active": False}),
        ("no_price", {"price": None, "for_sale": False}),
        ("no_price", {"price": None, "price_required": True}),
        ("below_cost", {"price": "0.99", "active": False}),
        ("no_case_size", {"case_size": None}),  # the vendor tells it
        ("no_case_size", {"case_size": None, "cost": None, "kind": "service"}),
        ("price_ends", {"ends_on": TODAY + timedelta(days=15)}),
    ],
)
def test_what_is_so_on_purpose_is_not_found(product, found, key, facts):
    product(**facts)
    assert found(key) == []


def test_a_price_that_another_follows_does_not_end(session, product, found):
    milk = product(ends_on=TODAY + timedelta(days=3))
    milk.prices.append(ProductPrice(price=Decimal(3), starts_on=TODAY + timedelta(days=4)))
    session.flush()
    assert found("price_ends") == []


@pytest.mark.parametrize(
    ("gtin", "kind", "bad"),
    [
        ("00036000291452", "upc_a", False),
        ("00036000291453", "upc_a", True),
        ("04006381333931", "ean_13", False),
        ("04006381333932", "ean_13", True),
        ("00000000004011", "plu", False),
    ],
)
def test_a_wrong_check_digit_is_found(session, product, found, gtin, kind, bad):
    milk = product()
    milk.codes.append(ProductCode(gtin=gtin, kind=kind))
    session.flush()
    assert found("bad_check_digit") == ([milk.description] if bad else [])


def customer(session, number, name, **reach):
    made = Customer(number=number, name=name)
    person = Person(first_name=name.split()[0], last_name=name.split()[-1])
    session.add_all([made, person])
    session.flush()
    session.add(CustomerPerson(customer_uuid=made.uuid, person_uuid=person.uuid))
    parts = {
        "phone": lambda value: PhoneNumber(number=value),
        "email": lambda value: EmailAddress(address=value),
        "street": lambda value: PostalAddress(street=value, city="Springfield"),
    }
    for kind, value in reach.items():
        part = parts[kind](value)
        part.person_uuid = person.uuid
        session.add(part)
    session.flush()
    return made


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ({"phone": "(217) 555-0134"}, {"phone": "+1 217.555.0134"}, True),
        ({"phone": "12"}, {"phone": "12"}, False),
        ({"email": "ann@example.org"}, {"email": " Ann@Example.org "}, True),
        ({"street": "12 Main St."}, {"street": "12 main st"}, True),
        ({"street": "12 Main St."}, {"street": "21 Main St."}, False),
        ({"phone": "(217) 555-0134"}, {"email": "ann@example.org"}, False),
    ],
)
def test_customers_who_are_there_twice_are_found(session, found, first, second, same):
    customer(session, "100", "Ann Lee", **first)
    customer(session, "200", "Ann Lee", **second)
    assert found("duplicate_customers") == (["Ann Lee", "Ann Lee"] if same else [])


def test_namesakes_elsewhere_are_not_the_same(session, found):
    customer(session, "100", "Ann Lee", street="12 Main St")
    customer(session, "200", "Bob Ray", street="12 Main St")
    assert found("duplicate_customers") == []


def test_a_look_tells_what_is_new_and_what_is_solved(session, product, reports):
    report = reports["no_price"]
    first, second = product(price=None), product(price=None)
    assert problems.look(session, report) == problems.Tally(2, 2, 0)
    assert problems.look(session, report) == problems.Tally(2, 0, 0)
    first.prices.append(ProductPrice(price=Decimal(2)))
    third = product(price=None)
    assert problems.look(session, report) == problems.Tally(2, 1, 1)
    states = dict(
        session.execute(select(ProblemFinding.record_uuid, ProblemFinding.solved_at)).all()
    )
    assert [states[one.uuid] is None for one in (first, second, third)] == [False, True, True]
    session.delete(first.prices[0])
    session.expire(first)
    session.flush()
    assert problems.look(session, report) == problems.Tally(3, 1, 0)  # it came back
    counts = session.scalars(select(ProblemLook.found).order_by(ProblemLook.uuid)).all()
    assert counts == [2, 2, 2, 3]


def test_what_changes_about_a_finding_is_told_and_not_new(session, product, reports):
    milk = product(price="0.90")
    problems.look(session, reports["below_cost"])
    milk.prices[0].price = Decimal("0.80")
    session.flush()
    assert problems.look(session, reports["below_cost"]) == problems.Tally(1, 0, 0)
    session.expire_all()
    facts = session.scalars(select(ProblemFinding)).one().facts
    assert facts["price"] == 0.8


def test_no_report_asks_row_by_row(session, reports):
    from sqlalchemy.dialects import postgresql

    assert reports
    for report in reports.values():
        query = report.query()
        assert {"uuid", "name", *report.columns} == set(query.selected_columns.keys())
        bound = query.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
        explain = f"EXPLAIN {bound}"
        plan = "\n".join(session.connection().exec_driver_sql(explain).scalars())
        assert "SubPlan" not in plan, report.key


def test_a_broken_report_leaves_the_others_their_result(session, app, reports):
    from uuid import uuid4

    from app.plugins import Plugin, Registry
    from app.work.running import Running
    from jobs.problems import NotAll, run_all

    def nowhere():
        return select(column("uuid"), column("name")).select_from(table("nowhere"))

    class Wrong(Plugin):
        key, title = "wrong", "Wrong"

        def problem_reports(self):
            one = problems.ProblemReport("a_wrong", "Wrong", nowhere, link="products")
            return (one, reports["no_price"])

    running = Running(uuid4(), settings=app.extensions["settings"], registry=Registry([Wrong()]))
    running.require_ours = lambda session: None
    running.run = None
    with pytest.raises(NotAll, match="Wrong"):
        run_all(running)
    assert running.counts == {"no_price": {"found": 0, "new": 0, "solved": 0}}
