"""How staged receipt lines become transactions, items and discounts, set by set.

What belongs to a new transaction is inserted straight from the stage. What belongs to one that is
there is compared with it, by what the file says and not by what the core says today of a product:
a receipt keeps the words of its day.
"""

# The names in these statements are our own, never of a file.
# ruff: noqa: S608

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import text

from app.importing.comparison import Comparison

ITS_RECEIPT = """
    w.receipt_number = s.receipt_number AND w.store_number = s.store_number
    AND w.sold_on = s.sold_at_day AND w.terminal = coalesce(s.terminal, '')
"""


class SalesComparison(Comparison):
    """The base of the three: it runs statements and counts rows."""

    def _run(self, sql: str) -> int:
        return max(0, self.connection.execute(text(sql)).rowcount)

    def _number(self, sql: str) -> int:
        return int(self.connection.scalar(text(sql)) or 0)


class TransactionComparison(SalesComparison):
    """Makes `sales_wanted`, a row for each receipt of the file, and brings the table to it."""

    def compare(self, records: int) -> None:
        self._run("DROP TABLE IF EXISTS sales_wanted")
        self._run(_EXACT)
        self._run(_WANTED)
        self._run("ANALYZE sales_wanted")
        self._make_partitions()
        counts = self.connection.execute(text(_COUNT)).one()
        self.counts.created, self.counts.updated, self.counts.unchanged = counts

    def apply(self) -> None:
        if self.counts.updated:
            self._run(_UPDATE)
        if self.counts.created:
            self._run(_INSERT)

    def _make_partitions(self) -> None:
        self._run("""
            SELECT create_sales_partitions(month, month)
              FROM (SELECT DISTINCT date_trunc('month', sold_on)::date AS month
                      FROM sales_wanted ORDER BY 1) AS months
        """)


class PartComparison(SalesComparison):
    """The rows that belong to transactions: those of new ones, then those of known ones."""

    part: ClassVar[str]
    rows_of: ClassVar[str]
    """Rows as the file has them, with all columns of the table and `is_new`."""
    keys: ClassVar[tuple[str, ...]]
    said: ClassVar[tuple[str, ...]]
    """The columns that the file says: they are compared, and updated."""
    columns: ClassVar[tuple[str, ...]]

    def compare(self, records: int) -> None:
        self._wanted = self.rows_of.format(sequence=self._sequence())
        self._known = self._number("SELECT count(*) FROM sales_wanted WHERE NOT is_new")

    def apply(self) -> None:
        names = ", ".join(self.columns)
        insert = f"INSERT INTO {self.part} ({names}) SELECT {names} FROM"
        self.counts.created = self._run(f"{insert} ({self._wanted}) AS w WHERE is_new")
        if self._known:
            self._bring_to(insert)

    def _bring_to(self, insert: str) -> None:
        keys = ("transaction_uuid", "sold_on", *self.keys)
        same = " AND ".join(f"p.{key} = w.{key}" for key in keys)
        old = ", ".join(f"p.{name}" for name in self.said)
        new = ", ".join(f"w.{name}" for name in self.said)
        self._run(f"DROP TABLE IF EXISTS known_{self.part}")
        self._run(f"""
            CREATE TEMPORARY TABLE known_{self.part} ON COMMIT DROP AS
            SELECT w.*, p.transaction_uuid IS NULL AS is_missing, ({old}) IS DISTINCT FROM ({new})
                   AS differs
              FROM ({self._wanted}) AS w LEFT JOIN {self.part} p ON {same} WHERE NOT w.is_new
        """)
        self._run(f"ANALYZE known_{self.part}")
        wanted = f"known_{self.part} w"
        sets = ", ".join(f"{name} = w.{name}" for name in self.said)
        self.counts.deleted = self._run(f"""
            DELETE FROM {self.part} p USING sales_wanted t
             WHERE NOT t.is_new AND p.transaction_uuid = t.uuid AND p.sold_on = t.sold_on
               AND NOT EXISTS (SELECT FROM {wanted} WHERE {same})
        """)
        self.counts.updated = self._run(f"""
            UPDATE {self.part} p SET {sets} FROM {wanted}
             WHERE {same} AND w.differs AND NOT w.is_missing
        """)
        self.counts.created += self._run(f"{insert} {wanted} WHERE w.is_missing")
        everything = self._number(f"SELECT count(*) FROM {wanted} WHERE NOT w.is_missing")
        self.counts.unchanged = everything - self.counts.updated

    def _sequence(self) -> str:
        """Counted from the first line of a receipt, or by sorting where receipts are mixed."""
        mixed = self._number("SELECT count(*) FROM sales_wanted WHERE last - first >= item_count")
        if not mixed:
            return "s.line - w.first + 1"
        return "row_number() OVER (PARTITION BY w.uuid ORDER BY s.line)"


class ItemComparison(PartComparison):
    """The lines of the receipts."""

    part, keys = "transaction_item", ("sequence",)
    said = (
        "type", "product_number", "quantity", "unit_price", "gross", "discount", "net",
    )  # fmt: skip
    columns = (
        "transaction_uuid", "sold_on", "sequence", "store_number", *said, "product_uuid", "gtin",
        "description", "brand", "size", "weighed", "department_number", "department_name",
        "subdepartment_number", "subdepartment_name",
    )  # fmt: skip
    rows_of = f"""
        SELECT w.uuid AS transaction_uuid, w.sold_on, {{sequence}} AS sequence, s.store_number,
               CASE WHEN s.quantity < 0 OR s.sales_value < 0 THEN 'return' ELSE 'sale' END AS type,
               s.product_number, coalesce(s.quantity, 1) AS quantity,
               round((s.sales_value + coalesce(s.retail_discount, 0)
                      + coalesce(s.coupon_match_discount, 0)) / nullif(s.quantity, 0), 3)
               AS unit_price,
               s.sales_value + coalesce(s.retail_discount, 0)
               + coalesce(s.coupon_match_discount, 0) AS gross,
               coalesce(s.retail_discount, 0) + coalesce(s.coupon_match_discount, 0) AS discount,
               s.sales_value AS net, p.uuid AS product_uuid, p.gtin,
               coalesce(s.description, p.description) AS description, p.brand, p.size,
               coalesce(p.weighed, false) AS weighed,
               coalesce(s.department_number, p.department_number) AS department_number,
               CASE WHEN s.department_number IS NULL THEN p.department_name END AS department_name,
               p.subdepartment_number, p.subdepartment_name, w.is_new
          FROM staged_sales s JOIN sales_wanted w ON {ITS_RECEIPT}
          LEFT JOIN known_products p ON p.number = s.product_number
    """


class DiscountComparison(PartComparison):
    """The discounts of the lines, each kind that is not zero."""

    part, keys, said = "transaction_discount", ("item_sequence", "sequence"), ("amount",)
    columns = ("transaction_uuid", "sold_on", "item_sequence", "sequence", "kind", "amount")
    rows_of = f"""
        SELECT l.uuid AS transaction_uuid, l.sold_on, l.item_sequence, d.sequence, d.kind, d.amount,
               l.is_new
          FROM (SELECT w.uuid, w.sold_on, {{sequence}} AS item_sequence, w.is_new,
                       s.retail_discount, s.coupon_discount, s.coupon_match_discount
                  FROM staged_sales s JOIN sales_wanted w ON {ITS_RECEIPT}) AS l
         CROSS JOIN LATERAL (VALUES
               (1, 'member', l.retail_discount), (2, 'coupon', l.coupon_discount),
               (3, 'coupon_match', l.coupon_match_discount)) AS d (sequence, kind, amount)
         WHERE d.amount <> 0
    """


# A moment that came with an offset is put on the clock of its store.
_EXACT = """
    UPDATE staged_sales s
       SET sold_at = sold_at_exact AT TIME ZONE k.time_zone,
           sold_at_day = (sold_at_exact AT TIME ZONE k.time_zone)::date
      FROM known_stores k WHERE k.number = s.store_number AND sold_at_exact IS NOT NULL
"""
_WANTED = """
    CREATE TEMPORARY TABLE sales_wanted ON COMMIT DROP AS
    WITH said AS (
      SELECT store_number, receipt_number, coalesce(terminal, '') AS terminal, sold_at_day,
             min(line) AS first, max(line) AS last, count(*)::integer AS item_count,
             min(sold_at) AS began, max(sold_at) AS ended,
             min(sold_at_exact) AS began_exact, max(sold_at_exact) AS ended_exact,
             min(member_number) AS member_number, min(customer_number) AS customer_number,
             min(cashier_number) AS cashier_number, sum(sales_value) AS total,
             sum(coalesce(retail_discount, 0) + coalesce(coupon_match_discount, 0)) AS discount
        FROM staged_sales GROUP BY 1, 2, 3, 4
    ), computed AS (
      SELECT said.*, sold_at_day AS sold_on, k.uuid AS store_uuid, total + discount AS subtotal,
             extract(hour FROM ended)::smallint AS sold_hour,
             coalesce(began_exact, began AT TIME ZONE k.time_zone) AS started_at,
             coalesce(ended_exact, ended AT TIME ZONE k.time_zone) AS ended_at
        FROM said JOIN known_stores k ON k.number = said.store_number
    )
    SELECT c.*, coalesce(t.uuid, uuidv7()) AS uuid, t.uuid IS NULL AS is_new,
           t.uuid IS NOT NULL AND (t.started_at, t.ended_at, t.member_number, t.customer_number,
             t.cashier_number, t.subtotal, t.discount, t.total, t.item_count)
           IS DISTINCT FROM (c.started_at, c.ended_at, c.member_number, c.customer_number,
             c.cashier_number, c.subtotal, c.discount, c.total, c.item_count) AS differs
      FROM computed c
      LEFT JOIN transaction t ON t.receipt_number = c.receipt_number
       AND t.store_number = c.store_number AND t.sold_on = c.sold_on AND t.terminal = c.terminal
       AND t.system = 'pos'
"""
_COUNT = """
    SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE differs),
           count(*) FILTER (WHERE NOT is_new AND NOT differs)
      FROM sales_wanted
"""
_SAID = (
    "sold_hour", "started_at", "ended_at", "member_number", "customer_number", "cashier_number",
    "subtotal", "discount", "total", "item_count",
)  # fmt: skip
_UPDATE = f"""
    UPDATE transaction t SET {", ".join(f"{name} = w.{name}" for name in _SAID)}
      FROM sales_wanted w
     WHERE w.differs AND t.uuid = w.uuid AND t.sold_on = w.sold_on
"""
_COLUMNS = ", ".join(
    ("uuid", "sold_on", "store_number", "store_uuid", "terminal", "receipt_number", *_SAID)
)
_INSERT = f"""
    INSERT INTO transaction ({_COLUMNS}) SELECT {_COLUMNS} FROM sales_wanted
     WHERE is_new ORDER BY first
"""
