"""What products cost, and what they sell for."""

from flask_babel import lazy_gettext as _l

from app.models.products import PRICE_KINDS, ProductCost, ProductPrice
from app.web import formats
from app.web.master import Choice, Column, Field, Form, Grid, MasterView
from app.web.master.words import words


class ProductCostView(MasterView):
    key, model, title, icon = "product_costs", ProductCost, _l("Cost"), "cash"
    plural = _l("Costs")
    parent = ProductCost.product
    grid = Grid(
        Column("case", lambda c: f"{formats.quantity(c.case_size)}", label=_l("Case size")),
        Column(ProductCost.product, card="detail"),
        Column(ProductCost.vendor, card="code"),
        ProductCost.vendor_item,
        Column(ProductCost.case_cost, link=True, card="title"),
        Column(ProductCost.unit_cost, card="lead"),
        ProductCost.is_preferred,
        sort=ProductCost.vendor,
    )
    form = Form(
        ProductCost.product,
        ProductCost.vendor,
        Field(ProductCost.vendor_item, help=_l("The vendor's own number of the product.")),
        ProductCost.case_cost,
        Field(
            ProductCost.case_size, help=_l("How many units are in a case; the unit cost follows.")
        ),
        Field(ProductCost.is_preferred, help=_l("This vendor's cost is the one that counts.")),
    )

    def name_of(self, record):
        return f"{record.vendor} {formats.money(record.case_cost)}"


class ProductPriceView(MasterView):
    key, model, title, icon = "product_prices", ProductPrice, _l("Price"), "tag"
    plural = _l("Prices")
    parent = ProductPrice.product
    grid = Grid(
        Column(ProductPrice.product, card="code"),
        Column(ProductPrice.kind, card="detail", filter=Choice(words=PRICE_KINDS)),
        Column(ProductPrice.price, link=True, card="title"),
        ProductPrice.multiple,
        ProductPrice.starts_on,
        ProductPrice.ends_on,
        ProductPrice.store,
        sort=ProductPrice.starts_on,
        descending=True,
    )
    form = Form(
        ProductPrice.product,
        Field(ProductPrice.kind, choices=PRICE_KINDS),
        ProductPrice.price,
        Field(ProductPrice.multiple, help=_l("How many units this buys, as 3 in “3 for 5.00”.")),
        Field(ProductPrice.starts_on, help=_l("First day; empty: since always.")),
        Field(ProductPrice.ends_on, help=_l("Last day; empty: until further notice.")),
        Field(ProductPrice.store, help=_l("Empty: in all stores.")),
    )

    def name_of(self, record):
        return f"{words(record.kind)} {formats.money(record.price)}"
