"""What vendors ask for products, now and from a day on."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.errors import AppError
from app.models.products import FutureCost, ProductCost
from app.services import products
from app.web import formats
from app.web.master import Column, Field, Form, Grid, MasterView, Section
from app.web.master.shares import SHARE


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
        Column(ProductCost.discount_cost, hidden=True),
        Column(ProductCost.discount_ends_on, hidden=True),
        Column(ProductCost.effective_on, hidden=True),
        Column(ProductCost.pack_cost, hidden=True),
        Column(ProductCost.position, hidden=True),
        Column(ProductCost.discontinued, hidden=True),
        sort=ProductCost.vendor,
    )
    form = Form(
        Section(
            _l("What they ask"),
            ProductCost.product,
            ProductCost.vendor,
            Field(ProductCost.vendor_item, help=_l("The vendor's own number of the product.")),
            ProductCost.case_cost,
            Field(
                ProductCost.case_size,
                help=_l("How many units are in a case; the unit cost follows."),
            ),
            Field(ProductCost.pack_size, help=_l("Units in a pack, where cases hold packs.")),
            Field(ProductCost.effective_on, help=_l("Since when this cost is asked.")),
            Field(ProductCost.position, help=_l("The lowest is tried first after the preferred.")),
            Field(ProductCost.is_preferred, help=_l("This vendor's cost is the one that counts.")),
            Field(ProductCost.discontinued, help=_l("They do not deliver it any more.")),
        ),
        Section(
            _l("Discount"),
            Field(ProductCost.discount_amount, help=_l("Off a case; or else a percentage.")),
            Field(ProductCost.discount_share, label=_l("Discount percent"), **SHARE),
            Field(ProductCost.discount_starts_on, help=_l("First day; empty: since always.")),
            Field(ProductCost.discount_ends_on, help=_l("Last day; empty: until further notice.")),
        ),
    )

    def name_of(self, record):
        return f"{record.vendor} {formats.money(record.case_cost)}"

    def before_save(self, record):
        if record.discount_amount is not None and record.discount_share is not None:
            raise AppError(_("Give the discount as an amount or as a percentage, not as both."))
        if record.is_preferred:
            products.step_back(self.session, record, "is_preferred")


class FutureCostView(MasterView):
    key, model, title, icon = "future_costs", FutureCost, _l("Coming cost"), "calendar"
    plural = _l("Coming costs")
    lead = _l("What vendors will ask from a day on; on that day it becomes the cost.")
    parent = FutureCost.product
    grid = Grid(
        Column(FutureCost.starts_on, card="code"),
        Column(FutureCost.ends_on),
        Column(FutureCost.product, card="detail"),
        Column(FutureCost.vendor, card="detail"),
        Column(FutureCost.case_cost, link=True, card="title"),
        FutureCost.case_size,
        Column(FutureCost.unit_cost, card="lead"),
        Column(FutureCost.discontinued, hidden=True),
        sort=FutureCost.starts_on,
    )
    form = Form(
        FutureCost.product,
        FutureCost.vendor,
        Field(FutureCost.vendor_item, help=_l("Empty: it stays as it is.")),
        FutureCost.case_cost,
        Field(
            FutureCost.case_size, help=_l("How many units are in a case; the unit cost follows.")
        ),
        Field(FutureCost.starts_on, help=_l("The first day on which they ask this.")),
        Field(
            FutureCost.ends_on, help=_l("Last day, then the old cost comes back; empty: it stays.")
        ),
        Field(FutureCost.discontinued, help=_l("From then on they do not deliver it any more.")),
    )

    def name_of(self, record):
        return f"{record.vendor} {formats.money(record.case_cost)}"
