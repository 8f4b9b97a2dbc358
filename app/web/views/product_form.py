"""The form of a product, and which of its facts its page tells."""

from flask_babel import lazy_gettext as _l

from app.models.products import CLAIMS, PRODUCT_KINDS, UNITS, Product
from app.web.master import Field, Form, Section

FORM = Form(
    Section(
        _l("What it is"),
        Field(Product.number, help=_l("What people call it by; no two products share one.")),
        Field(Product.description, wide=True),
        Field(Product.description_2, wide=True, help=_l("A second line, for labels and receipts.")),
        Product.brand,
        Field(Product.size, help=_l("As printed, such as 12.5 oz.")),
        Product.unit_size,
        Field(Product.unit_of_measure, choices=UNITS),
        Field(Product.kind, choices=PRODUCT_KINDS),
        Product.active,
    ),
    Section(
        _l("Where it belongs"),
        Product.department,
        Product.subdepartment,
        Product.category,
        Product.family,
        Product.report_code,
        Product.deposit_link,
    ),
    Section(
        _l("How it is sold"),
        Product.sold_by_weight,
        Field(
            Product.average_weight, help=_l("Of one piece of what is sold by weight, in its unit.")
        ),
        Product.food_stampable,
        Field(Product.discountable, help=_l("Discounts of a whole sale count for it.")),
        Field(Product.price_required, help=_l("The register asks for the price.")),
        Field(Product.for_sale, help=_l("Otherwise only the shop itself uses it.")),
        Field(Product.special_order, help=_l("Bought only when a customer asks for it.")),
        Field(Product.discontinued, help=_l("Sold out, then gone; never ordered again.")),
        Field(
            Product.pos_status, label=_l("POS status"), help=_l("A status code of the registers.")
        ),
    ),
    Section(
        _l("Packs and cases"),
        Field(Product.unit, label=_l("Pack of"), help=_l("The product of which this is a pack.")),
        Field(Product.pack_size, help=_l("How many of it are in the pack.")),
        Field(Product.case_size, help=_l("Units in a case where a vendor says nothing else.")),
        Field(Product.default_pack, help=_l("Its unit is ordered by this pack.")),
    ),
    Section(
        _l("What is in it"),
        *(getattr(Product, claim) for claim in CLAIMS),
        Field(Product.ingredients, lines=4),
    ),
    Section(_l("Notes"), Field(Product.notes, lines=4)),
)

FACTS = (
    "number", "description_2", "brand", "department", "subdepartment", "category", "family",
    "report_code", "deposit_link", "size", "unit_size", "unit_of_measure", "average_weight",
    "case_size", "pos_status",
)  # fmt: skip
"""What is yes or no is told by badges, where it says something."""
