"""What products sell for."""

from flask_babel import lazy_gettext as _l

from app.models.products import PRICE_KINDS, ProductPrice
from app.web import formats
from app.web.master import Choice, Column, Field, Form, Grid, MasterView, Section
from app.web.master.words import words


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
        Column(ProductPrice.level, hidden=True),
        Column(ProductPrice.pack_price, hidden=True),
        Column(ProductPrice.pack_multiple, hidden=True),
        sort=ProductPrice.starts_on,
        descending=True,
    )
    form = Form(
        Section(
            _l("The price"),
            ProductPrice.product,
            Field(ProductPrice.kind, choices=PRICE_KINDS),
            ProductPrice.price,
            Field(
                ProductPrice.multiple, help=_l("How many units this buys, as 3 in “3 for 5.00”.")
            ),
        ),
        Section(
            _l("When and where"),
            Field(ProductPrice.starts_on, help=_l("First day; empty: since always.")),
            Field(ProductPrice.ends_on, help=_l("Last day; empty: until further notice.")),
            Field(ProductPrice.store, help=_l("Empty: in all stores.")),
            Field(ProductPrice.level, help=_l("1: for everybody; others for some customers.")),
        ),
        Section(
            _l("By the pack"),
            Field(ProductPrice.pack_price, help=_l("Of a pack, where that is cheaper.")),
            Field(ProductPrice.pack_multiple, help=_l("How many units such a pack holds.")),
        ),
    )

    def name_of(self, record):
        return f"{words(record.kind)} {formats.money(record.price)}"
