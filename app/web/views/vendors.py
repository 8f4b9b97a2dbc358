"""Vendor pages."""

from flask_babel import lazy_gettext as _l

from app.models.vendors import Vendor
from app.web.master import Column, Contains, Field, Form, Grid, MasterView, Section


class VendorView(MasterView):
    key, model, title, icon = "vendors", Vendor, _l("Vendor"), "truck"
    plural = _l("Vendors")
    lead = _l("Who the shop buys from.")
    grid = Grid(
        Column(Vendor.number, card="code"),
        Column(Vendor.name, link=True, card="title", filter=Contains(shown=True)),
        Vendor.abbreviation,
        Vendor.account_number,
        Vendor.lead_time_days,
        Column(Vendor.active, card="state-cell"),
        sort=Vendor.name,
    )
    form = Form(
        Section(_l("Who they are"), Vendor.number, Vendor.name, Vendor.abbreviation, Vendor.active),
        Section(
            _l("How we buy"),
            Field(Vendor.account_number, help=_l("Our number in their books.")),
            Field(Vendor.lead_time_days, unit=_l("days")),
            Vendor.terms,
            Field(Vendor.notes, lines=4),
        ),
    )
