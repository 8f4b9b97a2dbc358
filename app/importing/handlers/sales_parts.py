"""How staged receipt lines become the parts of transactions: lines, discounts, tenders, taxes."""

# The names in these statements are our own, never of a file.
# ruff: noqa: S608

from __future__ import annotations

from typing import ClassVar

from app.importing.handlers import sales_months
from app.importing.handlers.sales_comparison import NOT_A_TENDER, SalesComparison
from app.importing.handlers.sales_rows import TAXES, TENDER

ITS_RECEIPT = """
    w.receipt_number = s.receipt_number AND w.store_number = s.store_number
    AND w.sold_on = s.sold_at_day AND w.terminal = coalesce(s.terminal, '')
"""
LINES = f"staged_sales s JOIN sales_wanted w ON {ITS_RECEIPT}"
DISCOUNTS = {
    "member": "retail_discount", "coupon": "coupon_discount",
    "coupon_match": "coupon_match_discount", "rebate": "rebate",
}  # fmt: skip


class PartComparison(SalesComparison):
    """The rows that belong to transactions: those of new ones, then those of known ones."""

    part: ClassVar[str]
    keys: ClassVar[tuple[str, ...]]

    def rows_of(self, sequence: str) -> str:
        """Rows as the file has them: key, what is said, what else is kept, and `is_new`."""
        raise NotImplementedError

    def said(self) -> list[str]:
        """The columns that the file says: they are compared, and updated."""
        raise NotImplementedError

    def also(self) -> list[str]:
        """What is only written when a row is new."""
        return []

    def is_told(self) -> bool:
        """Whether the file says anything of this."""
        return True

    def compare(self, records: int) -> None:
        self._wanted = self.rows_of(self._sequence()) if self.is_told() else ""
        self._known = self._number("SELECT count(*) FROM sales_wanted WHERE NOT is_new")

    def apply(self) -> None:
        if not self.is_told():
            return
        names = ", ".join(("transaction_uuid", "sold_on", *self.keys, *self.said(), *self.also()))
        self.counts.created = self._insert_new(names)
        if self._known:
            self._bring_to(names)

    def _insert_new(self, names: str) -> int:
        return sales_months.insert(self.connection, self.part, names, f"FROM ({self._wanted}) AS w")

    def _bring_to(self, names: str) -> None:
        keys = ("transaction_uuid", "sold_on", *self.keys)
        same = " AND ".join(f"p.{key} = w.{key}" for key in keys)
        old = ", ".join(f"p.{name}" for name in self.said())
        new = ", ".join(f"w.{name}" for name in self.said())
        self._run(f"DROP TABLE IF EXISTS known_{self.part}")
        self._run(f"""
            CREATE TEMPORARY TABLE known_{self.part} ON COMMIT DROP AS
            SELECT w.*, p.transaction_uuid IS NULL AS is_missing,
                   ROW ({old}) IS DISTINCT FROM ROW ({new}) AS differs
              FROM ({self._wanted}) AS w LEFT JOIN {self.part} p ON {same} WHERE NOT w.is_new
        """)
        self._run(f"ANALYZE known_{self.part}")
        wanted = f"known_{self.part} w"
        sets = ", ".join(f"{name} = w.{name}" for name in self.said())
        self.counts.deleted = self._run(f"""
            DELETE FROM {self.part} p USING sales_wanted t
             WHERE NOT t.is_new AND p.transaction_uuid = t.uuid AND p.sold_on = t.sold_on
               AND NOT EXISTS (SELECT FROM {wanted} WHERE {same})
        """)
        self.counts.updated = self._run(f"""
            UPDATE {self.part} p SET {sets} FROM {wanted}
             WHERE {same} AND w.differs AND NOT w.is_missing
        """)
        self.counts.created += self._run(f"""
            INSERT INTO {self.part} ({names}) SELECT {names} FROM {wanted} WHERE w.is_missing
        """)
        everything = self._number(f"SELECT count(*) FROM {wanted} WHERE NOT w.is_missing")
        self.counts.unchanged = everything - self.counts.updated

    def _sequence(self) -> str:
        """Counted from the first line of a receipt, or by sorting where receipts are mixed."""
        mixed = self._number("SELECT count(*) FROM sales_wanted WHERE last - first >= lines")
        if not mixed:
            return "s.line - w.first + 1"
        return "row_number() OVER (PARTITION BY w.uuid ORDER BY s.line)"


class ItemComparison(PartComparison):
    """The lines of the receipts; a tender is none."""

    part, keys = "transaction_item", ("sequence",)

    def _values(self) -> dict[str, str]:
        gross = f"s.sales_value + {self.discount('s.')}"
        asked = f"round(({gross}) / nullif(s.quantity, 0), 3)"
        found = "CASE WHEN s.quantity < 0 OR s.sales_value < 0 THEN 'return' ELSE 'sale' END"
        told = {
            name: f"coalesce(s.{name}, false)"
            for name in self.says("void", "error_correct", "exempt")
        }
        if self.tells_taxes:
            told["tax"] = self.tax("s.")
        plain = ("scanned_code", "regular_price", "discounted_price", "tax_code", "order_item")
        told |= {name: f"s.{name}" for name in self.says(*plain)}
        return {
            "type": f"coalesce(s.line_type, {found})" if self.says("line_type") else found,
            "product_number": "s.product_number",
            "quantity": "coalesce(s.quantity, 1)",
            "unit_price": f"coalesce(s.unit_price, {asked})" if self.says("unit_price") else asked,
            "gross": gross,
            "discount": self.discount("s."),
            "net": "s.sales_value",
            **told,
        }

    def said(self) -> list[str]:
        return list(self._values())

    def also(self) -> list[str]:
        return ["store_number", *_OF_PRODUCT]

    def _insert_new(self, names: str) -> int:
        # All here is of the file. The planner takes four columns that go together for a rare
        # chance, and would look up each line's product by itself.
        self._run("SET LOCAL enable_nestloop = off")
        count = super()._insert_new(names)
        self._run("SET LOCAL enable_nestloop TO DEFAULT")
        return count

    def rows_of(self, sequence: str) -> str:
        values = _OF_PRODUCT | self._values()
        chosen = ", ".join(f"{sql} AS {name}" for name, sql in values.items())
        goods = f"WHERE s.{NOT_A_TENDER}" if self.says("line_type") else ""
        return f"""
            SELECT w.uuid AS transaction_uuid, w.sold_on, {sequence} AS sequence, s.store_number,
                   {chosen}, w.is_new
              FROM {LINES} LEFT JOIN known_products p ON p.number = s.product_number {goods}
        """


_OF_PRODUCT = {
    "product_uuid": "p.uuid", "gtin": "p.gtin",
    "description": "coalesce(s.description, p.description)",
    "brand": "coalesce(s.brand, p.brand)", "size": "coalesce(s.size, p.size)",
    "weighed": "coalesce(p.weighed, false)",
    "department_number": "coalesce(s.department_number, p.department_number)",
    "department_name": "CASE WHEN s.department_number IS NULL THEN p.department_name END",
    "subdepartment_number": "p.subdepartment_number",
    "subdepartment_name": "p.subdepartment_name",
}  # fmt: skip


class DiscountComparison(PartComparison):
    """The discounts of the lines, each kind that is not zero."""

    part, keys = "transaction_discount", ("item_sequence", "sequence")

    def said(self) -> list[str]:
        return ["kind", "amount"]

    def rows_of(self, sequence: str) -> str:
        there = [(number, kind, name) for number, (kind, name) in enumerate(DISCOUNTS.items(), 1)
                 if self.says(name)]  # fmt: skip
        values = ", ".join(f"({number}, '{kind}', l.{name})" for number, kind, name in there)
        names = "".join(f", s.{name}" for _, _, name in there)
        some = " OR ".join(f"s.{name} <> 0" for _, _, name in there)
        return f"""
            SELECT l.uuid AS transaction_uuid, l.sold_on, l.item_sequence, d.sequence, d.kind,
                   d.amount, l.is_new
              FROM (SELECT w.uuid, w.sold_on, {sequence} AS item_sequence, w.is_new{names}
                      FROM {LINES} WHERE {some}) AS l
             CROSS JOIN LATERAL (VALUES {values}) AS d (sequence, kind, amount)
             WHERE d.amount <> 0
        """

    def is_told(self) -> bool:
        return bool(self.says(*DISCOUNTS.values()))


class TenderComparison(PartComparison):
    """How the receipts were paid."""

    part, keys = "transaction_tender", ("sequence",)

    def said(self) -> list[str]:
        return ["kind", *self.says("tender_code"), *self._name(), "amount"]

    def _name(self) -> list[str]:
        return ["name"] if self.says("description") else []

    def rows_of(self, sequence: str) -> str:
        code = "".join(f", s.{name}" for name in self.says("tender_code"))
        name = ", s.description AS name" if self._name() else ""
        return f"""
            SELECT w.uuid AS transaction_uuid, w.sold_on, {sequence} AS sequence,
                   s.tender AS kind{code}{name}, s.sales_value AS amount, w.is_new
              FROM {LINES} WHERE s.line_type = '{TENDER}'
        """


class ItemTaxComparison(PartComparison):
    """The taxes of the lines, each that is not zero."""

    part = "transaction_item_tax"
    keys: ClassVar[tuple[str, ...]] = ("item_sequence", "tax_code")

    def said(self) -> list[str]:
        return ["amount"]

    def is_told(self) -> bool:
        return self.tells_taxes

    def rows_of(self, sequence: str) -> str:
        columns = self.says(*(f"tax_{code}" for code in TAXES))
        values = [f"('{name[4:]}', l.{name})" for name in columns]
        names = "".join(f", s.{name}" for name in columns)
        if self.says("tax"):  # a tax whose parts are not told has the code of the line, or 1
            alone = " AND ".join(f"s.{name} IS NULL" for name in columns) or "true"
            code = "s.tax_code" if self.says("tax_code") else "NULL"
            names += (
                f", CASE WHEN {alone} THEN s.tax END AS only_tax, coalesce({code}, '1') AS code"
            )
            values.append("(l.code, l.only_tax)")
        return f"""
            SELECT l.uuid AS transaction_uuid, l.sold_on, l.item_sequence, x.tax_code, x.amount,
                   l.is_new
              FROM (SELECT w.uuid, w.sold_on, {sequence} AS item_sequence, w.is_new{names}
                      FROM {LINES}) AS l
             CROSS JOIN LATERAL (VALUES {", ".join(values)}) AS x (tax_code, amount)
             WHERE x.amount <> 0
        """


class TaxComparison(ItemTaxComparison):
    """The taxes of the receipts: the sums of those of their lines that count."""

    part = "transaction_tax"
    keys = ("tax_code",)

    def rows_of(self, sequence: str) -> str:
        return f"""
            SELECT x.transaction_uuid, x.sold_on, x.tax_code, sum(x.amount) AS amount, x.is_new
              FROM ({super().rows_of(sequence)}) AS x
              JOIN transaction_item i ON i.transaction_uuid = x.transaction_uuid
               AND i.sold_on = x.sold_on AND i.sequence = x.item_sequence
             WHERE NOT (i.void OR i.error_correct)
             GROUP BY x.transaction_uuid, x.sold_on, x.tax_code, x.is_new
        """


class OrderMarkerComparison(PartComparison):
    """The customer orders that were paid for, by the lines that name them."""

    part, keys = "transaction_order_marker", ("sequence",)

    def said(self) -> list[str]:
        return ["order_number", *self.says("order_item")]

    def rows_of(self, sequence: str) -> str:
        item = "".join(f", s.{name}" for name in self.says("order_item"))
        return f"""
            SELECT w.uuid AS transaction_uuid, w.sold_on, {sequence} AS sequence,
                   s.order_number{item}, w.is_new
              FROM {LINES} WHERE s.order_number IS NOT NULL
        """
