"""Product code pages, and how codes are read."""

from flask import current_app
from flask_babel import lazy_gettext as _l

from app import barcodes
from app.config.core import BARCODES_IN_STORE_PATTERNS
from app.models.products import CODE_KINDS, ProductCode
from app.services import products
from app.web.master import Choice, Column, Field, Form, Grid, MasterView


def patterns():
    return current_app.extensions["settings"][BARCODES_IN_STORE_PATTERNS]


def read_code(text):
    """A code as people type or scan it, in canonical form."""
    return barcodes.parse(text, patterns=patterns()).gtin


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
