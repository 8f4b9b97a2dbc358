"""Checks of the work in the background: workers, queues, scheduler, daemons, and how runs ended."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

from app.services.health.check import Node, Verdict, bad, good, quiet, warn
from app.work.heartbeats import SILENT_AFTER
from app.work.keeper import LOST_AFTER

LATE_WARN, LATE_BAD = 60, 600  # seconds
LEADER_LOCK = (7041778, 2)
"""The advisory lock that the scheduler holds while it leads."""

_WORKERS = text("""
    SELECT count(*) FILTER (WHERE alive) AS alive, count(*) FILTER (WHERE NOT alive) AS silent,
           extract(epoch FROM clock_timestamp() - min(last_heartbeat) FILTER (WHERE alive))
             AS oldest
      FROM (SELECT last_heartbeat,
                   last_heartbeat > clock_timestamp() - make_interval(secs => :lost) AS alive
              FROM procrastinate_workers) AS w
""")
_WAITING = text("""
    SELECT coalesce(queue, 'default') AS queue, count(*) AS many,
           max(extract(epoch FROM clock_timestamp() - greatest(asked_at, not_before))) AS oldest
      FROM run
     WHERE state = 'waiting' AND (not_before IS NULL OR not_before <= clock_timestamp())
     GROUP BY 1 ORDER BY oldest DESC
""")
_RUNS = text("""
    SELECT count(*) AS ended, count(*) FILTER (WHERE state = 'failed') AS failed,
           count(*) FILTER (WHERE state = 'lost') AS lost
      FROM run
     WHERE asked_at > now() - interval '2 days' AND finished_at > now() - interval '1 day'
""")
_LEADER = text("""
    SELECT coalesce(host(a.client_addr), 'here') AS address, a.pid, a.application_name AS name
      FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
       AND l.classid = :space AND l.objid = :seat
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
""")
_BEATS = text("""
    SELECT kind, count(*) FILTER (WHERE silent) AS silent, count(*) AS many,
           extract(epoch FROM clock_timestamp() - min(beat_at)) AS oldest
      FROM (SELECT *, beat_at < clock_timestamp() - make_interval(secs => :after) AS silent
              FROM heartbeat) AS h
     GROUP BY kind ORDER BY kind
""")


def workers(node: Node) -> Verdict:
    """Whether anybody does what is asked for."""
    with node.connect() as connection:
        found = connection.execute(_WORKERS, {"lost": LOST_AFTER}).one()
    if not found.alive:
        return bad(
            "No worker runs; whatever is asked for waits.",
            "Start one with “storekeeper worker”, and see its log for why it ended.",
        )
    return good(
        "%(count)s run; the last sign of life is %(seconds)s s old.",
        count=found.alive,
        seconds=f"{found.oldest:.0f}",
    )


def queues(node: Node) -> Verdict:
    """How long what is due has been waiting."""
    with node.connect() as connection:
        waiting: list[Any] = list(connection.execute(_WAITING))
    if not waiting:
        return good("Nothing waits.")
    longest = waiting[0]
    facts = {
        "queue": longest.queue,
        "seconds": f"{longest.oldest:.0f}",
        "count": sum(one.many for one in waiting),
    }
    fact = "%(count)s runs wait, the oldest for %(seconds)s s in the queue %(queue)s."
    if longest.oldest <= LATE_WARN:
        return good(fact, **facts)
    verdict = bad if longest.oldest > LATE_BAD else warn
    do = "See whether a worker takes from this queue; start more workers if they are all busy."
    return verdict(fact, do, **facts)


def scheduler(node: Node) -> Verdict:
    """Whether somebody decides when jobs begin."""
    with node.connect() as connection:
        found = leader(connection)
    if found is not None:
        return good("It leads from %(place)s.", place=found)
    if not node.registry.all("jobs"):
        return quiet("No jobs are declared.")
    return bad(
        "No scheduler leads; jobs do not begin.",
        "Start the scheduler, and see its log for why it ended.",
    )


def leader(connection: Connection) -> str | None:
    """Where the scheduler that leads runs: the address, and the process of its session."""
    space, seat = LEADER_LOCK
    found = connection.execute(_LEADER, {"space": space, "seat": seat}).first()
    return f"{found.address} ({found.pid})" if found else None


def runs(node: Node) -> Verdict:
    """How the runs of the last day ended."""
    with node.connect() as connection:
        found = connection.execute(_RUNS).one()
    if not found.ended:
        return quiet("Nothing ran in the last day.")
    facts = dict(found._mapping)
    if found.failed or found.lost:
        return warn(
            "Of %(ended)s runs of the last day %(failed)s failed and %(lost)s were lost.",
            "The list of runs tells why; run them again when the cause is gone.",
            **facts,
        )
    return good("%(ended)s runs ended in the last day, none of them badly.", **facts)


def daemons(node: Node) -> Verdict:
    """Whether the processes that said they live still do."""
    with node.connect() as connection:
        seconds = SILENT_AFTER.total_seconds()
        beats: list[Any] = list(connection.execute(_BEATS, {"after": seconds}))
    if not beats:
        return quiet("No daemon has said that it lives.")
    if silent := [one for one in beats if one.silent]:
        return bad(
            "Silent: %(kinds)s, for %(seconds)s s.",
            "Start them again, and see their log for why they ended.",
            kinds=", ".join(f"{one.kind} ({one.silent})" for one in silent),
            seconds=f"{max(one.oldest for one in silent):.0f}",
        )
    return good("%(kinds)s live.", kinds=", ".join(f"{one.kind} ({one.many})" for one in beats))
