"""Which of the times that have come start, and which were missed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.work.deciding import GRACE, decide
from app.work.schedule import Cron, Every, between

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
SECOND = Every(timedelta(seconds=1))
MINUTE = Every(timedelta(minutes=1))


def after(schedule, ago, **rules):
    return decide(schedule, after=NOW - ago, now=NOW, zone=BERLIN, **rules)


def test_nothing_is_due_before_its_time():
    assert after(Cron("0 0 * * *"), timedelta(minutes=1)).until is None


def test_what_is_hardly_late_starts_each_time():
    found = after(SECOND, timedelta(seconds=3))
    assert found.start == tuple(NOW - timedelta(seconds=ago) for ago in (2, 1, 0))
    assert found.missed is None


def test_after_a_sleep_of_25_hours_one_run_makes_up_for_ninety_thousand():
    found = after(SECOND, timedelta(hours=25), misfire="once")
    assert found.start == (NOW,)
    assert found.missed.first == NOW - timedelta(hours=25) + timedelta(seconds=1)
    assert found.missed.last == NOW - timedelta(seconds=1)
    assert found.until == NOW


def test_missed_times_may_be_left_out():
    found = after(Cron("0 3 * * *"), timedelta(days=3), misfire="skip")
    assert (found.start, found.missed.count) == ((), 3)
    found = after(Cron("0 * * * *"), timedelta(hours=3), misfire="skip")
    assert (found.start, found.missed.count) == ((NOW,), 2)


def test_all_of_a_window_are_made_up_for_up_to_a_maximum():
    hourly = Cron("30 * * * *")
    found = after(hourly, timedelta(hours=48), misfire="all", window=timedelta(hours=5), most=10)
    assert (len(found.start), found.missed.count) == (5, 43)
    found = after(hourly, timedelta(hours=48), misfire="all", window=timedelta(days=2), most=10)
    assert (len(found.start), found.missed.count) == (10, 38)


def test_what_lies_outside_of_the_window_is_missed():
    found = after(Cron("0 3 * * *"), timedelta(days=2), misfire="all", window=timedelta(hours=1))
    assert (found.start, found.missed.count) == ((), 2)


def test_a_clock_that_goes_back_starts_nothing_again():
    done = decide(MINUTE, after=NOW - timedelta(minutes=1), now=NOW, zone=BERLIN)
    for minutes in range(60, 0, -1):
        now = NOW - timedelta(minutes=minutes)
        assert decide(MINUTE, after=done.until, now=now, zone=BERLIN).until is None
    later = NOW + timedelta(seconds=60)
    assert decide(MINUTE, after=done.until, now=later, zone=BERLIN).start == (later,)


@pytest.mark.parametrize("misfire", ["skip", "once", "all"])
@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.floats(0, 7200), min_size=1, max_size=20), seconds=st.integers(1, 4000))
def test_no_time_is_doubled_and_each_is_started_or_missed(misfire, steps, seconds):
    schedule, start = Every(timedelta(seconds=seconds)), NOW
    until, now = start, start
    started, missed = [], 0
    for step in steps:
        now += timedelta(seconds=step)
        found = decide(schedule, after=until, now=now, zone=BERLIN, misfire=misfire)
        if found.until is None:
            continue
        started += found.start
        missed += found.missed.count if found.missed else 0
        assert found.until > until
        until = found.until
    assert started == sorted(set(started))
    planned = between(schedule, start, now, BERLIN)
    assert set(started) <= set(planned)
    if missed < 1000:
        assert len(started) + missed == len(planned)
    assert not planned or until == planned[-1] or now - planned[-1] > GRACE
