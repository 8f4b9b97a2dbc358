"""Planned moments: every local time that exists, once, whatever the clock of the shop does."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.work.cron import (
    BadCron,
    BadDay,
    BadHour,
    BadMinute,
    BadMonth,
    BadWeekday,
    NeverFires,
)
from app.work.schedule import (
    BadInterval,
    Cron,
    Every,
    between,
    every,
    moment_of,
    newest,
    next_change,
    next_times,
)

NEW_YORK, BERLIN, LORD_HOWE, APIA = map(
    ZoneInfo, ("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia")
)
ZONES = (NEW_YORK, BERLIN, LORD_HOWE)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2033, 1, 1), timezones=st.just(UTC))
CRONS = st.sampled_from((
    "* * * * *", "*/7 * * * *", "30 2 * * *", "0 0 * * *", "15 1-3 * * *", "59 23 L * *",
    "0 6 * * 1-5", "0 0 29 2 *", "5 2 13 * 5", "0 3 * 3,10,11 sun",
))  # fmt: skip


def shown(moments, zone):
    return [f"{moment.astimezone(zone):%m-%d %H:%M}" for moment in moments]


# ruff: noqa: DTZ001 - times as clocks show them have no zone.


def of_day(text, zone, year, month, day):
    start = datetime(year, month, day, tzinfo=zone) - timedelta(seconds=1)
    end = (datetime(year, month, day) + timedelta(days=1)).replace(tzinfo=zone)
    return shown(between(Cron(text), start.astimezone(UTC), end.astimezone(UTC), zone), zone)


@pytest.mark.parametrize(
    ("zone", "day", "missing", "runs_at"),
    [
        (NEW_YORK, (2027, 3, 14), "30 2 * * *", "03-14 03:00"),
        (BERLIN, (2027, 3, 28), "30 2 * * *", "03-28 03:00"),
        (LORD_HOWE, (2026, 10, 4), "15 2 * * *", "10-04 02:30"),
    ],
)
def test_a_time_that_is_left_out_runs_right_after_the_gap(zone, day, missing, runs_at):
    assert of_day(missing, zone, *day) == [runs_at]


@pytest.mark.parametrize(
    ("zone", "day", "twice"),
    [
        (NEW_YORK, (2026, 11, 1), "30 1 * * *"),
        (BERLIN, (2026, 10, 25), "30 2 * * *"),
        (LORD_HOWE, (2027, 4, 4), "45 1 * * *"),
    ],
)
def test_a_time_that_is_shown_twice_runs_when_it_is_shown_first(zone, day, twice):
    (found,) = of_day(twice, zone, *day)
    minute, hour, *_ = map(int, twice.split()[:2])
    first = datetime(*day, hour, minute, tzinfo=zone, fold=0)
    second = first.replace(fold=1)
    assert first.astimezone(UTC) != second.astimezone(UTC)
    start = datetime(*day, tzinfo=zone).astimezone(UTC)
    assert Cron(twice).next_after(start, zone) == first.astimezone(UTC)
    assert found == f"{first:%m-%d %H:%M}"


def test_all_times_in_a_gap_are_one_run():
    assert of_day("*/10 2 * * *", NEW_YORK, 2027, 3, 14) == ["03-14 03:00"]


def test_every_local_minute_of_the_day_of_a_change_runs_once():
    spring = of_day("* * * * *", BERLIN, 2027, 3, 28)
    autumn = of_day("* * * * *", BERLIN, 2026, 10, 25)
    assert len(spring) - 1 == len(set(spring)) - 1 == 23 * 60  # the next midnight is there too
    assert len(autumn) - 1 == len(set(autumn)) - 1 == 24 * 60


def test_a_whole_day_that_is_left_out_runs_at_the_next():
    """Samoa went over the date line: there was no 30 December 2011."""
    start = datetime(2011, 12, 29, 23, 0, tzinfo=APIA).astimezone(UTC)
    assert shown(next_times(Cron("0 2 * * *"), start, APIA, many=2), APIA) == [
        "12-31 00:00", "12-31 02:00",
    ]  # fmt: skip


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_each_day_of_ten_years_has_its_daily_run_once(zone):
    start = datetime(2024, 1, 1, tzinfo=zone).astimezone(UTC) - timedelta(seconds=1)
    found = between(Cron("30 2 * * *"), start, start + timedelta(days=3652), zone)
    days = [moment.astimezone(zone).date() for moment in found]
    assert days == sorted(set(days))
    assert days[-1] - days[0] == timedelta(days=len(days) - 1)


@settings(max_examples=200, deadline=None)
@given(text=CRONS, moment=MOMENTS, zone=st.sampled_from(ZONES))
def test_the_next_moment_is_later_and_is_a_time_of_the_text(text, moment, zone):
    found = Cron(text).next_after(moment, zone)
    assert found > moment
    wall = found.astimezone(zone).replace(tzinfo=None)
    times = iter(Cron(text).shown_after(wall - timedelta(hours=3)))
    assert any(moment_of(next(times), zone) == found for _ in range(400))


@settings(max_examples=100, deadline=None)
@given(text=CRONS, moment=MOMENTS, zone=st.sampled_from(ZONES), hours=st.integers(1, 100))
def test_steps_from_anywhere_lead_to_the_same_moments(text, moment, zone, hours):
    """Two schedulers that began at different times agree."""
    later = moment + timedelta(hours=hours)
    end = later + timedelta(days=2)
    all_of_them = between(Cron(text), moment, end, zone)
    assert between(Cron(text), later, end, zone) == [one for one in all_of_them if one > later]


@settings(max_examples=100, deadline=None)
@given(
    schedule=st.one_of(
        CRONS.map(Cron), st.integers(60, 10**6).map(lambda n: Every(timedelta(seconds=n)))
    ),
    moment=MOMENTS, hours=st.integers(0, 200), most=st.integers(1, 12),
)  # fmt: skip
def test_the_newest_are_the_last_of_all(schedule, moment, hours, most):
    until = moment + timedelta(hours=hours)
    found = newest(schedule, after=moment, until=until, zone=BERLIN, most=most)
    assert found == between(schedule, moment, until, BERLIN)[-most:]


@settings(max_examples=100, deadline=None)
@given(seconds=st.integers(1, 31_622_400), moment=MOMENTS)
def test_an_interval_comes_to_the_same_moments_for_all(seconds, moment):
    found = Every(timedelta(seconds=seconds)).next_after(moment, NEW_YORK)
    assert moment < found <= moment + timedelta(seconds=seconds)
    assert found.timestamp() % seconds == 0


def test_a_leap_day_waits_for_its_year():
    start = datetime(2096, 3, 1, tzinfo=UTC)
    assert Cron("0 0 29 2 *").next_after(start, ZoneInfo("UTC")).year == 2104


def test_the_last_day_of_each_month():
    start = datetime(2028, 1, 15, tzinfo=UTC)
    times = next_times(Cron("0 6 L * *"), start, ZoneInfo("UTC"), many=3)
    assert [(one.month, one.day) for one in times] == [(1, 31), (2, 29), (3, 31)]


@pytest.mark.parametrize("text", ["0 0 * * 0", "0 0 * * 7", "0 0 * * SUN"])
def test_sunday_is_zero_and_seven(text):
    start = datetime(2026, 11, 23, tzinfo=UTC)
    assert Cron(text).next_after(start, ZoneInfo("UTC")).strftime("%a %d") == "Sun 29"


def test_a_day_and_a_weekday_are_either_of_them_as_with_any_cron():
    start = datetime(2026, 11, 10, tzinfo=UTC)
    times = next_times(Cron("0 0 15 * fri"), start, ZoneInfo("UTC"), many=4)
    assert [one.day for one in times] == [13, 15, 20, 27]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", BadCron), ("* * * *", BadCron), ("* * * * * *", BadCron), ("@reboot", BadCron),
        ("x" * 500, BadCron), ("\0", BadCron), ("60 * * * *", BadMinute),
        ("5/2 * * * *", BadMinute),
        ("* 24 * * *", BadHour), ("* 5-3 * * *", BadHour), ("* * 0 * *", BadDay),
        ("* * 32 * *", BadDay), ("* * * 13 *", BadMonth), ("* * * foo *", BadMonth),
        ("* * * * 8", BadWeekday), ("* * * * fri-mon", BadWeekday), ("*/0 * * * *", BadMinute),
        ("0 0 31 2 *", NeverFires), ("0 0 31 4,6,9,11 *", NeverFires), ("0 0 30 2 *", NeverFires),
    ],
)  # fmt: skip
def test_a_text_that_is_no_schedule_is_refused_with_what_is_wrong(text, error):
    with pytest.raises(error):
        Cron(text)


@settings(max_examples=150, deadline=None)
@given(st.text("0123456789*/-,LlfriJAN @\0", max_size=30))
def test_any_text_is_a_schedule_or_refused(text):
    with suppress(BadCron, NeverFires):
        assert Cron(text).next_after(datetime(2026, 1, 1, tzinfo=UTC), BERLIN)


@pytest.mark.parametrize(("text", "seconds"), [("15 minutes", 900), ("1 h 30 min", 5400)])
def test_an_interval_is_written_in_words(text, seconds):
    assert every(text).interval == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "0 s", "-5 min", "0.5 s", "1.5 s", "400 days", "soon"])
def test_an_interval_that_cannot_be_is_refused(text):
    with pytest.raises(BadInterval):
        every(text)


def test_a_change_of_the_clock_that_matters_is_told():
    start = datetime(2026, 11, 23, tzinfo=UTC)
    found = next_change(Cron("30 2 * * *"), start, NEW_YORK)
    assert (found.is_gap, f"{found.shown_before:%m-%d %H:%M}") == (True, "03-14 02:00")
    found = next_change(Cron("30 1 * * *"), start, NEW_YORK)
    assert (found.is_gap, f"{found.at.astimezone(NEW_YORK):%m-%d %H:%M}") == (False, "11-07 01:00")
    assert next_change(Cron("30 5 * * *"), start, NEW_YORK) is None
    assert next_change(Every(timedelta(minutes=5)), start, NEW_YORK) is None
    assert next_change(Cron("30 1 * * *"), start, ZoneInfo("UTC")) is None
