"""Employees and shifts in the browser: the clock of the store counts."""

from datetime import UTC, date, datetime

import pytest

from app.models.employees import Employee, EmployeeStore, ScheduledShift, WorkedShift
from app.models.people import Person
from app.models.stores import Store
from app.testing.pages import fields_of, token_of
from app.testing.samples import sample


@pytest.fixture
def store(session):
    return sample(session, Store, number=1, name="Elm Street", time_zone="America/Chicago")


@pytest.fixture
def ann(session):
    employee = sample(session, Employee, name="Ann")
    session.commit()
    return employee


def worked(session, employee, store, begins, ends=None):
    shift = WorkedShift(employee=employee, store=store, punched_in_at=begins, punched_out_at=ends)
    session.add(shift)
    session.commit()
    return shift


def send(client, **told):
    url = "/worked-shifts/new"
    data = {**fields_of(client.get(url).text), **told}
    return client.post(url, data=data)


def test_an_employee_without_a_name_has_that_of_the_person(session, signed_in):
    person = sample(session, Person, first_name="Bob", last_name="May")
    session.commit()
    client = signed_in("*")
    data = {**fields_of(client.get("/employees/new").text), "person": str(person.uuid)}
    assert client.post("/employees/new", data=data).status_code == 302
    assert session.query(Employee).one().name == "Bob May"


def test_times_are_typed_and_shown_by_the_clock_of_the_store(session, signed_in, ann, store):
    client = signed_in("*")
    answer = send(
        client, employee=ann.uuid, store=store.uuid,
        punched_in_at="2026-07-01T09:00", punched_out_at="2026-07-01T17:30",
    )  # fmt: skip
    assert answer.status_code == 302, answer.text
    shift = session.query(WorkedShift).one()
    assert shift.punched_in_at == datetime(2026, 7, 1, 14, tzinfo=UTC)
    page = client.get(answer.location).text
    assert "9:00:00" in page
    assert "America/Chicago" in page
    assert "8:30" in page
    assert 'value="2026-07-01T09:00"' in client.get(f"{answer.location}/edit").text


def test_without_a_store_the_clock_of_the_shop_counts(session, signed_in, ann):
    send(signed_in("*"), employee=ann.uuid, punched_in_at="2026-07-01 09:00")
    shift = session.query(WorkedShift).one()
    assert shift.punched_in_at == datetime(2026, 7, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"punched_in_at": "2026-03-08T02:30"}, "There is no 02:30 on 2026-03-08"),
        ({"punched_out_at": "2026-03-08T04:00"}, "It must end after it begins"),
        ({"punched_in_at": "tomorrow"}, "Write a day and a time"),
        ({"punched_in_at": "0001-01-01T00:00"}, "out of range"),
        ({"punched_in_at": ""}, "This is needed"),
    ],
)
def test_times_that_cannot_be_are_refused(session, signed_in, ann, store, told, words):
    given = {"employee": ann.uuid, "store": store.uuid, "punched_in_at": "2026-03-08T09:00", **told}
    answer = send(signed_in("*"), **given)
    assert (answer.status_code, words in answer.text) == (422, True)


def test_overlapping_shifts_are_refused_in_words(session, signed_in, ann):
    worked(session, ann, None, datetime(2026, 7, 1, 9, tzinfo=UTC))
    answer = send(signed_in("*"), employee=ann.uuid, punched_in_at="2026-07-02T09:00")
    assert "overlaps with another shift of the same person" in answer.text


def test_an_end_that_clocks_show_twice_is_the_later_where_only_that_fits(
    session, signed_in, ann, store
):
    given = {"employee": ann.uuid, "store": store.uuid, "punched_in_at": "2026-11-01T01:45"}
    send(signed_in("*"), **given, punched_out_at="2026-11-01T01:15")
    shift = session.query(WorkedShift).one()
    assert (shift.punched_out_at - shift.punched_in_at).total_seconds() == 30 * 60


def test_a_form_left_alone_keeps_the_second_of_two_equal_hours(session, signed_in, ann, store):
    second = datetime(2026, 11, 1, 7, 30, 12, tzinfo=UTC)  # 01:30 for the second time
    shift = worked(session, ann, store, second)
    client, url = signed_in("*"), f"/worked-shifts/{shift.uuid}/edit"
    data = {**fields_of(client.get(url).text), "punched_out_at": "2026-11-01T09:00"}
    assert client.post(url, data=data).status_code == 302
    session.refresh(shift)
    assert shift.punched_in_at == second


def test_people_punch_in_and_out_on_the_page_of_an_employee(session, signed_in, ann, store):
    session.add(EmployeeStore(employee=ann, store=store))
    session.commit()
    client, url = signed_in("employees.view", "employees.punch"), f"/employees/{ann.uuid}"
    page = client.get(url).text
    assert "Punch in" in page
    answer = client.post(f"{url}/punch", data={"csrf_token": token_of(page)})
    assert answer.status_code == 302
    assert session.query(WorkedShift).one().store == store
    page = client.get(url).text
    assert "Punch out" in page
    client.post(f"{url}/punch", data={"csrf_token": token_of(page)})
    assert session.query(WorkedShift).one().punched_out_at is not None


def test_punching_needs_its_own_permission(signed_in, ann):
    client, url = signed_in("employees.view", "employees.edit"), f"/employees/{ann.uuid}"
    assert "Punch in" not in client.get(url).text
    assert client.post(f"{url}/punch").status_code == 403


def test_the_week_shows_hours_by_day(session, signed_in, ann, store):
    worked(session, ann, store, datetime(2026, 7, 2, 3, tzinfo=UTC),
           datetime(2026, 7, 2, 11, tzinfo=UTC))  # fmt: skip
    shift = ScheduledShift(employee=ann, starts_at=datetime(2026, 7, 1, 9, tzinfo=UTC),
                           ends_at=datetime(2026, 7, 1, 13, tzinfo=UTC))  # fmt: skip
    session.add(shift)
    session.commit()
    client = signed_in("*")
    page = client.get("/worked-shifts/week?day=2026-07-01").text
    assert "2:00" in page  # on the first, by the clock of the store
    assert "6:00" in page
    assert "4:00" in client.get("/scheduled-shifts/week?day=2026-07-01").text
    assert client.get("/worked-shifts/").text.count("Hours by week") == 1


@pytest.mark.parametrize("day", ["", "x", "0001-01-01", "9999-12-31", "2026-02-30", "\0"])
def test_any_week_is_answered(signed_in, day):
    assert signed_in("*").get("/worked-shifts/week", query_string={"day": day}).status_code == 200


def test_who_may_not_see_shifts_sees_no_hours(signed_in, ann):
    client = signed_in("employees.list", "employees.view")
    assert client.get("/worked-shifts/week").status_code == 403
    assert client.get(f"/employees/{ann.uuid}").status_code == 200


def test_employments_that_overlap_are_refused_in_words(session, signed_in, ann):
    client, url = signed_in("*"), "/employments/new"
    for starts, status in (("2020-01-01", 302), ("2021-01-01", 422)):
        data = {**fields_of(client.get(url).text), "employee": ann.uuid, "starts_on": starts}
        answer = client.post(url, data=data)
        assert answer.status_code == status
    assert "overlap with another span" in answer.text
    assert ann.employments[0].starts_on == date(2020, 1, 1)
