"""What registers ask for beside the goods: taxes, tenders and deposits."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model
from app.db.types import Price, Share, one_of
from app.models.sales import TENDER_KINDS


class Tax(Model):
    """A tax on what is sold."""

    __tablename__ = "tax"
    __table_args__ = (
        CheckConstraint("rate BETWEEN 0 AND 1", name="rate_a_share"),
        {"comment": "Taxes on what is sold."},
    )
    __versioned__ = {}

    code: Mapped[str] = mapped_column(Text, unique=True, comment="As registers know it")
    name: Mapped[str] = mapped_column(Text)
    rate: Mapped[Share] = mapped_column(comment="A share: 0.0625 is 6.25 %")

    def __str__(self) -> str:
        return self.name


class Tender(Model):
    """A way to pay; which of the few that the program knows is its kind."""

    __tablename__ = "tender"
    __table_args__ = (
        one_of("kind", TENDER_KINDS),
        {"comment": "Ways to pay at the register."},
    )
    __versioned__ = {}

    code: Mapped[str] = mapped_column(Text, unique=True, comment="As registers know it")
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text, default="other", server_default="other")
    allows_cash_back: Mapped[bool] = mapped_column(default=False, server_default="false")
    opens_drawer: Mapped[bool] = mapped_column(default=False, server_default="false")
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    notes: Mapped[str | None] = mapped_column(Text)

    def __str__(self) -> str:
        return self.name


class DepositLink(Model):
    """A deposit that is charged with a product, such as that of a bottle."""

    __tablename__ = "deposit_link"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        {"comment": "Deposits charged with products."},
    )
    __versioned__ = {}

    code: Mapped[str] = mapped_column(Text, unique=True, comment="As registers know it")
    name: Mapped[str] = mapped_column(Text)
    amount: Mapped[Price]

    def __str__(self) -> str:
        return self.name
