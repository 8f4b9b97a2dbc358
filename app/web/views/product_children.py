"""The rows that belong to a product, as its page shows them."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import barcodes
from app.models.products import (
    AlternateCode,
    FutureCost,
    Product,
    ProductCode,
    ProductCost,
    ProductPrice,
    ProductTax,
)
from app.web.master import Child, Column
from app.web.master.words import words
from app.web.product_parts import cost_state, margin_of, price_shown, price_state

CHILDREN = (
    Child(
        Product.prices,
        "product_prices",
        (
            Column("kind", lambda p: words(p.kind), label=_l("Kind"), link=True),
            Column("state", price_state, label="", show="badge"),
            Column(ProductPrice.starts_on, label=_l("From")),
            Column(ProductPrice.ends_on, label=_l("To")),
            Column(ProductPrice.store),
            Column("amount", price_shown, label=_l("Price"), card="lead num"),
        ),
        title=_l("Prices"),
    ),
    Child(
        Product.costs,
        "product_costs",
        (
            Column("vendor", lambda c: str(c.vendor), label=_l("Vendor"), link=True),
            Column("preferred", cost_state, label="", show="badge"),
            Column(ProductCost.vendor_item, label=_l("Item")),
            Column(ProductCost.case_size),
            Column(ProductCost.case_cost),
            Column("unit", lambda c: c.unit_cost, label=_l("Unit cost"), show="cost"),
            Column("margin", margin_of, label=_l("Margin"), show="percent"),
        ),
        title=_l("Costs"),
    ),
    Child(
        Product.future_costs,
        "future_costs",
        (
            Column("vendor", lambda c: str(c.vendor), label=_l("Vendor"), link=True),
            Column(FutureCost.starts_on, label=_l("From")),
            Column(FutureCost.ends_on, label=_l("To")),
            Column(FutureCost.case_cost),
            Column(FutureCost.unit_cost),
        ),
        title=_l("Coming costs"),
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
    Child(
        Product.alternate_codes,
        "alternate_codes",
        (Column(AlternateCode.code, label=_l("Name"), link=True),),
        title=_l("Other names"),
    ),
    Child(
        Product.taxes,
        "product_taxes",
        (
            Column(ProductTax.tax, value=lambda t: str(t.tax), label=_l("Tax"), link=True),
            Column("rate", lambda t: t.tax.rate, label=_l("Rate"), show="percent"),
        ),
        title=_l("Taxes"),
    ),
)
MAIN = {"product_prices", "product_costs", "future_costs"}
"""Which of them stand in the wide column."""
SHOWN_EMPTY = {"product_prices", "product_costs"}
