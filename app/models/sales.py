"""Sales as the registers told them: transactions with their items, discounts, tenders and taxes.

These tables live in the trainwreck database. They say what was sold in the words of that day, so
they refer to nothing of the core by foreign key. Each is partitioned by month on `sold_on`, the
day of the sale in its store, which PostgreSQL therefore wants in every key. Among themselves they
are tied by (transaction_uuid, sold_on); see docs/reference/sales.md for why without foreign keys.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Numeric, PrimaryKeyConstraint, SmallInteger, Text, and_
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from app.db import Keyless, Model
from app.db.types import Moment, Now, Price, Quantity, one_of

ITEM_TYPES = (
    "sale", "return", "discount", "coupon", "deposit", "gift_card", "fee", "donation", "other",
)  # fmt: skip
DISCOUNT_KINDS = (
    "member", "coupon", "coupon_match", "promotion", "staff", "manual", "rebate", "other",
)  # fmt: skip
TENDER_KINDS = (
    "cash", "card", "check", "gift_card", "store_credit", "food_stamps", "account", "coupon",
    "other",
)  # fmt: skip
BIND = "trainwreck"
BY_MONTH = {"postgresql_partition_by": "RANGE (sold_on)"}

Amount = Annotated[Decimal, mapped_column(Numeric(12, 2), info={"show": "money"})]
"""A sum of money on a receipt, in the currency of the shop."""
Words = Annotated[str, mapped_column(Text)]


class Transaction(Model):
    """A sale at a register: one receipt."""

    __bind_key__ = BIND
    __tablename__ = "transaction"
    __table_args__ = (
        # One transaction has one row, however often its file comes.
        Index("uq_transaction_receipt", "receipt_number", "store_number", "sold_on", "terminal",
              "system", unique=True),
        Index("ix_transaction_ended_at", "ended_at", "uuid"),
        Index("ix_transaction_store_number", "store_number", "ended_at", "uuid"),
        Index("ix_transaction_sold_on", "sold_on", "store_number"),
        Index("ix_transaction_customer_number", "customer_number", "ended_at"),
        Index("ix_transaction_member_number", "member_number", "ended_at"),
        Index("ix_transaction_total", "total", "uuid"),
        {"comment": "Sales at the registers, one row a receipt; a partition a month.", **BY_MONTH},
    )  # fmt: skip
    # The uuid alone tells one transaction from another; the day is for PostgreSQL.
    __mapper_args__ = {"primary_key": ["uuid"]}
    __sample__: ClassVar[dict[str, Any]] = {"sold_on": date(2026, 11, 23), "sold_hour": 9}

    sold_on: Mapped[date] = mapped_column(
        primary_key=True, comment="The day of the sale in its store"
    )
    sold_hour: Mapped[int] = mapped_column(
        SmallInteger, comment="The hour on the clock of the store, 0 to 23"
    )
    store_number: Mapped[int]
    store_uuid: Mapped[UUID | None] = mapped_column(comment="In the core database")
    terminal: Mapped[Words] = mapped_column(default="", server_default="", comment="The register")
    receipt_number: Mapped[Words] = mapped_column(comment="As printed; the basket of a web shop")
    system: Mapped[Words] = mapped_column(
        default="pos", server_default="pos", comment="Which POS or shop it comes from"
    )
    system_key: Mapped[Words | None] = mapped_column(comment="What that system calls it inside")
    started_at: Mapped[Moment]
    ended_at: Mapped[Moment] = mapped_column(comment="When it was paid")
    received_at: Mapped[Now] = mapped_column(comment="When it came to this database")
    cashier_number: Mapped[Words | None]
    cashier_name: Mapped[Words | None]
    customer_number: Mapped[Words | None] = mapped_column(comment="The account, as sold")
    customer_name: Mapped[Words | None]
    member_number: Mapped[Words | None] = mapped_column(comment="As sold")
    member_name: Mapped[Words | None]
    shopper_number: Mapped[Words | None] = mapped_column(comment="Who shopped on the account")
    shopper_name: Mapped[Words | None]
    shopper_level: Mapped[int | None]
    equity_current: Mapped[bool | None] = mapped_column(
        comment="Whether the member had paid what was due on that day"
    )
    subtotal: Mapped[Amount] = mapped_column(comment="Before discounts and tax")
    discount: Mapped[Amount] = mapped_column(default=Decimal(0), server_default="0")
    tax: Mapped[Amount] = mapped_column(default=Decimal(0), server_default="0")
    total: Mapped[Amount] = mapped_column(comment="What was asked of the customer")
    cash_back: Mapped[Amount] = mapped_column(default=Decimal(0), server_default="0")
    patronage: Mapped[Amount | None] = mapped_column(comment="What counts for a member's refund")
    item_count: Mapped[int] = mapped_column(default=0, server_default="0", comment="Lines")
    training: Mapped[bool] = mapped_column(default=False, server_default="false")
    void: Mapped[bool] = mapped_column(default=False, server_default="false")

    items: Mapped[list[TransactionItem]] = relationship(
        primaryjoin=lambda: _belongs(TransactionItem), order_by="TransactionItem.sequence",
        back_populates="transaction", passive_deletes="all",
    )  # fmt: skip
    discounts: Mapped[list[TransactionDiscount]] = relationship(
        primaryjoin=lambda: _belongs(TransactionDiscount), passive_deletes="all",
        order_by="TransactionDiscount.item_sequence, TransactionDiscount.sequence",
    )  # fmt: skip
    tenders: Mapped[list[TransactionTender]] = relationship(
        primaryjoin=lambda: _belongs(TransactionTender), order_by="TransactionTender.sequence",
        passive_deletes="all",
    )  # fmt: skip
    taxes: Mapped[list[TransactionTax]] = relationship(
        primaryjoin=lambda: _belongs(TransactionTax), order_by="TransactionTax.tax_code",
        passive_deletes="all",
    )  # fmt: skip
    item_taxes: Mapped[list[TransactionItemTax]] = relationship(
        primaryjoin=lambda: _belongs(TransactionItemTax), passive_deletes="all",
        order_by="TransactionItemTax.item_sequence, TransactionItemTax.tax_code",
    )  # fmt: skip
    order_markers: Mapped[list[TransactionOrderMarker]] = relationship(
        primaryjoin=lambda: _belongs(TransactionOrderMarker), passive_deletes="all",
        order_by="TransactionOrderMarker.sequence",
    )  # fmt: skip

    def __str__(self) -> str:
        return self.receipt_number


class TransactionPart(Keyless):
    """The base of what belongs to a transaction and goes with it."""

    __abstract__ = True
    __bind_key__ = BIND

    transaction_uuid: Mapped[UUID] = mapped_column(sort_order=-2)
    sold_on: Mapped[date] = mapped_column(sort_order=-1)


class TransactionItem(TransactionPart):
    """A line of a receipt. It keeps the words of the day: what the product was called then."""

    __tablename__ = "transaction_item"
    __table_args__ = (
        PrimaryKeyConstraint("transaction_uuid", "sequence", "sold_on"),
        Index("ix_transaction_item_product_number", "product_number", "sold_on"),
        one_of("type", ITEM_TYPES),
        {"comment": "Lines of receipts, with what was sold as it was called then.", **BY_MONTH},
    )

    sold_on: Mapped[date] = mapped_column(comment="That of the transaction", sort_order=-1)
    sequence: Mapped[int] = mapped_column(comment="From 1, as printed")
    store_number: Mapped[int] = mapped_column(comment="That of the transaction")
    type: Mapped[Words] = mapped_column(default="sale", server_default="sale")
    product_number: Mapped[Words | None] = mapped_column(comment="As sold, known to us or not")
    product_uuid: Mapped[UUID | None] = mapped_column(comment="In the core database, if known")
    gtin: Mapped[Words | None] = mapped_column(comment="Canonical, 14 digits")
    scanned_code: Mapped[Words | None] = mapped_column(comment="As the register read it")
    description: Mapped[Words | None]
    brand: Mapped[Words | None]
    size: Mapped[Words | None]
    department_number: Mapped[int | None]
    department_name: Mapped[Words | None]
    subdepartment_number: Mapped[int | None]
    subdepartment_name: Mapped[Words | None]
    quantity: Mapped[Quantity] = mapped_column(comment="Units, or weight; negative for a return")
    weighed: Mapped[bool] = mapped_column(default=False, server_default="false")
    unit_price: Mapped[Price | None] = mapped_column(comment="What was asked, before discounts")
    regular_price: Mapped[Price | None] = mapped_column(comment="On that day")
    discounted_price: Mapped[Price | None] = mapped_column(comment="Of a unit, after discounts")
    gross: Mapped[Amount] = mapped_column(comment="Before discounts")
    discount: Mapped[Amount] = mapped_column(
        default=Decimal(0), server_default="0", comment="What the shop gave, as a positive sum"
    )
    net: Mapped[Amount] = mapped_column(comment="What the shop received, without tax")
    tax_code: Mapped[Words | None]
    tax: Mapped[Amount] = mapped_column(default=Decimal(0), server_default="0")
    void: Mapped[bool] = mapped_column(default=False, server_default="false")
    error_correct: Mapped[bool] = mapped_column(
        default=False, server_default="false", comment="It takes back an earlier, void line"
    )
    exempt: Mapped[bool] = mapped_column(
        default=False, server_default="false", comment="No sale, such as a gift card or a deposit"
    )
    order_item: Mapped[Words | None] = mapped_column(comment="The customer order's own item")

    transaction: Mapped[Transaction] = relationship(
        primaryjoin=lambda: _belongs(TransactionItem), back_populates="items"
    )

    def __str__(self) -> str:
        return self.description or self.product_number or self.type


class TransactionItemTax(TransactionPart):
    """A tax of a line; a line may have several."""

    __tablename__ = "transaction_item_tax"
    __table_args__ = (
        PrimaryKeyConstraint("transaction_uuid", "item_sequence", "tax_code", "sold_on"),
        {"comment": "Taxes of receipt lines, by tax code.", **BY_MONTH},
    )

    item_sequence: Mapped[int]
    tax_code: Mapped[Words]
    amount: Mapped[Amount]


class TransactionDiscount(TransactionPart):
    """Why an item cost less."""

    __tablename__ = "transaction_discount"
    __table_args__ = (
        PrimaryKeyConstraint("transaction_uuid", "item_sequence", "sequence", "sold_on"),
        one_of("kind", DISCOUNT_KINDS),
        {"comment": "Discounts and coupons of receipt lines.", **BY_MONTH},
    )

    item_sequence: Mapped[int] = mapped_column(comment="0: of the whole transaction")
    sequence: Mapped[int]
    kind: Mapped[Words]
    description: Mapped[Words | None]
    amount: Mapped[Amount] = mapped_column(comment="As a positive sum")


class TransactionTender(TransactionPart):
    """How a transaction was paid."""

    __tablename__ = "transaction_tender"
    __table_args__ = (
        PrimaryKeyConstraint("transaction_uuid", "sequence", "sold_on"),
        one_of("kind", TENDER_KINDS),
        {"comment": "How transactions were paid.", **BY_MONTH},
    )

    sequence: Mapped[int]
    kind: Mapped[Words]
    tender_code: Mapped[Words | None] = mapped_column(comment="As the register knows it")
    name: Mapped[Words | None]
    amount: Mapped[Amount] = mapped_column(comment="Negative for change")


class TransactionTax(TransactionPart):
    """How much of a tax a transaction holds."""

    __tablename__ = "transaction_tax"
    __table_args__ = (
        PrimaryKeyConstraint("transaction_uuid", "tax_code", "sold_on"),
        {"comment": "Taxes of transactions, by tax code.", **BY_MONTH},
    )

    tax_code: Mapped[Words]
    name: Mapped[Words | None]
    rate: Mapped[Decimal | None] = mapped_column(
        Numeric(8, 5), comment="A share: 0.06 is six percent"
    )
    taxable: Mapped[Amount | None]
    amount: Mapped[Amount]


class TransactionOrderMarker(TransactionPart):
    """The customer order that a transaction paid for."""

    __tablename__ = "transaction_order_marker"
    __table_args__ = (
        PrimaryKeyConstraint("transaction_uuid", "sequence", "sold_on"),
        {"comment": "Customer orders that transactions paid for.", **BY_MONTH},
    )

    sequence: Mapped[int]
    order_number: Mapped[Words]
    order_item: Mapped[Words | None]


def _belongs(part: type[Model]) -> ColumnElement[bool]:
    """The join of a transaction with one of its parts; the day lets PostgreSQL skip partitions."""
    return and_(
        foreign(part.__table__.c.transaction_uuid) == Transaction.uuid,
        foreign(part.__table__.c.sold_on) == Transaction.sold_on,
    )


PARTITIONED: tuple[type[Model], ...] = (
    Transaction, TransactionItem, TransactionDiscount, TransactionTender, TransactionTax,
    TransactionOrderMarker, TransactionItemTax,
)  # fmt: skip
"""What is cut into months, the transaction first."""
