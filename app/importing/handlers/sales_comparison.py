"""How staged receipt lines become transactions, set by set; their parts are in sales_parts.py.

What belongs to a new transaction is inserted straight from the stage. What belongs to one that is
there is compared with it, by what the file says and not by what the core says today of a product:
a receipt keeps the words of its day. What a file has no column for is left alone.
"""

# The names in these statements are our own, never of a file.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import text

from app.importing.comparison import Comparison
from app.importing.handlers import sales_months
from app.importing.handlers.sales_rows import TAXES, TENDER

NOT_A_TENDER = f"line_type IS DISTINCT FROM '{TENDER}'"
_ALWAYS = {
    "member_number": "min(member_number)",
    "customer_number": "min(customer_number)",
    "cashier_number": "min(cashier_number)",
}
_IF_SAID = {
    "member_name": "min(member_name)",
    "customer_name": "min(customer_name)",
    "shopper_number": "min(shopper_number)",
    "shopper_name": "min(shopper_name)",
    "cashier_name": "min(cashier_name)",
    "cash_back": "coalesce(max(cash_back), 0)",
    "patronage": "max(patronage)",
    "training": "coalesce(bool_or(training), false)",
    "receipt_void": "coalesce(bool_or(receipt_void), false)",
}
_RENAMED = {"receipt_void": "void"}


class SalesComparison(Comparison):
    """The base of all: it runs statements, counts rows, and knows the columns of the file."""

    def _run(self, sql: str) -> int:
        return max(0, self.connection.execute(text(sql)).rowcount)

    def _number(self, sql: str) -> int:
        return int(self.connection.scalar(text(sql)) or 0)

    def says(self, *columns: str) -> list[str]:
        """Those of some columns that the file has."""
        present = set(self.rows.feed.present)
        return [name for name in columns if name in present]

    def sum_of(self, columns: Iterable[str], prefix: str = "") -> str:
        """SQL that adds up what a line says in those of some columns that the file has."""
        terms = [f"coalesce({prefix}{name}, 0)" for name in self.says(*columns)]
        return " + ".join(terms) or "0"

    def discount(self, prefix: str = "") -> str:
        """What the shop gave on a line."""
        return self.sum_of(("retail_discount", "coupon_match_discount", "rebate"), prefix)

    def tax(self, prefix: str = "") -> str:
        """The tax of a line: as said, else the sum of its taxes."""
        parts = self.sum_of((f"tax_{code}" for code in TAXES), prefix)
        return f"coalesce({prefix}tax, {parts})" if self.says("tax") else parts

    @property
    def tells_taxes(self) -> bool:
        return bool(self.says("tax", *(f"tax_{code}" for code in TAXES)))


class TransactionComparison(SalesComparison):
    """Makes `sales_wanted`, a row for each receipt of the file, and brings the table to it."""

    def compare(self, records: int) -> None:
        if self._has_exact_moments():
            self._run(_EXACT)
        self._run("DROP TABLE IF EXISTS sales_wanted")
        self._run(self._wanted())
        self._run("ANALYZE sales_wanted")
        sales_months.prepare(self.connection)
        counts = self.connection.execute(text(_COUNT)).one()
        self.counts.created, self.counts.updated, self.counts.unchanged = counts

    def apply(self) -> None:
        said = self._said()
        if self.counts.updated:
            sets = ", ".join(f"{name} = w.{name}" for name in said)
            self._run(f"""
                UPDATE transaction t SET {sets} FROM sales_wanted w
                 WHERE w.differs AND t.uuid = w.uuid AND t.sold_on = w.sold_on
            """)
        if self.counts.created:
            names = ", ".join((*_CREATED, *said))
            rows = "FROM (SELECT * FROM sales_wanted ORDER BY first) AS wanted"
            sales_months.insert(self.connection, "transaction", names, rows)

    def _has_exact_moments(self) -> bool:
        query = "SELECT EXISTS (SELECT FROM staged_sales WHERE sold_at_exact IS NOT NULL)"
        return bool(self.connection.scalar(text(query)))

    def _grouped(self) -> dict[str, str]:
        """The columns that are the same for all lines of a receipt, with SQL over these."""
        more = {_RENAMED.get(name, name): _IF_SAID[name] for name in self.says(*_IF_SAID)}
        return _ALWAYS | more

    def _said(self) -> list[str]:
        """What is compared and updated."""
        taxed = ["tax"] if self.tells_taxes else []
        return [*_COMPUTED, *taxed, *self._grouped()]

    def _wanted(self) -> str:
        of_goods = [NOT_A_TENDER] if self.says("line_type") else []
        counted = [
            *of_goods,
            *(f"{name} IS NOT TRUE" for name in self.says("void", "error_correct")),
        ]
        said = [name for name in self._said() if name != "sold_hour"]
        return _WANTED.format(
            columns=", ".join(f"{sql} AS {name}" for name, sql in self._grouped().items()),
            lines=_filter(of_goods), counts=_filter(counted), discount=self.discount(),
            tax=self._sum_of_taxes(counted),
            old=", ".join(f"t.{name}" for name in said),
            new=", ".join(f"c.{name}" for name in said),
        )  # fmt: skip

    def _sum_of_taxes(self, counted: list[str]) -> str:
        taxed = f"coalesce(sum({self.tax()}){_filter(counted)}, 0)"
        return taxed if self.tells_taxes else "0::numeric"


def _filter(conditions: list[str]) -> str:
    return f" FILTER (WHERE {' AND '.join(conditions)})" if conditions else ""


# A moment that came with an offset is put on the clock of its store.
_EXACT = """
    UPDATE staged_sales s
       SET sold_at = sold_at_exact AT TIME ZONE k.time_zone,
           sold_at_day = (sold_at_exact AT TIME ZONE k.time_zone)::date
      FROM known_stores k WHERE k.number = s.store_number AND sold_at_exact IS NOT NULL
"""
_CREATED = ("uuid", "sold_on", "store_number", "store_uuid", "terminal", "receipt_number")
_COMPUTED = (
    "sold_hour", "started_at", "ended_at", "subtotal", "discount", "total", "item_count",
)  # fmt: skip
# Keys are made in the order of the file, so that the indexes of all that is written grow at their
# end; PostgreSQL computes a volatile function after it has sorted.
_WANTED = """
    CREATE TEMPORARY TABLE sales_wanted ON COMMIT DROP AS
    WITH said AS (
      SELECT store_number, receipt_number, coalesce(terminal, '') AS terminal, sold_at_day,
             min(line) AS first, max(line) AS last, count(*)::integer AS lines,
             (count(*){lines})::integer AS item_count,
             min(sold_at) AS began, max(sold_at) AS ended,
             min(sold_at_exact) AS began_exact, max(sold_at_exact) AS ended_exact, {columns},
             coalesce(sum(sales_value){counts}, 0) AS net,
             coalesce(sum({discount}){counts}, 0) AS discount, {tax} AS tax
        FROM staged_sales GROUP BY 1, 2, 3, 4
    ), computed AS (
      SELECT said.*, sold_at_day AS sold_on, k.uuid AS store_uuid, net + discount AS subtotal,
             net + tax AS total, extract(hour FROM ended)::smallint AS sold_hour,
             coalesce(began_exact, began AT TIME ZONE k.time_zone) AS started_at,
             coalesce(ended_exact, ended AT TIME ZONE k.time_zone) AS ended_at
        FROM said JOIN known_stores k ON k.number = said.store_number
    )
    SELECT c.*, coalesce(t.uuid, uuidv7()) AS uuid, t.uuid IS NULL AS is_new,
           t.uuid IS NOT NULL AND ({old}) IS DISTINCT FROM ({new}) AS differs
      FROM computed c
      LEFT JOIN transaction t ON t.receipt_number = c.receipt_number
       AND t.store_number = c.store_number AND t.sold_on = c.sold_on AND t.terminal = c.terminal
       AND t.system = 'pos'
     ORDER BY first
"""
_COUNT = """
    SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE differs),
           count(*) FILTER (WHERE NOT is_new AND NOT differs)
      FROM sales_wanted
"""
