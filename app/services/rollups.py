"""Sums of sales by day: computed anew for the days and stores that were written to, and no others.

The database notes them in `sales_to_refresh`, whoever writes. All is done set by set: the marks are
taken away, the lines of those days are summed once, the old sums go and the new ones come.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from app.db import connection_to
from app.models.sales import BIND

_LOCK = 7_041_779


def refresh(session: Session) -> int:
    """Bring the sums up to date; returns for how many days of stores there was something to do."""
    return refresh_on(connection_to(session, BIND))


def refresh_on(connection: Connection) -> int:
    """The same on a connection to the sales database."""
    # One at a time: of two that sum the same day, the one that looked first could write last.
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    connection.execute(text("DROP TABLE IF EXISTS refreshing, counted"))
    connection.execute(_TAKE_MARKS)
    count, first, last = connection.execute(_WHICH).one()
    if not count:
        return 0
    span = {"first": first, "last": last}
    connection.execute(text("ANALYZE refreshing"))
    memory = connection.scalar(text("SELECT current_setting('work_mem')"))
    _set_memory(connection, _MEMORY)
    connection.execute(_COUNT_LINES, span)
    for table in _WRITE:
        gone = f"DELETE FROM {table} s USING refreshing r WHERE {_SAME} AND {_IN_SPAN}"  # noqa: S608
        connection.execute(text(gone), span)
        key = connection.scalar(_LAY_BARE, {"name": table})
        connection.execute(_WRITE[table], span if ":first" in str(_WRITE[table]) else {})
        if key is not None:
            connection.execute(text(key))
    connection.execute(_FORGET_ALL_STORES)
    connection.execute(_SUM_ALL_STORES)
    _set_memory(connection, str(memory))
    return int(count)


def _set_memory(connection: Connection, size: str) -> None:
    connection.execute(text("SELECT set_config('work_mem', :size, true)"), {"size": size})


def mark(session: Session, first: date, last: date) -> None:
    """Have all days of a span summed anew at the next refresh."""
    connection_to(session, BIND).execute(_MARK, {"first": first, "last": last})


# A key that is made at once, after a first load, takes a third of the time.
_LAY_BARE = text("SELECT lay_bare_if_empty(:name)")
_SAME = "s.sold_on = r.sold_on AND s.store_number = r.store_number"
_IN_SPAN = "s.sold_on BETWEEN :first AND :last"
_MEMORY = "192MB"
"""A year of sales has a million groups; what does not fit goes to disk."""
_MARK = text("""
    INSERT INTO sales_to_refresh (sold_on, store_number)
    SELECT DISTINCT sold_on, store_number FROM transaction WHERE sold_on BETWEEN :first AND :last
     UNION
    SELECT sold_on, store_number FROM sales_by_store WHERE sold_on BETWEEN :first AND :last
""")
# What was taken out keeps the sums that it had.
_TAKE_MARKS = text("""
    CREATE TEMPORARY TABLE refreshing ON COMMIT DROP AS
    WITH taken AS (DELETE FROM sales_to_refresh RETURNING sold_on, store_number)
    SELECT DISTINCT sold_on, store_number FROM taken
     WHERE date_trunc('month', sold_on)::date NOT IN (SELECT month FROM sales_archive)
""")
# A year of all stores is read as a row for each day and department, not one for each store too.
_FORGET_ALL_STORES = text("""
    DELETE FROM sales_by_department
     WHERE store_number = 0 AND sold_on IN (SELECT sold_on FROM refreshing)
""")
_SUM_ALL_STORES = text("""
    INSERT INTO sales_by_department (sold_on, store_number, department_number,
           department_name, lines, quantity, gross, discount, net)
    SELECT sold_on, 0, department_number, min(department_name), sum(lines), sum(quantity),
           sum(gross), sum(discount), sum(net)
      FROM sales_by_department
     WHERE sold_on IN (SELECT sold_on FROM refreshing)
     GROUP BY sold_on, department_number
""")
_WHICH = text("SELECT count(*), min(sold_on), max(sold_on) FROM refreshing")
_LINES = """
      FROM refreshing r
      JOIN transaction t USING (sold_on, store_number)
      JOIN transaction_item i ON i.transaction_uuid = t.uuid AND i.sold_on = t.sold_on
     WHERE t.sold_on BETWEEN :first AND :last AND i.sold_on BETWEEN :first AND :last
       AND NOT (t.void OR t.training OR i.void OR i.error_correct OR i.exempt)
"""
_SUMS_OF_LINES = """
    count(*) AS lines, sum(i.quantity) AS quantity, sum(i.gross) AS gross,
    sum(i.discount) AS discount, sum(i.net) AS net
"""
# Products are not among these: there are nearly as many of them in a day as lines.
_COUNT_LINES = text(f"""
    CREATE TEMPORARY TABLE counted ON COMMIT DROP AS
    SELECT t.sold_on, t.store_number, t.sold_hour,
           coalesce(i.department_number, 0) AS department_number, min(i.department_name) AS name,
           {_SUMS_OF_LINES}
           {_LINES}
     GROUP BY t.sold_on, t.store_number, t.sold_hour, coalesce(i.department_number, 0)
""")
_SUMS = "sum(lines), sum(quantity), sum(gross), sum(discount), sum(net)"
_TRANSACTIONS = """
      FROM refreshing r JOIN transaction t USING (sold_on, store_number)
     WHERE t.sold_on BETWEEN :first AND :last AND NOT (t.void OR t.training)
"""
_WRITE = {
    "sales_by_product": text(f"""
        INSERT INTO sales_by_product
               (sold_on, store_number, product_number, lines, quantity, gross, discount, net)
        SELECT t.sold_on, t.store_number, i.product_number, {_SUMS_OF_LINES}
               {_LINES} AND i.product_number IS NOT NULL
         GROUP BY t.sold_on, t.store_number, i.product_number
         ORDER BY t.sold_on, t.store_number, i.product_number
    """),
    "sales_by_department": text(f"""
        INSERT INTO sales_by_department (sold_on, store_number, department_number,
               department_name, lines, quantity, gross, discount, net)
        SELECT sold_on, store_number, department_number, min(name), {_SUMS}
          FROM counted GROUP BY sold_on, store_number, department_number
    """),  # noqa: S608
    "sales_by_store": text(f"""
        INSERT INTO sales_by_store (sold_on, store_number, lines, quantity, gross, discount, net,
               transactions, tax)
        SELECT sold_on, store_number, {_SUMS}, sum(transactions), sum(tax) FROM (
          SELECT sold_on, store_number, lines, quantity, gross, discount, net, 0 AS transactions,
                 0 AS tax FROM counted
           UNION ALL
          SELECT t.sold_on, t.store_number, 0, 0, 0, 0, 0, 1, t.tax {_TRANSACTIONS}) AS parts
         GROUP BY sold_on, store_number
    """),  # noqa: S608
    "sales_by_hour": text(f"""
        INSERT INTO sales_by_hour
               (sold_on, store_number, sold_hour, lines, quantity, net, transactions)
        SELECT sold_on, store_number, sold_hour, sum(lines), sum(quantity), sum(net),
               sum(transactions) FROM (
          SELECT sold_on, store_number, sold_hour, lines, quantity, net, 0 AS transactions
            FROM counted
           UNION ALL
          SELECT t.sold_on, t.store_number, t.sold_hour, 0, 0, 0, 1 {_TRANSACTIONS}) AS parts
         GROUP BY sold_on, store_number, sold_hour
    """),  # noqa: S608
}
