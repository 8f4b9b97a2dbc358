"""Sales by day: sums that pages and reports read instead of millions of receipt lines.

The database notes which day and store were written to (`sales_to_refresh`); app/services/rollups.py
computes those anew. A line counts unless it, or its transaction, is void, and unless it is an error
correct, exempt from sales, or of a training.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from sqlalchemy import (
    BigInteger,
    Identity,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Keyless
from app.db.types import Now
from app.models.sales import BIND, Amount

Number = Annotated[int, mapped_column(Integer)]
Sum = Annotated[Amount, mapped_column(Numeric(14, 2), info={"show": "money"})]


class SalesByProduct(Keyless):
    """What a product sold in a store on a day."""

    __bind_key__ = BIND
    __tablename__ = "sales_by_product"
    __table_args__ = (
        PrimaryKeyConstraint("product_number", "sold_on", "store_number"),
        # By blocks: days come one after the other; a second tree costs a third of the load.
        Index("ix_sales_by_product_sold_on", "sold_on", postgresql_using="brin",
              postgresql_with={"pages_per_range": 16}),
        {"comment": "Sales by product, day and store."},
    )  # fmt: skip

    product_number: Mapped[str] = mapped_column(Text)
    sold_on: Mapped[date]
    store_number: Mapped[Number]
    lines: Mapped[Number]
    quantity: Mapped[Amount] = mapped_column(Numeric(14, 4))
    gross: Mapped[Sum]
    discount: Mapped[Sum]
    net: Mapped[Sum]


class SalesByDepartment(Keyless):
    """What a department sold in a store on a day; store 0: in all, department 0: of none."""

    __bind_key__ = BIND
    __tablename__ = "sales_by_department"
    __table_args__ = (
        PrimaryKeyConstraint("store_number", "sold_on", "department_number"),
        Index("ix_sales_by_department_sold_on", "sold_on"),
        {"comment": "Sales by department, day and store; store 0: all; department 0: none."},
    )

    sold_on: Mapped[date]
    store_number: Mapped[Number]
    department_number: Mapped[Number]
    department_name: Mapped[str | None] = mapped_column(Text, comment="As sold")
    lines: Mapped[Number]
    quantity: Mapped[Amount] = mapped_column(Numeric(14, 4))
    gross: Mapped[Sum]
    discount: Mapped[Sum]
    net: Mapped[Sum]


class SalesByStore(Keyless):
    """What a store sold on a day."""

    __bind_key__ = BIND
    __tablename__ = "sales_by_store"
    __table_args__ = (
        PrimaryKeyConstraint("sold_on", "store_number"),
        {"comment": "Sales by day and store."},
    )

    sold_on: Mapped[date]
    store_number: Mapped[Number]
    transactions: Mapped[Number]
    lines: Mapped[Number]
    quantity: Mapped[Amount] = mapped_column(Numeric(14, 4))
    gross: Mapped[Sum]
    discount: Mapped[Sum]
    net: Mapped[Sum]
    tax: Mapped[Sum]


class SalesByHour(Keyless):
    """What a store sold in an hour of a day, on its own clock; autumn's double hour is one."""

    __bind_key__ = BIND
    __tablename__ = "sales_by_hour"
    __table_args__ = (
        PrimaryKeyConstraint("sold_on", "store_number", "sold_hour"),
        {"comment": "Sales by hour of the day and store."},
    )

    sold_on: Mapped[date]
    store_number: Mapped[Number]
    sold_hour: Mapped[int] = mapped_column(SmallInteger)
    transactions: Mapped[Number]
    lines: Mapped[Number]
    quantity: Mapped[Amount] = mapped_column(Numeric(14, 4))
    net: Mapped[Sum]


class SalesToRefresh(Keyless):
    """A day and store whose sums are out of date.

    Only ever appended, also twice: so two writers never wait for each other, and a mark that is
    written while another is being worked off is not lost.
    """

    __bind_key__ = BIND
    __tablename__ = "sales_to_refresh"
    __table_args__ = {"comment": "Days and stores whose sums by day are out of date."}

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    sold_on: Mapped[date]
    store_number: Mapped[Number]


class SalesArchive(Keyless):
    """A month whose receipts were taken out of the tables; its sums by day stay."""

    __bind_key__ = BIND
    __tablename__ = "sales_archive"
    __table_args__ = {"comment": "Months that were taken out of the sales tables."}

    month: Mapped[date] = mapped_column(primary_key=True, comment="Its first day")
    detached_at: Mapped[Now]
    transactions: Mapped[int] = mapped_column(BigInteger)
    items: Mapped[int] = mapped_column(BigInteger)
    archive: Mapped[str | None] = mapped_column(
        Text, comment="The folder of its files; none: still in the schema archive"
    )
