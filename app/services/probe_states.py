"""The states of probes, kept as rows: worked out anew from a moment on, as readings may come late.

What was worked out before and still holds stays as it is, with its incident and its alerts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models.readings import Reading
from app.models.tempmon import DELAYS, LIMITS, Client, Probe, ProbeState
from app.services import temperature_states
from app.services.temperature_states import Rules, Spell, Window

A_MINUTE = timedelta(minutes=1)


def evaluate(
    session: Session,
    probe: Probe,
    *,
    at: datetime,
    zone: str = "UTC",
    since: datetime | None = None,
) -> ProbeState | None:
    """Bring the states of a probe up to `at`; returns the state that it is in now, if any.

    `since` is the moment from which something is new, such as the first of new readings; without it
    that of the last reading. `zone` is that of the shop, for clients without one of their own.
    """
    if not is_watched(probe):
        _end(session, probe, at)
        return None
    rules = rules_of(probe, zone=zone)
    enabled = probe.enabled_since or at
    start = max(enabled, since or probe.last_taken_at or at)
    before = _before(session, probe, start)
    # Where a state is known before, so much suffices to know the one at the start.
    back = max(enabled, start - rules.longest - rules.silence) if before else enabled
    found = _spells(session, probe, rules, back, at)
    _bring_to(session, probe, _new(found, before, start), start, at)
    return _current(session, probe)


def evaluate_all(session: Session, *, at: datetime, zone: str = "UTC") -> int:
    """Bring the states of all probes up to a moment; returns how many are watched."""
    probes = session.scalars(select(Probe).join(Probe.client).order_by(Probe.uuid)).all()
    for probe in probes:
        evaluate(session, probe, at=at, zone=zone)
    return sum(is_watched(probe) for probe in probes)


def is_watched(probe: Probe) -> bool:
    """Whether anybody should mind its temperature."""
    client = probe.client
    on = probe.enabled_since is not None and client.enabled_since is not None
    return on and not client.archived


def rules_of(probe: Probe, *, zone: str = "UTC") -> Rules:
    """What a probe must keep, as the pure rules have it."""
    delays = {name.removesuffix("_delay"): getattr(probe, name) * A_MINUTE for name in DELAYS}
    error = delays.pop("error")
    defrosts = probe.appliance.defrosts if probe.appliance else ()
    return Rules(
        silence=silence_of(probe.client) + error,
        **{name: getattr(probe, name) for name in LIMITS},
        delays=delays,
        defrosts=[Window(one.weekday, one.start_time, one.minutes * A_MINUTE) for one in defrosts],
        zone=ZoneInfo(probe.client.time_zone or zone),
    )


def silence_of(client: Client) -> timedelta:
    """Three readings may be missing, and a minute more."""
    return timedelta(seconds=3 * client.delay_seconds + 60)


def _spells(
    session: Session, probe: Probe, rules: Rules, back: datetime, at: datetime
) -> list[Spell]:
    query = (
        select(Reading.taken_at, Reading.celsius)
        .where(Reading.probe_uuid == probe.uuid, Reading.taken_at.between(back, at))
        .order_by(Reading.taken_at)
    )
    readings = [(moment, celsius) for moment, celsius in session.execute(query)]
    heard: list[datetime] = []
    if _is_silent([back, *(moment for moment, _ in readings), at], rules.silence):
        heard = _heard(session, probe, back, at)
    return temperature_states.spells(rules, readings, since=back, now=at, heard=heard)


def _heard(session: Session, probe: Probe, back: datetime, at: datetime) -> list[datetime]:
    query = (
        select(Reading.taken_at)
        .join(Probe, Probe.uuid == Reading.probe_uuid)
        .where(Probe.client_uuid == probe.client_uuid, Reading.taken_at.between(back, at))
        .distinct()
        .order_by(Reading.taken_at)
    )
    return list(session.scalars(query))


def _is_silent(moments: list[datetime], silence: timedelta) -> bool:
    return any(later - sooner > silence for sooner, later in pairwise(moments))


def _before(session: Session, probe: Probe, start: datetime) -> ProbeState | None:
    query = select(ProbeState).where(ProbeState.probe_uuid == probe.uuid)
    query = query.where(ProbeState.began_at < start).order_by(ProbeState.began_at.desc())
    return session.scalars(query.limit(1)).first()


def _new(found: list[Spell], before: ProbeState | None, start: datetime) -> list[Spell]:
    """What is to be written: the spells from `start` on, unless the one before goes on."""
    if before is None:
        return found
    held = [spell for spell in found if spell.began_at <= start][-1:]
    wanted = [Spell(one.state, start) for one in held]
    wanted += [spell for spell in found if spell.began_at > start]
    return wanted[1:] if wanted and wanted[0].state == before.state else wanted


def _bring_to(
    session: Session, probe: Probe, wanted: Iterable[Spell], start: datetime, at: datetime
) -> None:
    """Make the rows what they should be; each ends when the next begins."""
    told = {spell.began_at: spell.state for spell in wanted}
    rows = session.scalars(
        select(ProbeState).where(ProbeState.probe_uuid == probe.uuid).where(
            ProbeState.began_at >= min([start, *told])
        )
    ).all()  # fmt: skip
    kept = [row for row in rows if told.get(row.began_at) == row.state]
    gone = [row.uuid for row in rows if row not in kept]
    if gone:
        session.execute(delete(ProbeState).where(ProbeState.uuid.in_(gone)))
    new = told.keys() - {row.began_at for row in kept}
    if not new and not gone:
        return
    _chain(session, probe, [(moment, told[moment]) for moment in sorted(new)], start, at)


def _chain(
    session: Session,
    probe: Probe,
    new: list[tuple[datetime, str]],
    start: datetime,
    at: datetime,
) -> None:
    """Add rows and end each where the next begins; one is open at a time, as the database wants."""
    first = min([start, *(moment for moment, _ in new)])
    near = (
        select(ProbeState)
        .where(ProbeState.probe_uuid == probe.uuid)
        .order_by(ProbeState.began_at.desc())
    )
    later = list(session.scalars(near.where(ProbeState.began_at >= first)))
    before = list(session.scalars(near.where(ProbeState.began_at < first).limit(1)))
    added = [
        ProbeState(probe_uuid=probe.uuid, state=state, began_at=moment, noted_at=at)
        for moment, state in new
    ]
    line = sorted([*before, *later, *added], key=lambda row: row.began_at)
    for row, following in zip(line, [*line[1:], None], strict=True):
        row.ended_at = following.began_at if following else None
    for row in line[:-1]:
        session.add(row)
    session.flush()
    session.add_all(line)
    session.flush()
    if line:
        probe.state, probe.state_since = line[-1].state, line[-1].began_at
        session.flush()


def _end(session: Session, probe: Probe, at: datetime) -> None:
    """Nobody minds any more: the state ends."""
    current = _current(session, probe)
    if current is not None:
        current.ended_at = max(at, current.began_at + timedelta(microseconds=1))
    probe.state = probe.state_since = None
    session.flush()


def _current(session: Session, probe: Probe) -> ProbeState | None:
    return session.scalars(
        select(ProbeState).where(ProbeState.probe_uuid == probe.uuid, ProbeState.ended_at.is_(None))
    ).first()
