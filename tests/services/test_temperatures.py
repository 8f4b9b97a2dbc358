"""Readings come in any order and as often as they like; states and sums are the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.db import connection_to
from app.models.readings import Reading, ReadingHour
from app.models.tempmon import Appliance, Calibration, Client, DefrostWindow, Probe, ProbeState
from app.services import probe_states, temperatures
from app.services.reading_partitions import MONTHS
from app.services.temperature_states import Rules, Spell, Window, spells
from app.services.temperatures import Taken

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOURS = """
    SELECT probe_uuid, date_trunc('hour', taken_at, 'UTC'), count(*), min(celsius), max(celsius),
           round(avg(celsius), 3) FROM reading GROUP BY 1, 2 ORDER BY 1, 2
"""
KEPT = """
    SELECT probe_uuid, began_at, readings, minimum, maximum, average FROM reading_hour ORDER BY 1, 2
"""


@pytest.fixture
def probe(session):
    client = Client(key="pi", hostname="pi", enabled_since=NOON - timedelta(days=1))
    made = Probe(
        key="dairy", description="Dairy", client=client, enabled_since=NOON,
        appliance=Appliance(name="Dairy cooler"), good_min=Decimal(0), good_max=Decimal(5),
        critical_max=Decimal(9), high_delay=10, critical_high_delay=3, error_delay=2,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def taken(minute, celsius, probe="dairy"):
    return Taken(probe, NOON + minute * MINUTE, Decimal(str(celsius)))


def history(session, probe):
    rows = session.scalars(
        select(ProbeState).where(ProbeState.probe_uuid == probe.uuid).order_by(ProbeState.began_at)
    )
    return [(row.state, (row.began_at - NOON) / MINUTE, row.ended_at) for row in rows]


def states(session, probe):
    return [(state, began) for state, began, _ in history(session, probe)]


def rules(**more):
    kept = {"good_max": Decimal(5), "critical_max": Decimal(9)}
    delays = {"high": 10 * MINUTE, "critical_high": 3 * MINUTE}
    return Rules(silence=4 * MINUTE, delays=delays, **kept, **more)


def told(rules, degrees, *, minutes=60, **more):
    readings = [(NOON + at * MINUTE, Decimal(celsius)) for at, celsius in degrees.items()]
    found = spells(rules, readings, since=NOON, now=NOON + minutes * MINUTE, **more)
    return [(spell.state, (spell.began_at - NOON) / MINUTE) for spell in found]


def test_warm_counts_only_after_its_delay():
    degrees = dict.fromkeys(range(60), 3) | dict.fromkeys(range(5, 14), 6)
    assert told(rules(), degrees) == [("good", 0)]
    degrees |= dict.fromkeys(range(20, 35), 6)
    assert told(rules(), degrees) == [("good", 0), ("high", 30), ("good", 35)]


def test_getting_critical_does_not_start_the_waiting_anew():
    degrees = dict.fromkeys(range(61), 6) | dict.fromkeys(range(8, 61), 12)
    assert told(rules(), degrees) == [("good", 0), ("high", 10), ("critical_high", 11)]


def test_a_probe_that_says_nothing_is_offline_and_in_error_when_its_client_is_heard_of():
    assert told(rules(), {0: 3}) == [("good", 0), ("offline", 4)]
    heard = [NOON + at * MINUTE for at in range(61)]
    assert told(rules(), {0: 3}, heard=heard) == [("good", 0), ("error", 4)]
    assert told(rules(), {0: 3}, heard=heard[:20]) == [("good", 0), ("error", 4), ("offline", 23)]


def test_a_probe_that_never_spoke_is_offline_after_its_silence():
    assert told(rules(), {}) == [("offline", 4)]
    assert told(rules(), {}, minutes=3) == []


def test_warm_is_no_matter_while_it_defrosts_but_cold_is():
    window = Window(1, time(12, 5), 20 * MINUTE)  # that day is a Monday
    degrees = dict.fromkeys(range(30), 3) | dict.fromkeys(range(5, 25), 20)
    assert told(rules(defrosts=[window]), degrees, minutes=29) == [("good", 0)]
    assert len(told(rules(defrosts=[Window(2, time(12, 5), 20 * MINUTE)]), degrees)) > 1
    cold = Rules(silence=4 * MINUTE, good_min=Decimal(0), defrosts=[window])
    assert told(cold, dict.fromkeys(range(10), -1), minutes=9) == [("low", 0)]


def test_a_defrost_window_goes_beyond_midnight():
    window = Window(7, time(23, 50), 20 * MINUTE)
    assert window.holds(datetime(2026, 11, 23, 0, 9, tzinfo=UTC).replace(tzinfo=None))
    assert not window.holds(datetime(2026, 11, 23, 0, 10, tzinfo=UTC).replace(tzinfo=None))
    assert not window.holds(datetime(2026, 11, 24, 0, 5, tzinfo=UTC).replace(tzinfo=None))


def test_the_freezer_that_is_far_too_cold_is_critically_low():
    found = spells(
        Rules(silence=4 * MINUTE, good_min=Decimal(-20), critical_min=Decimal(-30)),
        [(NOON, Decimal(-35))], since=NOON, now=NOON,
    )  # fmt: skip
    assert found == [Spell("critical_low", NOON)]


def test_sending_again_changes_nothing(session, probe):
    readings = [taken(at, 3) for at in range(5)]
    now = NOON + 5 * MINUTE
    assert temperatures.record(session, readings, at=now).new == 5
    before = history(session, probe)
    again = temperatures.record(session, [*readings, taken(2, 99)], at=now)
    assert (again.new, again.known) == (0, 5)
    assert session.get(Reading, (probe.uuid, NOON + 2 * MINUTE)).celsius == 3
    assert history(session, probe) == before


@pytest.mark.parametrize("seed", range(6))
def test_states_and_sums_do_not_depend_on_the_order_in_which_readings_come(session, probe, seed):
    random = Random(seed)
    degrees = [random.choice((3, 3, 6, 12, -1)) for _ in range(40)]
    readings = [
        taken(at, degrees[at // 5]) for at in range(200) if random.random() < 0.9 and at // 20 != 4
    ]
    now = NOON + 210 * MINUTE
    found = probe_states.rules_of(probe)
    moments = [(one.taken_at, one.celsius) for one in readings]
    expected = [
        (spell.state, (spell.began_at - NOON) / MINUTE)
        for spell in spells(found, moments, since=NOON, now=now,
                            heard=[moment for moment, _ in moments])
    ]  # fmt: skip
    random.shuffle(readings)
    while readings:
        some = random.randrange(1, 30)
        temperatures.record(session, readings[:some], at=now)
        readings = readings[some:]
    session.expire_all()
    assert states(session, probe) == expected
    ends = [end for _, _, end in history(session, probe)]
    assert ends == [NOON + began * MINUTE for _, began in expected[1:]] + [None]
    assert (probe.state, probe.state_since) == (expected[-1][0], NOON + expected[-1][1] * MINUTE)
    database = connection_to(session, "tempmon")
    assert database.execute(text(KEPT)).all() == database.execute(text(HOURS)).all()


def test_time_goes_by_without_readings(session, probe):
    temperatures.record(session, [taken(0, 6)], at=NOON)
    probe_states.evaluate(session, probe, at=NOON + 5 * MINUTE)
    assert states(session, probe) == [("good", 0)]
    assert probe_states.evaluate_all(session, at=NOON + 30 * MINUTE) >= 1
    assert states(session, probe) == [("good", 0), ("offline", 6)]


def test_what_was_noted_before_keeps_its_incident(session, probe):
    temperatures.record(session, [taken(0, 3)], at=NOON)
    row = probe_states.evaluate(session, probe, at=NOON + MINUTE)
    row.alerted_at = NOON
    session.flush()
    temperatures.record(session, [taken(at, 3) for at in range(1, 6)], at=NOON + 5 * MINUTE)
    again = probe_states.evaluate(session, probe, at=NOON + 5 * MINUTE)
    assert (again.uuid, again.alerted_at) == (row.uuid, NOON)


def test_a_probe_out_of_use_has_no_state(session, probe):
    temperatures.record(session, [taken(0, 3)], at=NOON)
    probe.watched = False
    assert probe_states.evaluate(session, probe, at=NOON + MINUTE) is None
    assert probe.state is None
    assert history(session, probe)[-1][2] == NOON + MINUTE


def test_the_calibration_of_the_day_is_added(session, probe):
    session.add_all(
        Calibration(probe=probe, calibrated_on=on, offset_celsius=offset)
        for on, offset in ((date(2026, 11, 20), Decimal("0.5")), (date(2026, 11, 24), Decimal(2)))
    )
    session.flush()
    readings = [taken(0, 3), taken(60 * 13, 3)]
    temperatures.record(session, readings, at=NOON + timedelta(days=1))
    kept = session.scalars(select(Reading.celsius).order_by(Reading.taken_at)).all()
    assert kept == [Decimal("3.5"), Decimal(5)]


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (taken(0, 3, "nobody"), "There is no probe nobody"),
        (taken(60, 3), "future"),
        (taken(-60 * 24 * 500, 3), "more than a year ago"),
        (taken(0, 85), "no temperature"),
        (taken(0, -300), "no temperature"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason_and_the_rest_is_kept(
    session, probe, one, reason
):
    found = temperatures.record(session, [one, taken(1, 3)], at=NOON + MINUTE)
    assert found.new == 1
    assert reason in found.refused[0].reason


def test_an_archived_month_takes_no_more_readings(session, probe, tmp_path):
    old = taken(-60 * 24 * 60, 3)
    temperatures.record(session, [old], at=NOON)
    gone = MONTHS.detach(session, old.taken_at.date(), today=date(2026, 11, 23), folder=tmp_path)
    assert gone.rows == (1,)
    assert "archived" in temperatures.record(session, [old], at=NOON).refused[0].reason
    assert session.scalar(select(ReadingHour.readings)) == 1


def test_a_probe_with_readings_stays(session, probe):
    temperatures.record(session, [taken(0, 3)], at=NOON)
    with pytest.raises(temperatures.HasReadings):
        temperatures.remove(session, probe)


@pytest.mark.parametrize(
    ("limits", "constraint"),
    [
        ({"good_min": 6}, "good_min_below_good_max"),
        ({"critical_max": 4}, "critical_max_outside_good"),
        ({"critical_min": 1}, "critical_min_outside_good"),
        ({"high_delay": -1}, "high_delay_not_negative"),
        ({"state": "good"}, "state_has_since"),
    ],
)
def test_limits_that_cannot_be_are_refused(session, probe, limits, constraint):
    for name, value in limits.items():
        setattr(probe, name, value)
    with pytest.raises(IntegrityError, match=constraint):
        session.flush()


def test_an_appliance_is_as_bad_as_its_worst_probe(session, probe):
    appliance = probe.appliance
    probe.state, probe.state_since = "critical_high", NOON
    appliance.probes.append(
        Probe(key="b", description="B", client=probe.client, state="good", state_since=NOON)
    )
    session.flush()
    assert temperatures.worst(appliance) == "critical_high"
    assert temperatures.appliances(session)[0] is appliance


def test_a_defrost_window_of_an_appliance_counts_for_its_probes(session, probe):
    probe.appliance.defrosts.append(DefrostWindow(weekday=None, start_time=time(6), minutes=60))
    probe.client.time_zone = "America/Chicago"  # six hours behind
    session.flush()
    now = NOON + 50 * MINUTE
    temperatures.record(session, [taken(at, 20) for at in range(50)], at=now)
    assert states(session, probe) == [("good", 0)]
