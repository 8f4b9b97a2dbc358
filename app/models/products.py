"""Products: what the shop sells; their codes, costs, prices and pictures are in product_*.py."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Quantity, one_of, reference
from app.models.brands import Brand
from app.models.departments import Category, Department, Family, ReportCode, Subdepartment
from app.models.product_codes import CODE_KINDS, AlternateCode, ProductCode
from app.models.product_costs import FutureCost, ProductCost
from app.models.product_images import ProductImage
from app.models.product_prices import PRICE_KINDS, ProductPrice
from app.models.product_stores import ProductFigures, ProductStore
from app.models.taxes import DepositLink, Tax
from app.models.units import UNITS

__all__ = [
    "CLAIMS", "CODE_KINDS", "PRICE_KINDS", "PRODUCT_KINDS", "UNITS",
    "AlternateCode", "FutureCost", "Product", "ProductCode", "ProductCost", "ProductPrice",
    "ProductTax",
]  # fmt: skip

PRODUCT_KINDS = ("goods", "service", "gift_card", "deposit", "donation", "other")
LIMITS = ("not_for_sale", "not_discountable")
CLAIMS = ("organic", "vegan", "vegetarian", "gluten_free", "sugar_free", "kosher")
"""What a package may promise, the first being what people ask for most."""


# Many shops leave these empty: an index of what is said costs the others nothing.
_SELDOM = (
    "subdepartment_uuid",
    "family_uuid",
    "report_code_uuid",
    "deposit_link_uuid",
    "unit_uuid",
)


WRITTEN_LATER = {"gin_pending_list_limit": 65536}
"""In kB: the database puts new words in place when it tidies up, so that history costs nothing."""


class Product(Model):
    """Something the shop sells.

    A pack (six bottles with a code and price of their own) names its unit, the bottle;
    a trigger refuses packs of packs, and so packs in a circle.
    """

    __tablename__ = "product"
    __table_args__ = (
        Index("ix_product_description_trgm", "description", postgresql_using="gin",
              postgresql_ops={"description": "gin_trgm_ops"},
              info={"history": {"postgresql_with": WRITTEN_LATER}}),
        Index("ix_product_description_lower", text("lower(description)"), "uuid",
              info={"history": {}}),
        *(Index(f"ix_product_{name}", name, postgresql_where=text(f"{name} IS NOT NULL"))
          for name in _SELDOM),
        Index("uq_product_default_pack", "unit_uuid", unique=True,
              postgresql_where=text("default_pack")),
        CheckConstraint("unit_size > 0", name="unit_size_positive"),
        CheckConstraint("average_weight > 0", name="average_weight_positive"),
        CheckConstraint("pack_size > 0", name="pack_size_positive"),
        CheckConstraint("case_size > 0", name="case_size_positive"),
        CheckConstraint("unit_uuid <> uuid", name="unit_another"),
        CheckConstraint("unit_uuid IS NULL OR pack_size IS NOT NULL", name="pack_size_given"),
        CheckConstraint("NOT default_pack OR unit_uuid IS NOT NULL", name="default_pack_of_unit"),
        one_of("unit_of_measure", UNITS),
        one_of("kind", PRODUCT_KINDS),
        {"comment": "What the shop sells."},
    )  # fmt: skip
    __versioned__ = {}
    __annotated__ = True

    number: Mapped[str] = mapped_column(Text, unique=True, comment="What people call it by")
    description: Mapped[str] = mapped_column(Text)
    description_2: Mapped[str | None] = mapped_column(
        Text, comment="A second line, for labels and receipts"
    )
    kind: Mapped[str] = mapped_column(Text, default="goods", server_default="goods")
    size: Mapped[str | None] = mapped_column(Text, comment="As printed, such as 12.5 oz")
    unit_size: Mapped[Quantity | None]
    unit_of_measure: Mapped[str | None] = mapped_column(Text)
    average_weight: Mapped[Quantity | None] = mapped_column(
        comment="Of one piece of what is sold by weight, in its unit"
    )
    unit_uuid: Mapped[UUID | None] = reference("product", nullable=True, index=False)
    pack_size: Mapped[Quantity | None] = mapped_column(comment="How many of its unit are in a pack")
    default_pack: Mapped[bool] = mapped_column(
        default=False, server_default="false", comment="The pack by which its unit is ordered"
    )
    case_size: Mapped[Quantity | None] = mapped_column(
        comment="Units in a case where a vendor says nothing else"
    )
    brand_uuid: Mapped[UUID | None] = reference("brand", nullable=True)
    department_uuid: Mapped[UUID | None] = reference("department", nullable=True)
    subdepartment_uuid: Mapped[UUID | None] = reference("subdepartment", nullable=True, index=False)
    category_uuid: Mapped[UUID | None] = reference("category", nullable=True)
    family_uuid: Mapped[UUID | None] = reference("family", nullable=True, index=False)
    report_code_uuid: Mapped[UUID | None] = reference("report_code", nullable=True, index=False)
    deposit_link_uuid: Mapped[UUID | None] = reference("deposit_link", nullable=True, index=False)
    sold_by_weight: Mapped[bool] = mapped_column(default=False, server_default="false")
    food_stampable: Mapped[bool] = mapped_column(default=False, server_default="false")
    discountable: Mapped[bool] = mapped_column(default=True, server_default="true")
    price_required: Mapped[bool] = mapped_column(
        default=False, server_default="false", comment="The register asks for the price"
    )
    for_sale: Mapped[bool] = mapped_column(
        default=True, server_default="true", comment="False: only used in the shop itself"
    )
    special_order: Mapped[bool] = mapped_column(
        default=False, server_default="false", comment="Bought only when a customer asks for it"
    )
    discontinued: Mapped[bool] = mapped_column(
        default=False, server_default="false", comment="Sold out, then gone; never ordered again"
    )
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    organic: Mapped[bool] = mapped_column(default=False, server_default="false")
    vegan: Mapped[bool] = mapped_column(default=False, server_default="false")
    vegetarian: Mapped[bool] = mapped_column(default=False, server_default="false")
    gluten_free: Mapped[bool] = mapped_column(default=False, server_default="false")
    sugar_free: Mapped[bool] = mapped_column(default=False, server_default="false")
    kosher: Mapped[bool] = mapped_column(default=False, server_default="false")
    ingredients: Mapped[str | None] = mapped_column(Text)
    pos_status: Mapped[str | None] = mapped_column(Text, comment="A status code of the registers")
    notes: Mapped[str | None] = mapped_column(Text)

    unit: Mapped[Product | None] = relationship(remote_side="Product.uuid", back_populates="packs")
    packs: Mapped[list[Product]] = relationship(
        back_populates="unit", order_by="Product.pack_size", passive_deletes="all"
    )
    brand: Mapped[Brand | None] = relationship()
    department: Mapped[Department | None] = relationship()
    subdepartment: Mapped[Subdepartment | None] = relationship()
    category: Mapped[Category | None] = relationship()
    family: Mapped[Family | None] = relationship()
    report_code: Mapped[ReportCode | None] = relationship()
    deposit_link: Mapped[DepositLink | None] = relationship()
    taxes: Mapped[list[ProductTax]] = relationship(
        back_populates="product", passive_deletes="all", order_by="ProductTax.uuid"
    )
    codes: Mapped[list[ProductCode]] = relationship(
        back_populates="product", passive_deletes="all",
        order_by="ProductCode.is_primary.desc(), ProductCode.gtin",
    )  # fmt: skip
    alternate_codes: Mapped[list[AlternateCode]] = relationship(
        back_populates="product", passive_deletes="all",
        order_by="AlternateCode.position, AlternateCode.code",
    )  # fmt: skip
    costs: Mapped[list[ProductCost]] = relationship(
        back_populates="product", passive_deletes="all",
        order_by="ProductCost.is_preferred.desc(), ProductCost.position, ProductCost.unit_cost",
    )  # fmt: skip
    future_costs: Mapped[list[FutureCost]] = relationship(
        back_populates="product", passive_deletes="all", order_by="FutureCost.starts_on"
    )
    prices: Mapped[list[ProductPrice]] = relationship(
        back_populates="product", passive_deletes="all",
        order_by="ProductPrice.kind, ProductPrice.level, ProductPrice.starts_on.desc()",
    )  # fmt: skip
    images: Mapped[list[ProductImage]] = relationship(
        back_populates="product", passive_deletes="all",
        order_by="ProductImage.is_primary.desc(), ProductImage.position, ProductImage.uuid",
    )  # fmt: skip
    stores: Mapped[list[ProductStore]] = relationship(
        back_populates="product", passive_deletes="all"
    )
    figures: Mapped[ProductFigures | None] = relationship(
        back_populates="product", passive_deletes="all"
    )

    @property
    def told(self) -> list[tuple[str, str]]:
        """What is out of the ordinary: (tone, word) each."""
        rules = (
            (self.kind != "goods", "info", self.kind),
            (self.discontinued, "bad", "discontinued"),
            (not self.for_sale, "warn", "not_for_sale"),
            (self.special_order, "info", "special_order"),
            (self.price_required, "info", "price_required"),
            (self.sold_by_weight, "quiet", "sold_by_weight"),
            (self.food_stampable, "quiet", "food_stampable"),
            (not self.discountable, "quiet", "not_discountable"),
        )
        return [(tone, word) for holds, tone, word in rules if holds]

    @property
    def claims(self) -> list[str]:
        """What its package promises; vegan says vegetarian too."""
        told = [claim for claim in CLAIMS if getattr(self, claim)]
        return [claim for claim in told if claim != "vegetarian" or not self.vegan]

    def __str__(self) -> str:
        return self.description


class ProductTax(Model):
    """A tax that is due on a product."""

    __tablename__ = "product_tax"
    __table_args__ = (
        UniqueConstraint("product_uuid", "tax_uuid"),
        {"comment": "Which taxes are due on which products."},
    )
    __versioned__ = {}

    product_uuid: Mapped[UUID] = reference("product", owner=True, index=False)
    tax_uuid: Mapped[UUID] = reference("tax")

    product: Mapped[Product] = relationship(back_populates="taxes")
    tax: Mapped[Tax] = relationship()

    def __str__(self) -> str:
        return str(self.tax)
