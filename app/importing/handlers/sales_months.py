"""Where the rows of new receipts go: into months that are there, or into new ones, made aside.

A month of which there is nothing yet is loaded into tables without indexes and triggers, which are
attached when they are full: less than half the time. The rest goes the usual way.
"""

# The names in these statements are our own, never of a file.
# ruff: noqa: S608

from __future__ import annotations

from sqlalchemy import Connection, text

_LOCK = 7_041_778
"""That of create_sales_partitions: two at once would make the same month."""


def prepare(connection: Connection) -> None:
    """Decide which months of `sales_wanted` are loaded aside; make what others lack."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    connection.execute(text("DROP TABLE IF EXISTS sales_aside"))
    connection.execute(_CHOOSE)
    connection.execute(_MAKE_OTHERS)
    connection.execute(_NOTE_DAYS)


def insert(connection: Connection, part: str, names: str, rows: str) -> int:
    """Insert those of some rows that are new, by `is_new`; returns how many."""
    known, aside = connection.execute(_HOW_MANY).one()
    count = 0
    if aside:
        connection.execute(_OPEN, {"part": part})
        which = f"WHERE {_IS_ASIDE}" if known else "WHERE is_new"
        count += _insert(connection, f"{part}_aside", names, rows, which)
        connection.execute(text("SELECT attach_sales_aside(:part)"), {"part": part})
    if known:
        which = f"WHERE is_new AND NOT {_IS_ASIDE}" if aside else "WHERE is_new"
        count += _insert(connection, part, names, rows, which)
    return count


def finish(connection: Connection) -> None:
    """Make those tables of the new months of which the file said nothing."""
    connection.execute(text("SELECT create_sales_partitions(month, month) FROM sales_aside"))


def _insert(connection: Connection, table: str, names: str, rows: str, which: str) -> int:
    found = connection.execute(text(f"INSERT INTO {table} ({names}) SELECT {names} {rows} {which}"))
    return max(0, found.rowcount)


_IS_ASIDE = "date_trunc('month', sold_on)::date IN (SELECT month FROM sales_aside)"
_DAYS = "(SELECT array_agg(DISTINCT sold_on) FROM sales_wanted)"
_CHOOSE = text(f"""
    CREATE TEMPORARY TABLE sales_aside ON COMMIT DROP AS
    SELECT month FROM sales_months_to_load_aside({_DAYS}) AS month
""")
_MAKE_OTHERS = text(f"""
    SELECT create_sales_partitions(month, month)
      FROM (SELECT DISTINCT date_trunc('month', sold_on)::date AS month FROM sales_wanted
             WHERE NOT {_IS_ASIDE} ORDER BY 1) AS months
""")
# What a trigger does for the other months.
_NOTE_DAYS = text(f"""
    INSERT INTO sales_to_refresh (sold_on, store_number)
    SELECT DISTINCT sold_on, store_number FROM sales_wanted WHERE {_IS_ASIDE}
""")
_HOW_MANY = text(f"""
    SELECT count(*) FILTER (WHERE is_new AND NOT is_aside), count(*) FILTER (WHERE is_aside)
      FROM (SELECT is_new, {_IS_ASIDE} AS is_aside FROM sales_wanted) AS receipts
""")
_OPEN = text("SELECT open_sales_aside(:part, (SELECT array_agg(month) FROM sales_aside))")
