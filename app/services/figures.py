"""Figures of products: last sold, movement, true cost and margin; computed for all at once.

Sales are in another database, so their sums travel by COPY; all else is one statement. A figure
that stays the same is not written again.
"""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from app.db import connection_to
from app.models.sales import BIND

WINDOW = 28
ROWS = 20_000


def refresh(session: Session, *, today: date) -> int:
    """Bring the figures up to date; returns of how many products one changed."""
    core = connection_to(session, "core")
    core.execute(text("DROP TABLE IF EXISTS sold"))
    core.execute(_MAKE)
    _bring_sales(connection_to(session, BIND), core, today)
    core.execute(text("ANALYZE sold"))
    count = core.execute(_WRITE, {"today": today}).rowcount
    session.expire_all()
    return count


def _bring_sales(sales: Connection, core: Connection, today: date) -> None:
    """The sums of the sales database, in portions, so that memory stays flat."""
    span = {
        "week": today - timedelta(days=7),
        "weeks": today - timedelta(days=WINDOW),
        "today": today,
    }
    cursor = core.connection.cursor()
    found = sales.execute(_SUMS, span, execution_options={"stream_results": True})
    for part in found.partitions(ROWS):
        lines = io.StringIO()
        csv.writer(lines).writerows(part)
        lines.seek(0)
        cursor.copy_expert("COPY sold FROM STDIN WITH (FORMAT csv)", lines)


_MAKE = text("""
    CREATE TEMPORARY TABLE sold (number text PRIMARY KEY, last_sold_on date,
      sold_7_days numeric(12, 4), sold_28_days numeric(12, 4)) ON COMMIT DROP
""")
# The index of the sums begins with the product, so the last day of each costs one step.
_SUMS = text("""
    SELECT product_number, max(sold_on),
           coalesce(sum(quantity) FILTER (WHERE sold_on >= :week AND sold_on < :today), 0),
           coalesce(sum(quantity) FILTER (WHERE sold_on >= :weeks AND sold_on < :today), 0)
      FROM sales_by_product WHERE sold_on <= :today GROUP BY product_number
""")
_IN_FORCE = """(starts_on IS NULL OR starts_on <= :today) AND (ends_on IS NULL OR ends_on >= :today)
           AND store_uuid IS NULL AND level = 1"""
_WRITE = text(f"""
    WITH price AS (
      SELECT product_uuid,
             coalesce(min(price / multiple) FILTER (WHERE kind <> 'regular'),
                      min(price / multiple)) AS price
        FROM product_price
       WHERE kind IN ('regular', 'sale', 'tpr', 'manager_special') AND {_IN_FORCE}
       GROUP BY product_uuid
    ), cost AS (
      SELECT product_uuid,
             CASE WHEN discount_cost IS NOT NULL
                   AND (discount_starts_on IS NULL OR discount_starts_on <= :today)
                   AND (discount_ends_on IS NULL OR discount_ends_on >= :today)
                  THEN discount_cost ELSE unit_cost END AS cost
        FROM product_cost WHERE is_preferred
    )
    INSERT INTO product_figures AS f
           (product_uuid, last_sold_on, sold_7_days, sold_28_days, true_cost, true_margin)
    SELECT p.uuid, s.last_sold_on, coalesce(s.sold_7_days, 0), coalesce(s.sold_28_days, 0), c.cost,
           CASE WHEN r.price > 0 AND c.cost IS NOT NULL
                THEN greatest(round((r.price - c.cost) / r.price, 5), -9999999) END
      FROM product p
      LEFT JOIN sold s ON s.number = p.number
      LEFT JOIN cost c ON c.product_uuid = p.uuid
      LEFT JOIN price r ON r.product_uuid = p.uuid
    ON CONFLICT (product_uuid) DO UPDATE
       SET last_sold_on = excluded.last_sold_on, sold_7_days = excluded.sold_7_days,
           sold_28_days = excluded.sold_28_days, true_cost = excluded.true_cost,
           true_margin = excluded.true_margin, computed_at = now()
     WHERE (f.last_sold_on, f.sold_7_days, f.sold_28_days, f.true_cost, f.true_margin)
           IS DISTINCT FROM (excluded.last_sold_on, excluded.sold_7_days, excluded.sold_28_days,
                             excluded.true_cost, excluded.true_margin)
""")  # noqa: S608
