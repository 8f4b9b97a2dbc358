"""Sums of readings by the hour: computed anew for the hours that were written to, and no others.

The database notes them in `readings_to_refresh`, whoever writes.
"""

from __future__ import annotations

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from app.db import connection_to
from app.models.tempmon import BIND

_LOCK = 7_041_781


def refresh(session: Session) -> int:
    """Bring the sums up to date; returns for how many hours of probes there was something to do."""
    return refresh_on(connection_to(session, BIND))


def refresh_on(connection: Connection) -> int:
    """The same on a connection to the temperature database."""
    # One at a time: of two that sum the same hour, the one that looked first could write last.
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    return int(connection.scalar(_REFRESH) or 0)


# What was taken out keeps the sums that it had.
_REFRESH = text("""
    WITH taken AS (DELETE FROM readings_to_refresh RETURNING probe_uuid, began_at),
    hours AS (
      SELECT DISTINCT probe_uuid, began_at FROM taken
       WHERE date_trunc('month', began_at AT TIME ZONE 'UTC')::date
             NOT IN (SELECT month FROM readings_archive)
    ), counted AS (
      SELECT h.probe_uuid, h.began_at, r.*
        FROM hours h CROSS JOIN LATERAL (
          SELECT count(*) AS readings, min(celsius) AS minimum, avg(celsius) AS average,
                 max(celsius) AS maximum
            FROM reading
           WHERE probe_uuid = h.probe_uuid AND taken_at >= h.began_at
             AND taken_at < h.began_at + interval '1 hour') AS r
    ), gone AS (
      DELETE FROM reading_hour s USING counted c
       WHERE c.readings = 0 AND s.probe_uuid = c.probe_uuid AND s.began_at = c.began_at
    ), written AS (
      INSERT INTO reading_hour (probe_uuid, began_at, readings, minimum, average, maximum)
      SELECT * FROM counted WHERE readings > 0
          ON CONFLICT (probe_uuid, began_at) DO UPDATE
         SET readings = excluded.readings, minimum = excluded.minimum,
             average = excluded.average, maximum = excluded.maximum
    )
    SELECT count(*) FROM hours
""")
