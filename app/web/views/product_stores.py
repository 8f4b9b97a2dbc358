"""Pages of what is particular about a product: its stores, taxes and other names."""

from flask_babel import lazy_gettext as _l

from app.models.product_stores import ProductStore
from app.models.products import AlternateCode, ProductTax
from app.web.master import Column, Contains, Field, Form, Grid, MasterView


class ProductStoreView(MasterView):
    key, model, icon = "product_stores", ProductStore, "store"
    title, plural = _l("Product in a store"), _l("Products in stores")
    parent = ProductStore.product
    grid = Grid(
        Column(ProductStore.product, link=True, card="title"),
        Column(ProductStore.store, card="detail"),
        Column(ProductStore.active, card="state-cell"),
        Column(ProductStore.location, card="code", filter=Contains(shown=True)),
        ProductStore.shelf_tags,
        ProductStore.reorder_point,
        ProductStore.reorder_to,
        sort=ProductStore.location,
    )
    form = Form(
        ProductStore.product,
        ProductStore.store,
        Field(ProductStore.active, label=_l("Sold here"), help=_l("This store sells it.")),
        Field(ProductStore.location, help=_l("Aisle, shelf or cooler.")),
        Field(ProductStore.shelf_tags, help=_l("How many labels hang in this store.")),
        Field(ProductStore.reorder_point, help=_l("Order when there are so many.")),
        Field(ProductStore.reorder_to, help=_l("Order until there are so many.")),
    )

    def name_of(self, record):
        return f"{record.product}, {record.store}"


class ProductTaxView(MasterView):
    key, model, title, icon = "product_taxes", ProductTax, _l("Product tax"), "percentage"
    plural = _l("Product taxes")
    parent = ProductTax.product
    grid = Grid(
        Column(ProductTax.product, link=True, card="title"),
        Column(ProductTax.tax, card="detail"),
        sort=ProductTax.product,
    )
    form = Form(ProductTax.product, ProductTax.tax)


class AlternateCodeView(MasterView):
    key, model, title, icon = "alternate_codes", AlternateCode, _l("Other name"), "tag"
    plural = _l("Other names")
    parent = AlternateCode.product
    grid = Grid(
        Column(AlternateCode.code, label=_l("Name"), link=True, card="title",
               filter=Contains(shown=True)),
        Column(AlternateCode.product, card="detail"),
        Column(AlternateCode.position, hidden=True),
        sort=AlternateCode.code,
    )  # fmt: skip
    form = Form(
        AlternateCode.product,
        Field(
            AlternateCode.code,
            label=_l("Name"),
            help=_l("What people or other systems call it, beside its number."),
        ),
        Field(AlternateCode.position, help=_l("The lowest comes first.")),
    )
