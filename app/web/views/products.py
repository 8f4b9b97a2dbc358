"""Product pages: the product itself, its codes, costs and prices."""

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app import barcodes
from app.config.core import BARCODES_IN_STORE_PATTERNS
from app.models.products import (
    CODE_KINDS,
    UNITS,
    Product,
    ProductCode,
    ProductCost,
    ProductPrice,
)
from app.services import prices, products
from app.web import formats
from app.web.auth import allowed
from app.web.master import (
    Between,
    Child,
    Choice,
    Column,
    Contains,
    Field,
    Form,
    Grid,
    MasterView,
    Merge,
    Section,
)
from app.web.master.filters import Related, escape
from app.web.master.parts import Fact
from app.web.sales_parts import movement_of


def patterns():
    return current_app.extensions["settings"][BARCODES_IN_STORE_PATTERNS]


def read_code(text):
    """A code as people type or scan it, in canonical form."""
    return barcodes.parse(text, patterns=patterns()).gtin


class CodeContains(Contains):
    """A code of the product, whole or in part, with or without its spaces."""

    verbs = ("contains", "empty", "filled")

    def ask(self, verb, values, session):
        if verb == "empty":
            return "", ~Product.codes.any()
        if verb == "filled":
            return "", Product.codes.any()
        digits = "".join(letter for letter in self.parse(values[0]) if letter.isalnum())
        return values[0], Product.codes.any(ProductCode.gtin.like(f"%{escape(digits)}%"))


def sale_badge(ends_on):
    return ("warn", _("On sale to %(day)s", day=formats.day(ends_on))) if ends_on else None


class ProductView(MasterView):
    key, model, title, icon = "products", Product, _l("Product"), "box"
    plural = _l("Products")
    lead = _l("What the shop sells. Import it from a file, or write the first product yourself.")
    merge = Merge(
        fill=(
            Product.size,
            Product.unit_size,
            Product.unit_of_measure,
            Product.brand,
            Product.department,
            Product.subdepartment,
            Product.category,
            Product.family,
            Product.notes,
        )
    )
    grid = Grid(
        Column(
            "code",
            sql=prices.PRIMARY_CODE,
            joins=(prices.CODE,),
            label=_l("Code"),
            show="code",
            card="code",
            sort=False,
            filter=CodeContains(),
        ),
        Column(Product.description, link=True, card="title", filter=Contains(shown=True)),
        Product.size,
        Column(Product.department, filter=Related(shown=True)),
        Column(Product.brand),
        Column(
            "cost",
            sql=prices.UNIT_COST,
            joins=(prices.COST,),
            permission="product_costs.view",
            label=_l("Cost"),
            show="money",
        ),
        Column(
            "price",
            sql=prices.REGULAR_PRICE,
            joins=(prices.REGULAR,),
            label=_l("Price"),
            show="money",
            card="lead",
        ),
        Column(
            "margin",
            sql=prices.MARGIN,
            joins=(prices.REGULAR, prices.COST),
            permission="product_costs.view",
            label=_l("Margin"),
            show="percent",
            filter=Between(percent=True),
        ),
        Column(
            "sale_ends_on",
            sql=prices.SALE_ENDS_ON,
            joins=(prices.SALE,),
            value=sale_badge,
            label=_l("Sale"),
            show="badge",
            card="state-cell",
        ),
        Column(
            "sale_price",
            sql=prices.SALE_PRICE,
            joins=(prices.SALE,),
            label=_l("Sale price"),
            show="money",
            hidden=True,
        ),
        Column(Product.number, hidden=True),
        Column(Product.category, hidden=True),
        Column(Product.subdepartment, hidden=True),
        Column(Product.family, hidden=True),
        Column(Product.sold_by_weight, hidden=True),
        Column(Product.active, hidden=True),
        sort=Product.description,
    )
    form = Form(
        Section(
            _l("What it is"),
            Field(Product.number, help=_l("What people call it by; no two products share one.")),
            Field(Product.description, wide=True),
            Product.brand,
            Field(Product.size, help=_l("As printed, such as 12.5 oz.")),
            Product.unit_size,
            Field(Product.unit_of_measure, choices=UNITS),
            Product.active,
        ),
        Section(
            _l("Where it belongs"),
            Product.department,
            Product.subdepartment,
            Product.category,
            Product.family,
        ),
        Section(
            _l("How it is sold"),
            Product.sold_by_weight,
            Product.food_stampable,
            Field(Product.discountable, help=_l("Discounts of a whole sale count for it.")),
            Field(Product.notes, lines=4),
        ),
    )
    children = (
        Child(
            Product.prices,
            "product_prices",
            (
                Column("kind", lambda p: _(p.kind.capitalize()), label=_l("Kind"), link=True),
                Column(ProductPrice.starts_on, label=_l("From")),
                Column(ProductPrice.ends_on, label=_l("To")),
                Column(ProductPrice.store),
                Column(ProductPrice.multiple, hidden=True),
                Column(ProductPrice.price),
            ),
            title=_l("Prices"),
        ),
        Child(
            Product.costs,
            "product_costs",
            (
                Column("vendor", lambda c: str(c.vendor), label=_l("Vendor"), link=True),
                Column(
                    "preferred",
                    lambda c: ("good", _("preferred")) if c.is_preferred else None,
                    label="",
                    show="badge",
                ),
                Column(ProductCost.case_size),
                Column(ProductCost.case_cost),
                Column(ProductCost.unit_cost),
            ),
            title=_l("Costs"),
        ),
        Child(
            Product.codes,
            "product_codes",
            (
                Column(ProductCode.gtin, label=_l("Code"), show="code", link=True),
                Column("kind", lambda c: barcodes.Kind(c.kind).label, label=_l("Kind")),
                Column(
                    "primary",
                    lambda c: ("good", _("primary")) if c.is_primary else None,
                    label="",
                    show="badge",
                ),
                Column(ProductCode.pack_quantity, label=_l("Units")),
            ),
            title=_l("Codes"),
        ),
    )

    def facts_of(self, record):
        """The primary code leads."""
        codes = [
            Fact(_("Code"), barcodes.display(code.gtin), format="code") for code in record.codes[:1]
        ]
        return codes + super().facts_of(record)

    def context(self, record):
        """The numbers that a buyer asks for first."""
        ask = select(
            prices.REGULAR_PRICE,
            prices.UNIT_COST,
            prices.MARGIN,
            prices.SALE_PRICE,
            prices.SALE_ENDS_ON,
        ).select_from(Product)
        ask = prices.joined(ask, prices.REGULAR, prices.COST, prices.SALE)
        ask = ask.where(Product.uuid == record.uuid)
        regular, cost, margin, sale, sale_ends_on = self.session.execute(ask).one()
        coming = min(
            (p for p in record.prices if p.starts_on and p.starts_on > formats.today()),
            key=lambda price: price.starts_on,
            default=None,
        )
        return {
            "in_force": prices.regular_of(record, formats.today()),
            "regular": regular,
            "cost": cost,
            "margin": margin,
            "sale": sale,
            "sale_ends_on": sale_ends_on,
            "coming": coming,
            "movement": movement_of(self.session, record) if allowed("sales.list") else None,
        }


class ProductCodeView(MasterView):
    key, model, title, icon = "product_codes", ProductCode, _l("Code"), "barcode"
    plural = _l("Codes")
    parent = ProductCode.product
    grid = Grid(
        Column(ProductCode.gtin, label=_l("Code"), show="code", link=True, card="title"),
        Column(ProductCode.product, card="detail"),
        Column(ProductCode.kind, filter=Choice(words=CODE_KINDS)),
        ProductCode.pack_quantity,
        ProductCode.is_primary,
        sort=ProductCode.gtin,
    )
    form = Form(
        ProductCode.product,
        Field(
            ProductCode.gtin,
            label=_l("Code"),
            read=read_code,
            write=barcodes.display,
            help=_l("Scan it or type it: UPC, EAN, GTIN or PLU."),
        ),
        Field(
            ProductCode.pack_quantity, label=_l("Units"), help=_l("How many one scan stands for.")
        ),
        Field(ProductCode.is_primary, help=_l("The one that is shown and printed.")),
    )

    def name_of(self, record):
        return barcodes.display(record.gtin)

    def before_save(self, record):
        record.kind = barcodes.parse(record.gtin, patterns=patterns()).stored_kind
        if record.is_primary:
            products.step_back(self.session, record, "is_primary")
