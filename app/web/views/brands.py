"""Brand pages."""

from flask_babel import lazy_gettext as _l

from app.models.brands import Brand
from app.web.master import Column, Contains, Field, Form, Grid, MasterView


class BrandView(MasterView):
    key, model, title, icon = "brands", Brand, _l("Brand"), "star"
    plural = _l("Brands")
    lead = _l("The names on the packages, such as the house brand and the big ones.")
    grid = Grid(
        Column(Brand.name, link=True, card="title", filter=Contains(shown=True)),
        Column(Brand.own_label, card="state-cell"),
        Brand.confirmed,
        sort=Brand.name,
    )
    form = Form(
        Brand.name,
        Field(Brand.own_label, help=_l("Made for this shop under its own name.")),
        Field(Brand.confirmed, help=_l("Somebody looked at how it is written.")),
    )
