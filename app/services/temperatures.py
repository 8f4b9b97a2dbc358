"""Temperatures: readings come in, and charts and pages ask for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session, selectinload

from app.db import connection_to
from app.errors import AppError
from app.models.readings import Reading, ReadingHour
from app.models.tempmon import BIND, Appliance, Probe, ProbeState
from app.services import probe_states, reading_rollups
from app.services.reading_partitions import MONTHS

POWER_ON = Decimal(85)
"""What a DS18B20 says before it has measured anything (its data sheet, table 1)."""
COLDEST, HOTTEST = Decimal(-200), Decimal(500)
EARLY = timedelta(minutes=10)
"""So far a client's clock may run ahead."""
LATE = timedelta(days=366)
"""So long a client may keep what it could not send."""
BY_MINUTES = timedelta(hours=48)
"""A chart of a longer time is drawn from the sums by the hour."""


class HasReadings(AppError):
    """This probe has readings, which are kept; take it out of use instead: untick “Watched”."""


@dataclass(frozen=True)
class Taken:
    """A reading as a client sends it, before calibration; `probe` is the key of the probe."""

    probe: str
    taken_at: datetime
    celsius: Decimal


@dataclass(frozen=True)
class Refused:
    """A reading that was left out, and why."""

    reading: Taken
    reason: str


@dataclass(frozen=True)
class Recorded:
    """What became of readings: so many are new, so many were known already."""

    new: int
    known: int
    refused: Sequence[Refused] = ()


@dataclass(frozen=True)
class Point:
    """One point of a chart: the average of some minutes or an hour, its lowest and highest."""

    at: datetime
    celsius: Decimal
    minimum: Decimal
    maximum: Decimal


def record(
    session: Session, readings: Iterable[Taken], *, at: datetime, zone: str = "UTC"
) -> Recorded:
    """Keep readings, in whatever order and however often they come, and work out the states.

    A probe has one reading for a moment: the first that came. `at` is now, `zone` that of the shop.
    """
    fine, refused = _checked(session, readings, at)
    if not fine:
        return Recorded(0, 0, refused)
    connection = connection_to(session, BIND)
    MONTHS.make_on(connection, *(_day(end(one.taken_at for _, one in fine)) for end in (min, max)))
    first_new = _insert(connection, fine, zone)
    if first_new:
        connection.execute(_NEWEST, {"probes": [str(uuid) for uuid in first_new]})
    seen = {"probes": list({str(uuid) for uuid, _ in fine}), "at": at}
    connection.execute(_SEEN, seen)
    reading_rollups.refresh_on(connection)
    for uuid, (_, since) in first_new.items():
        probe = session.get_one(Probe, uuid, populate_existing=True)
        probe_states.evaluate(session, probe, at=at, zone=zone, since=since)
    new = sum(count for count, _ in first_new.values())
    moments = {(uuid, one.taken_at) for uuid, one in fine}
    return Recorded(new, len(moments) - new, refused)


def series(session: Session, probe: Probe, since: datetime, until: datetime) -> list[Point]:
    """The readings of a probe in a time, by five minutes; of a long time by the hour."""
    hour = ReadingHour
    if until - since <= BY_MINUTES:
        bucket = func.date_bin(text("interval '5 minutes'"), Reading.taken_at, since)
        celsius = Reading.celsius
        query = (
            select(bucket, func.avg(celsius), func.min(celsius), func.max(celsius))
            .where(Reading.probe_uuid == probe.uuid, Reading.taken_at.between(since, until))
            .group_by(bucket)
            .order_by(bucket)
        )
    else:
        query = (
            select(hour.began_at, hour.average, hour.minimum, hour.maximum)
            .where(hour.probe_uuid == probe.uuid, hour.began_at.between(since, until))
            .order_by(hour.began_at)
        )
    return [Point(*row) for row in session.execute(query)]


def of_day(session: Session, probe: Probe, since: datetime, until: datetime) -> list[Reading]:
    """Every reading of a probe from a moment to another, newest first."""
    query = (
        select(Reading)
        .where(Reading.probe_uuid == probe.uuid)
        .where(Reading.taken_at >= since, Reading.taken_at < until)
        .order_by(Reading.taken_at.desc())
    )
    return list(session.scalars(query))


def last_states(session: Session, probe: Probe, *, limit: int) -> list[ProbeState]:
    """The last states of a probe, newest first."""
    query = select(ProbeState).where(ProbeState.probe_uuid == probe.uuid)
    return list(session.scalars(query.order_by(ProbeState.began_at.desc()).limit(limit)))


def probes(session: Session) -> list[Probe]:
    """Every probe, by its words."""
    return list(session.scalars(select(Probe).order_by(Probe.description, Probe.uuid)))


def appliances(session: Session) -> list[Appliance]:
    """Every appliance in use with its probes, those in trouble first."""
    query = select(Appliance).where(Appliance.active).options(selectinload(Appliance.probes))
    found = session.scalars(query)
    return sorted(found, key=lambda one: (worst(one) in (None, "good"), one.name.lower()))


def worst(appliance: Appliance) -> str | None:
    """The state of an appliance: the worst of its probes; None when nothing is known."""
    states = {probe.state for probe in appliance.probes if probe.state}
    order = ("critical_high", "critical_low", "high", "low", "error", "offline", "good")
    return next((state for state in order if state in states), None)


def remove(session: Session, probe: Probe) -> None:
    """Delete a probe that never measured anything. Raises HasReadings."""
    query = select(func.count()).select_from(ReadingHour).where(
        ReadingHour.probe_uuid == probe.uuid
    )  # fmt: skip
    if session.scalar(query):
        raise HasReadings
    session.delete(probe)
    session.flush()


def _checked(
    session: Session, readings: Iterable[Taken], at: datetime
) -> tuple[list[tuple[UUID, Taken]], list[Refused]]:
    known = {row.key: row.uuid for row in session.execute(select(Probe.key, Probe.uuid))}
    archived = MONTHS.taken_out(connection_to(session, BIND))
    fine, refused = [], []
    for one in readings:
        if one.probe not in known:
            refused.append(Refused(one, f"There is no probe {one.probe}."))
        elif one.taken_at > at + EARLY:
            refused.append(Refused(one, "It was taken in the future; look at the client's clock."))
        elif one.taken_at < at - LATE:
            refused.append(Refused(one, "It was taken more than a year ago; look at the clock."))
        elif one.celsius == POWER_ON or not COLDEST <= one.celsius <= HOTTEST:
            refused.append(Refused(one, f"{one.celsius} degrees is no temperature of a probe."))
        elif _day(one.taken_at).replace(day=1) in archived:
            refused.append(Refused(one, f"The readings of {one.taken_at:%Y-%m} are archived."))
        else:
            fine.append((known[one.probe], one))
    return fine, refused


def _insert(
    connection: Connection, fine: Sequence[tuple[UUID, Taken]], zone: str
) -> dict[UUID, tuple[int, datetime]]:
    """Insert what is new; for each probe how many, and the first moment."""
    told = {
        "probes": [str(uuid) for uuid, _ in fine],
        "moments": [one.taken_at for _, one in fine],
        "degrees": [one.celsius for _, one in fine],
        "zone": zone,
    }
    rows = connection.execute(_INSERT, told)
    return {uuid: (count, first) for uuid, count, first in rows}


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


# The calibration of the day, on the clock of the client, is added once and for all.
_INSERT = text("""
    WITH sent AS (
      SELECT DISTINCT ON (probe_uuid, taken_at) *
        FROM unnest(CAST(:probes AS uuid[]), CAST(:moments AS timestamptz[]),
                    CAST(:degrees AS numeric[])) AS s (probe_uuid, taken_at, celsius)
    ), written AS (
      INSERT INTO reading (probe_uuid, taken_at, celsius)
      SELECT s.probe_uuid, s.taken_at, s.celsius + coalesce(k.offset_celsius, 0)
        FROM sent s
        JOIN probe p ON p.uuid = s.probe_uuid
        JOIN client c ON c.uuid = p.client_uuid
        LEFT JOIN LATERAL (
          SELECT offset_celsius FROM calibration
           WHERE probe_uuid = s.probe_uuid
             AND calibrated_on <= (s.taken_at AT TIME ZONE coalesce(c.time_zone, :zone))::date
           ORDER BY calibrated_on DESC LIMIT 1) AS k ON true
          ON CONFLICT (probe_uuid, taken_at) DO NOTHING
      RETURNING probe_uuid, taken_at
    )
    SELECT probe_uuid, count(*), min(taken_at) FROM written GROUP BY probe_uuid
""")
_NEWEST = text("""
    UPDATE probe p SET last_taken_at = r.taken_at, last_celsius = r.celsius
      FROM unnest(CAST(:probes AS uuid[])) AS n (uuid)
     CROSS JOIN LATERAL (SELECT taken_at, celsius FROM reading WHERE probe_uuid = n.uuid
                          ORDER BY taken_at DESC LIMIT 1) AS r
     WHERE p.uuid = n.uuid AND p.last_taken_at IS DISTINCT FROM r.taken_at
""")
_SEEN = text("""
    UPDATE client c SET last_seen_at = greatest(c.last_seen_at, :at)
     WHERE c.uuid IN (SELECT client_uuid FROM probe WHERE uuid = ANY (CAST(:probes AS uuid[])))
""")
