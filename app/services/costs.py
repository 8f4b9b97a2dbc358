"""Costs: what vendors ask, and how what they will ask comes into force."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session


def apply_due(session: Session, *, today: date) -> int:
    """Make the future costs that are due the costs of today; returns how many products changed.

    Of several that are due the newest counts. One with a last day leaves another behind, by which
    the old cost comes back. All is done set by set, in the change set of the session.
    """
    told = {"today": today}
    session.execute(_LOCK, told)
    session.execute(text("DROP TABLE IF EXISTS due_cost"))
    session.execute(_DUE, told)
    count = session.scalar(text("SELECT count(*) FROM due_cost")) or 0
    if count:
        for step in (_COME_BACK, _CHANGE, _CREATE):
            session.execute(step)
    session.execute(_FORGET, told)
    session.expire_all()
    return count


# Lock first, look second: two people may apply them at once.
_LOCK = text("""
    SELECT count(*) FROM (
      SELECT FROM future_cost WHERE starts_on <= :today ORDER BY uuid FOR UPDATE) AS locked
""")
_DUE = text("""
    CREATE TEMPORARY TABLE due_cost ON COMMIT DROP AS
    SELECT DISTINCT ON (product_uuid, vendor_uuid) *
      FROM future_cost
     WHERE starts_on <= :today AND (ends_on IS NULL OR ends_on >= :today)
     ORDER BY product_uuid, vendor_uuid, starts_on DESC
""")
_SAME = "c.product_uuid = d.product_uuid AND c.vendor_uuid = d.vendor_uuid"
_COME_BACK = text(f"""
    INSERT INTO future_cost
           (product_uuid, vendor_uuid, vendor_item, case_cost, case_size, starts_on, discontinued)
    SELECT c.product_uuid, c.vendor_uuid, c.vendor_item, c.case_cost, c.case_size, d.ends_on + 1,
           c.discontinued
      FROM due_cost d JOIN product_cost c ON {_SAME}
     WHERE d.ends_on IS NOT NULL
    ON CONFLICT (product_uuid, vendor_uuid, starts_on) DO NOTHING
""")  # noqa: S608
# A discount that is more than the new cost cannot be meant for it.
_CHANGE = text(f"""
    UPDATE product_cost c
       SET case_cost = d.case_cost, case_size = d.case_size, effective_on = d.starts_on,
           vendor_item = coalesce(d.vendor_item, c.vendor_item), discontinued = d.discontinued,
           discount_amount = CASE WHEN c.discount_amount <= d.case_cost THEN c.discount_amount END,
           discount_starts_on =
             CASE WHEN c.discount_amount > d.case_cost THEN NULL ELSE c.discount_starts_on END,
           discount_ends_on =
             CASE WHEN c.discount_amount > d.case_cost THEN NULL ELSE c.discount_ends_on END
      FROM due_cost d WHERE {_SAME}
""")  # noqa: S608
_CREATE = text(f"""
    INSERT INTO product_cost (product_uuid, vendor_uuid, vendor_item, case_cost, case_size,
           effective_on, discontinued, is_preferred)
    SELECT product_uuid, vendor_uuid, vendor_item, case_cost, case_size, starts_on, discontinued,
           row_number() OVER (PARTITION BY product_uuid ORDER BY case_cost / case_size) = 1
           AND NOT EXISTS (SELECT FROM product_cost o WHERE o.product_uuid = d.product_uuid)
      FROM due_cost d
     WHERE NOT EXISTS (SELECT FROM product_cost c WHERE {_SAME})
""")  # noqa: S608
_FORGET = text("DELETE FROM future_cost WHERE starts_on <= :today")
