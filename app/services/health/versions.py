"""Which versions work together here."""

from __future__ import annotations

import platform

from sqlalchemy import text

from app.db import migrate
from app.services.health.check import Node, Verdict, bad, good, warn
from app.work.heartbeats import SILENT_AFTER, program_version

OLDEST_SERVER = 150_000

_OTHERS = text("""
    SELECT DISTINCT version FROM heartbeat
     WHERE version <> :ours AND beat_at > now() - make_interval(secs => :after)
     ORDER BY version
""")


def versions(node: Node) -> Verdict:
    """Those of the program, Python, PostgreSQL and the tables."""
    ours = program_version()
    seconds = SILENT_AFTER.total_seconds()
    with node.connect() as connection:
        number = int(connection.scalar(text("SHOW server_version_num")) or 0)
        server = str(connection.scalar(text("SHOW server_version"))).split()[0]
        heads = ", ".join(sorted(migrate.heads_of(connection))) or "none"
        others = ", ".join(connection.scalars(_OTHERS, {"ours": ours, "after": seconds}))
    facts = {
        "ours": ours,
        "python": platform.python_version(),
        "server": server,
        "heads": heads,
        "others": others,
    }
    if number < OLDEST_SERVER:
        return bad(
            "PostgreSQL %(server)s is too old.", "Upgrade PostgreSQL to 15 or newer.", **facts
        )
    if others:
        return warn(
            "This is Storekeeper %(ours)s, while other processes are of %(others)s.",
            "Start them all again with one version.",
            **facts,
        )
    return good(
        "Storekeeper %(ours)s, Python %(python)s, PostgreSQL %(server)s, tables %(heads)s.",
        **facts,
    )
