"""The coolers and freezers of the demo shop, with two days of temperatures that are made up."""

from datetime import datetime, timedelta
from decimal import Decimal
from math import sin

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.tempmon import Appliance, Calibration, Client, DefrostWindow, Probe
from app.services import temperatures

# Name, kind, place; best temperature; how far it swings; critical and good limits.
APPLIANCES = (
    ("Walk-in cooler", "cooler", "Back room", 3.0, 0.8, (-1, 0, 5, 8)),
    ("Dairy case", "cooler", "Aisle 1", 3.5, 1.0, (-1, 0, 6, 9)),
    ("Ice cream freezer", "freezer", "Aisle 7", -20.0, 1.2, (-35, -30, -16, -12)),
    ("Meat case", "cooler", "Service counter", 1.0, 0.7, (-3, -2, 4, 6)),
)
EVERY, LONG = timedelta(minutes=5), timedelta(days=2)
WARM = ("Dairy case", timedelta(hours=20), timedelta(hours=18), 4.5)
"""A door that stood open: who, how long ago it began and ended, by how much."""
NO_SILENCE = 60 * 24 * 365
"""No thermometer sends more of a demo; nobody shall be called for that."""


def fill(session: Session, now: datetime, zone: str) -> None:
    """Appliances with probes and their readings until now, unless there are appliances."""
    if session.scalars(select(Appliance.uuid).limit(1)).first():
        return
    since = now - LONG
    client = Client(key="demo-pi", hostname="demo-pi.example", location="Back room")
    client.enabled_since = since
    for number, (name, kind, place, _best, _swing, limits) in enumerate(APPLIANCES, 1):
        critical_min, good_min, good_max, critical_max = map(Decimal, limits)
        appliance = Appliance(name=name, kind=kind, location=place)
        probe = Probe(
            key=f"demo-{number}", description=name, client=client, appliance=appliance,
            critical_min=critical_min, good_min=good_min, good_max=good_max,
            critical_max=critical_max, error_delay=NO_SILENCE, enabled_since=since,
        )  # fmt: skip
        probe.calibrations = [
            Calibration(calibrated_on=since.date(), offset_celsius=Decimal("0.10"))
        ]
        if kind == "freezer":
            appliance.defrosts = [DefrostWindow(start_time=_four(now), minutes=30)]
        session.add_all((appliance, probe))
    session.flush()
    temperatures.record(session, _readings(since, now), at=now, zone=zone)


def _readings(since, now):
    for number, (name, _kind, _place, best, swing, _limits) in enumerate(APPLIANCES, 1):
        at, step = since + EVERY, 0
        while at <= now:
            celsius = best + swing * sin(step / 3 + number) * 0.7 + swing * sin(step / 41) * 0.3
            if name == WARM[0] and WARM[2] <= now - at <= WARM[1]:
                celsius += WARM[3]
            taken = temperatures.Taken(f"demo-{number}", at, round(Decimal(celsius), 2))
            yield taken
            at, step = at + EVERY, step + 1


def _four(now):
    return now.replace(hour=4, minute=0, second=0, microsecond=0, tzinfo=None).time()
