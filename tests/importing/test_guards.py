"""What is too much is withheld, shown, and made when a person approves it; the rest goes on."""

import pytest
from sqlalchemy import select

from app.importing.guards import NothingWithheld
from app.importing.importer import Ref, TableImporter
from app.importing.options import Limit, Options
from app.models.departments import Department, Subdepartment
from app.models.imports import ImportChange
from app.models.incidents import Incident
from app.models.runs import Run
from app.models.vendors import Vendor
from tests.importing.conftest import changed, reasons
from tests.importing.till import Supplier, VendorImporter, vendors


class Everything(VendorImporter):
    delete = True


def many(count, name="Farm"):
    return [Supplier(str(number), f"{name} {number}", line=number + 1) for number in range(count)]


def kept(session, report, **conditions):
    session.expire_all()
    query = select(ImportChange).filter_by(run_uuid=report.run, **conditions)
    return session.scalars(query.order_by(ImportChange.uuid)).all()


def is_open(session):
    session.expire_all()
    return session.scalars(
        select(Incident.fingerprint).where(Incident.closed_at.is_(None))
    ).all() == ["import-withheld:till"]


def test_half_a_file_deletes_nothing_and_the_rest_goes_on(session, from_till):
    from_till(*many(100), importers=(Everything,))
    report = from_till(*many(50), Supplier("new", "New"), importers=(Everything,))
    assert changed(report) == {"vendor": (1, 0, 0)}
    assert len(vendors(session)) == 101
    (withheld,) = report.withheld
    assert (withheld.action, withheld.count) == ("delete", 50)
    assert withheld.reason == "It would delete 50 of 101, and at most 10 may be (10%)."
    assert {change.key for change in kept(session, report, state="withheld")} == {
        str(number) for number in range(50, 100)
    }
    assert is_open(session)


def test_a_few_are_never_too_many(session, from_till):
    from_till(*many(25), importers=(Everything,))
    assert changed(from_till(*many(5), importers=(Everything,))) == {"vendor": (0, 0, 20)}


def test_the_limit_of_a_person_is_taken_at_its_word(session, from_till):
    from_till(*many(3))
    told = Options(max_update=Limit.of("1"), max_create=Limit.of("100%"))
    report = from_till(*many(4, "Barn"), options=told)
    assert changed(report) == {"vendor": (1, 0, 0)}
    assert [one.action for one in report.withheld] == ["update"]
    (change,) = kept(session, report, key="0")
    assert (change.before, change.after) == ({"name": "Farm 0"}, {"name": "Barn 0"})
    assert (change.action, change.state, change.table_name) == ("update", "withheld", "vendor")


def test_what_was_approved_is_made_and_nothing_more(session, from_till):
    from_till(*many(100), importers=(Everything,))
    first = from_till(*many(50), importers=(Everything,))
    again = from_till(*many(40), importers=(Everything,), options=Options(approve=first.run))
    assert changed(again) == {"vendor": (0, 0, 50)}
    assert set(vendors(session)) == {str(number) for number in range(50)}
    assert [one.count for one in again.withheld] == [10]
    assert {change.state for change in kept(session, first)} == {"made"}


def test_an_approval_that_leaves_nothing_closes_the_incident(session, from_till):
    from_till(*many(100), importers=(Everything,))
    first = from_till(*many(50), importers=(Everything,))
    from_till(*many(50), importers=(Everything,), options=Options(approve=first.run))
    assert len(vendors(session)) == 50
    assert not is_open(session)


def test_a_run_that_withheld_nothing_cannot_be_approved(from_till):
    report = from_till(*many(1))
    with pytest.raises(NothingWithheld):
        from_till(*many(1), options=Options(approve=report.run))


def test_creations_can_be_approved_too(session, from_till):
    told = Options(max_create=Limit.of("2"))
    first = from_till(*many(3), options=told)
    assert vendors(session) == {}
    from_till(*many(4), options=Options(max_create=Limit.of("2"), approve=first.run))
    assert set(vendors(session)) == {"0", "1", "2"}


def test_what_is_far_beyond_the_usual_is_withheld(session, from_till):
    for number in range(5):
        from_till(*many(1, f"Farm{number}"))
    report = from_till(*many(501))
    (withheld,) = [one for one in report.withheld if one.action == "create"] or [None]
    assert withheld is None  # 500 are always fine, and one was there
    report = from_till(*many(1100))
    assert [one.reason for one in report.withheld] == [
        "It would create 599, where the last runs did 0."
    ]


def test_looking_at_the_usual_can_be_switched_off(app, session, from_till, monkeypatch):
    for number in range(5):
        from_till(*many(1, f"Farm{number}"))
    settings = app.extensions["settings"]
    from app.config.importing import IMPORT_UNUSUAL_FACTOR

    plain = type(settings).__getitem__
    monkeypatch.setattr(
        type(settings), "__getitem__",
        lambda self, one: 0 if one is IMPORT_UNUSUAL_FACTOR else plain(self, one),
    )  # fmt: skip
    assert changed(from_till(*many(600))) == {"vendor": (599, 1, 0)}


def test_what_refers_to_a_withheld_object_waits_with_it(session, from_till):
    class Departments(TableImporter):
        model, key, fields = Department, "number", ("number", "name")

        def rows(self, keys=None):
            return self.source

        def record(self, row):
            return {"number": int(row.id), "name": row.label}

    class Subdepartments(Departments):
        model, key = Subdepartment, "number"
        fields = {
            "number": "number", "name": "name",
            "department_uuid": Ref(Department, number="department"),
        }  # fmt: skip

        def record(self, row):
            return {"number": int(row.id), "name": row.label, "department": int(row.id)}

    told = Options(max_create=Limit.of("1"))
    report = from_till(*many(2), importers=(Departments, Subdepartments), options=told)
    assert changed(report) == {}
    assert "There is no department 0 yet; that it is created waits for an approval." in (
        row.reason for row in report.rejected
    )
    approved = Options(max_create=Limit.of("1"), approve=report.run)
    report = from_till(*many(2), importers=(Departments, Subdepartments), options=approved)
    assert changed(report) == {"department": (2, 0, 0)}
    assert reasons(report) == {}


def test_a_dry_run_keeps_all_that_it_would_do(session, from_till):
    from_till(Supplier("1", "Farm", 3), Supplier("2", "Mill"))
    report = from_till(
        Supplier("1", "Barn", None), Supplier("3", "New", 2), importers=(Everything,), dry_run=True
    )
    assert vendors(session) == {"1": ("Farm", 3), "2": ("Mill", None)}
    found = {change.key: change for change in kept(session, report)}
    assert {key: one.action for key, one in found.items()} == {
        "1": "update", "2": "delete", "3": "create",
    }  # fmt: skip
    assert found["1"].before == {"name": "Farm", "lead_time_days": 3}
    assert found["1"].after == {"name": "Barn", "lead_time_days": None}
    assert (found["3"].before, found["3"].after["name"]) == ({}, "New")
    assert (found["2"].before["name"], found["2"].after) == ("Mill", {})
    assert {change.state for change in found.values()} == {"tried"}
    assert report.shown == 3


def test_a_run_that_should_change_nothing_keeps_what_it_changed(session, from_till):
    report = from_till(*many(1), options=Options(warn=True))
    assert [change.state for change in kept(session, report)] == ["made"]


def test_a_plain_run_keeps_only_its_counts_and_its_change_set(session, from_till):
    report = from_till(*many(1))
    assert kept(session, report) == []
    assert session.get_one(Run, report.run).change_set_id


def test_a_change_names_what_it_refers_to_as_people_do(session, import_products):
    from tests.importing.conftest import MILK, rows

    import_products(rows(MILK))
    other = MILK.replace("2,Dairy,Milk", "3,Frozen,Milk").replace("2.99", "3.49")
    report = import_products(rows(other), dry_run=True)
    (product,) = kept(session, report, importer="product")
    assert product.before["department"] == 2
    assert product.after["department"] == 3
    (price,) = kept(session, report, table_name="product_price", action="update")
    assert (price.before["price"], price.after["price"]) == ("2.990", "3.490")


def test_dry_counts_are_real_counts(session, from_till):
    from_till(*many(60), importers=(Everything,))
    changes = [*many(30), Supplier("0", "Changed"), Supplier("x", "New")][1:]
    dry = from_till(*changes, importers=(Everything,), dry_run=True)
    real = from_till(*changes, importers=(Everything,))
    assert dry.counts == real.counts
    assert dry.withheld == real.withheld
    assert session.scalar(select(Vendor.name).filter_by(number="0")) == "Changed"
