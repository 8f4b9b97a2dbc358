"""Clocks on walls, on ordinary days and on those when they are changed."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.services import zones

CHICAGO = ZoneInfo("America/Chicago")
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)


def at(day, hour, minute=0, fold=0):
    there = datetime(day.year, day.month, day.day, hour, minute, tzinfo=CHICAGO, fold=fold)
    return there.astimezone(UTC)


def test_a_time_means_the_clock_of_the_place():
    assert zones.moment(datetime.fromisoformat("2026-07-01T09:00"), CHICAGO) == datetime(
        2026, 7, 1, 14, tzinfo=UTC
    )


def test_a_time_that_clocks_leave_out_is_refused():
    with pytest.raises(zones.NoSuchTime, match="no 02:30 on 2026-03-08 in America/Chicago"):
        zones.moment(datetime.fromisoformat("2026-03-08T02:30"), CHICAGO)


def test_a_time_that_clocks_show_twice_is_the_first():
    assert zones.moment(datetime.fromisoformat("2026-11-01T01:30"), CHICAGO) == at(AUTUMN, 1, 30)


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (date(2026, 7, 1), 24)])
def test_a_day_is_as_long_as_it_is(day, hours):
    start, end = zones.start_of(day, CHICAGO), zones.start_of(day + timedelta(days=1), CHICAGO)
    assert zones.by_day(start, end, CHICAGO) == {day: timedelta(hours=hours)}


def test_a_stretch_over_midnight_counts_on_two_days():
    found = zones.by_day(at(date(2026, 7, 1), 22), at(date(2026, 7, 2), 6), CHICAGO)
    assert found == {
        date(2026, 7, 1): timedelta(hours=2),
        date(2026, 7, 2): timedelta(hours=6),
    }


def test_days_are_those_of_the_zone_and_not_of_utc():
    begins = datetime(2026, 7, 2, 3, tzinfo=UTC)  # still the first in Chicago
    found = zones.by_day(begins, begins + timedelta(hours=1), CHICAGO)
    assert found == {date(2026, 7, 1): timedelta(hours=1)}
