"""Employees: who works here, when they came and went, and what adds up to a week."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import IntegrityError

from app.models.employees import Employee, Employment, ScheduledShift, WorkedShift
from app.models.people import Person
from app.models.stores import Store
from app.services import employees, timesheets
from app.testing.samples import sample

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def ann(session):
    return sample(session, Employee, name="Ann")


@pytest.fixture
def chicago(session):
    return sample(session, Store, number=2, time_zone="America/Chicago")


def works(session, employee, begins, ends, store=None):
    shift = WorkedShift(employee=employee, store=store, punched_in_at=begins, punched_out_at=ends)
    session.add(shift)
    session.flush()
    return shift


def local(day, hour, zone="America/Chicago"):
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_a_person_is_one_employee(session, ann):
    with pytest.raises(IntegrityError, match="uq_employee_person_uuid"):
        sample(session, Employee, person_uuid=ann.person_uuid)


def test_employments_of_one_do_not_overlap(session, ann):
    session.add(Employment(employee=ann, starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31)))
    session.add(Employment(employee=ann, starts_on=date(2021, 1, 1)))
    session.flush()
    session.add(Employment(employee=ann, starts_on=date(2022, 1, 1), ends_on=date(2022, 2, 1)))
    with pytest.raises(IntegrityError, match="ex_employment_span_overlap"):
        session.flush()


def test_who_leaves_is_a_former_employee_and_may_come_back(session, ann):
    employees.hire(session, ann, date(2020, 1, 1))
    employees.leave(session, ann, date(2020, 6, 30))
    assert ann.state == "former"
    with pytest.raises(employees.NotEmployed):
        employees.leave(session, ann, date(2020, 7, 1))
    employees.hire(session, ann, date(2021, 1, 1))
    session.refresh(ann)
    assert (ann.state, len(ann.employments)) == ("current", 2)


def test_nobody_leaves_before_they_came(session, ann):
    employees.hire(session, ann, date(2020, 1, 1))
    with pytest.raises(employees.EndsTooEarly):
        employees.leave(session, ann, date(2019, 12, 31))


def test_punching_in_twice_is_refused(session, ann):
    employees.punch_in(session, ann, at=NOON)
    with pytest.raises(employees.AlreadyAtWork):
        employees.punch_in(session, ann, at=NOON + timedelta(hours=1))


def test_punching_out_ends_the_shift(session, ann):
    shift = employees.punch_in(session, ann, at=NOON)
    with pytest.raises(employees.EndsTooEarly):
        employees.punch_out(session, ann, at=NOON)
    employees.punch_out(session, ann, at=NOON + timedelta(hours=8))
    assert shift.punched_out_at - shift.punched_in_at == timedelta(hours=8)
    with pytest.raises(employees.NotAtWork):
        employees.punch_out(session, ann, at=NOON + timedelta(hours=9))


def test_a_former_employee_does_not_punch_in(session, ann):
    ann.state = "former"
    with pytest.raises(employees.NotEmployed):
        employees.punch_in(session, ann, at=NOON)


def test_an_open_shift_keeps_the_time_after_it(session, ann):
    works(session, ann, NOON, None)
    with pytest.raises(IntegrityError, match="ex_worked_shift_overlap"):
        works(session, ann, NOON + timedelta(days=1), NOON + timedelta(days=2))


def test_one_shift_may_begin_when_another_ends(session, ann):
    works(session, ann, NOON, NOON + timedelta(hours=4))
    works(session, ann, NOON + timedelta(hours=4), NOON + timedelta(hours=8))


def test_two_people_may_work_at_once(session, ann):
    works(session, ann, NOON, None)
    works(session, sample(session, Employee), NOON, None)


def test_a_shift_ends_after_it_begins(session, ann):
    with pytest.raises(IntegrityError, match="ends_after_it_begins"):
        works(session, ann, NOON, NOON)


def test_a_night_shift_counts_on_both_days_of_the_store(session, ann, chicago):
    first = date(2026, 7, 1)
    works(session, ann, local(first, 22), local(first + timedelta(days=1), 6), chicago)
    (line,) = timesheets.worked(session, timesheets.week_of(first), zone="UTC")
    assert line.days == {first: timedelta(hours=2), date(2026, 7, 2): timedelta(hours=6)}
    assert line.total == timedelta(hours=8)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 7), 7), (date(2026, 10, 31), 9)])
def test_hours_are_real_hours_in_the_night_when_clocks_change(session, ann, chicago, day, hours):
    works(session, ann, local(day, 22), local(day + timedelta(days=1), 6), chicago)
    days = [day, day + timedelta(days=1)]
    (line,) = timesheets.worked(session, days, zone="UTC")
    assert line.total == timedelta(hours=hours)


def test_only_the_part_inside_the_week_counts(session, ann, chicago):
    sunday = date(2026, 7, 5)
    works(session, ann, local(sunday, 22), local(sunday + timedelta(days=1), 6), chicago)
    (before,) = timesheets.worked(session, timesheets.week_of(sunday), zone="UTC")
    (after,) = timesheets.worked(session, timesheets.week_of(date(2026, 7, 6)), zone="UTC")
    assert (before.total, after.total) == (timedelta(hours=2), timedelta(hours=6))


def test_a_store_without_a_zone_has_the_shops(session, ann):
    begins = datetime(2026, 7, 2, 3, tzinfo=UTC)
    works(session, ann, begins, begins + timedelta(hours=1), sample(session, Store))
    (line,) = timesheets.worked(session, [date(2026, 7, 1)], zone="America/Chicago")
    assert line.total == timedelta(hours=1)


def test_an_open_shift_is_told_and_does_not_count(session, ann):
    works(session, ann, NOON, None)
    (line,) = timesheets.worked(session, timesheets.week_of(NOON.date()), zone="UTC")
    assert (line.open_on, line.total) == (NOON.date(), timedelta())


def test_planned_hours_add_up_too(session, ann):
    session.add(ScheduledShift(employee=ann, starts_at=NOON, ends_at=NOON + timedelta(hours=4)))
    session.flush()
    (line,) = timesheets.scheduled(session, timesheets.week_of(NOON.date()), zone="UTC")
    assert line.total == timedelta(hours=4)


@pytest.mark.parametrize(("first", "begins"), [(0, date(2026, 11, 23)), (6, date(2026, 11, 22))])
def test_a_week_begins_where_the_shop_begins_it(first, begins):
    assert timesheets.week_of(date(2026, 11, 25), first_weekday=first)[0] == begins


def test_full_time_has_a_day_only_for_who_works_full_time(session):
    with pytest.raises(IntegrityError, match="full_time_since_while_full_time"):
        sample(session, Employee, full_time_since=date(2020, 1, 1))


def test_an_employee_with_worked_shifts_is_not_deleted(session, ann):
    from app.services import dependents

    works(session, ann, NOON, None)
    with pytest.raises(dependents.InUse, match="1 × worked shift"):
        dependents.delete(session, ann)


def test_the_name_is_that_of_the_person_unless_told(session):
    ann = Employee(person=Person(first_name="Ann", last_name="Lee"))
    assert employees.name_or_persons(ann) == "Ann Lee"
