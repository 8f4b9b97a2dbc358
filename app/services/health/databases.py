"""Checks of the databases: whether they answer, how fast, and at which revision they are."""

from __future__ import annotations

import time

from psycopg2 import OperationalError as DriverError
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.db import drift, migrate
from app.db.binds import BINDS
from app.services import sales_databases
from app.services.health.check import Node, Verdict, bad, good, quiet, warn

SLOW = 0.25  # seconds for the smallest question
CLOCK_WARN, CLOCK_BAD = 2.0, 30.0  # seconds
FULL = 0.9  # of the connections

_STATE = text("""
    SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean AS read_only,
           (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS taken,
           current_setting('max_connections')::integer AS most
""")


def core(node: Node) -> Verdict:
    return _answers(node, "core")


def trainwreck(node: Node) -> Verdict:
    return _answers(node, "trainwreck")


def tempmon(node: Node) -> Verdict:
    return _answers(node, "tempmon")


def archives(node: Node) -> Verdict:
    """The sales databases of older years."""
    names = sales_databases.names()
    if not names:
        return quiet("No older sales are in databases of their own.")
    odd = {name: _answers(node, f"trainwreck.{name}") for name in names}
    odd = {name: verdict for name, verdict in odd.items() if verdict.state != "good"}
    if odd:
        verdict = bad if any(one.state == "bad" for one in odd.values()) else warn
        first = next(iter(odd.values()))
        return verdict(
            "Not well: %(names)s. %(fact)s",
            "See whether PostgreSQL runs there, and whether [trainwreck] archive.… is right.",
            names=", ".join(odd),
            fact=first.fact_told,
        )
    return good("%(count)s answer: %(names)s.", count=len(names), names=", ".join(names))


def revisions(node: Node) -> Verdict:
    """Whether the tables are those that this program knows."""
    behind = []
    for bind in migrate.databases():
        with node.connect(bind) as connection:
            unknown = migrate.unknown_to_us(connection, bind)
            there = migrate.current_of(connection, bind)
        if unknown:
            return bad(
                "The %(bind)s database has revisions that this program does not know: %(names)s.",
                "Upgrade this program, or install the project that made them.",
                bind=bind,
                names=", ".join(unknown),
            )
        if there != migrate.head(bind):
            behind.append(bind)
    if behind:
        return bad(
            "Not at the newest revision: %(binds)s.",
            "Run “storekeeper db upgrade”.",
            binds=", ".join(behind),
        )
    return good("All tables are as this program wants them.")


def tables(node: Node) -> Verdict:
    """Whether somebody changed tables by hand; compares every one, which takes a while."""
    found = [f"{bind}: {line}" for bind in BINDS for line in drift.differences(bind)]
    if found:
        return bad(
            "%(count)s differences; the first: %(first)s",
            "“storekeeper db check” lists them all.",
            count=len(found),
            first=found[0],
        )
    return good("No table differs from the program's.")


def clock(node: Node) -> Verdict:
    """How far the clocks of this machine and of the database are apart."""
    with node.connect() as connection:
        before = time.time()
        there = connection.scalar(text("SELECT extract(epoch FROM clock_timestamp())::float8"))
        after = time.time()
    apart = abs(float(there or 0) - (before + after) / 2) - (after - before) / 2
    facts = {"seconds": f"{max(apart, 0):.1f}"}
    if apart > CLOCK_WARN:
        verdict = bad if apart > CLOCK_BAD else warn
        return verdict(
            "This machine and the database are %(seconds)s s apart.",
            "Let both take the time from a time server (NTP).",
            **facts,
        )
    return good("This machine and the database agree.")


def _answers(node: Node, bind: str) -> Verdict:
    try:
        with node.connect(bind) as connection:
            began = time.monotonic()
            connection.execute(text("SELECT 1"))
            seconds = time.monotonic() - began
            state = connection.execute(_STATE).one()
    except (OperationalError, DriverError) as error:
        words = str(getattr(error, "orig", None) or error).strip().splitlines()
        return bad(
            "It does not answer: %(error)s",
            "See whether PostgreSQL runs, and whether its address under [db] is right.",
            error=words[0] if words else "",
        )
    facts = {"ms": f"{seconds * 1000:.0f}"}
    if state.read_only:
        return bad(
            "It can only be read.",
            "Connect to the primary server, or see why it refuses to write; its disk may be full.",
        )
    if state.taken > FULL * state.most:
        return warn(
            "%(taken)s of %(most)s connections are taken.",
            "Raise max_connections, or let fewer processes run.",
            taken=state.taken,
            most=state.most,
        )
    if seconds > SLOW:
        return warn(
            "It answers in %(ms)s ms, which is slow.",
            "See what keeps it busy, and how good the network to it is.",
            **facts,
        )
    return good("It answers in %(ms)s ms.", **facts)
