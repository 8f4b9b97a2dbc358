"""Vendor pages."""

from flask_babel import lazy_gettext as _l

from app.models.vendors import Vendor, VendorContact
from app.services import contacts
from app.web.master import Child, Column, Contains, Field, Form, Grid, MasterView, Merge, Section


class VendorView(MasterView):
    key, model, title, icon = "vendors", Vendor, _l("Vendor"), "truck"
    plural = _l("Vendors")
    lead = _l("Who the shop buys from.")
    merge = Merge(
        fill=(
            Vendor.abbreviation,
            Vendor.account_number,
            Vendor.phone,
            Vendor.fax,
            Vendor.email,
            Vendor.lead_time_days,
            Vendor.terms,
            Vendor.notes,
        )
    )
    grid = Grid(
        Column(Vendor.number, card="code"),
        Column(Vendor.name, link=True, card="title", filter=Contains(shown=True)),
        Vendor.abbreviation,
        Vendor.account_number,
        Vendor.phone,
        Column(Vendor.email, hidden=True),
        Vendor.lead_time_days,
        Column(Vendor.active, card="state-cell"),
        sort=Vendor.name,
    )
    form = Form(
        Section(_l("Who they are"), Vendor.number, Vendor.name, Vendor.abbreviation, Vendor.active),
        Section(
            _l("How to reach them"),
            Field(Vendor.phone, read=contacts.phone_number),
            Field(Vendor.fax, read=contacts.phone_number),
            Field(Vendor.email, read=contacts.email_address),
        ),
        Section(
            _l("How we buy"),
            Field(Vendor.account_number, help=_l("Our number in their books.")),
            Field(Vendor.lead_time_days, unit=_l("days")),
            Vendor.terms,
            Field(Vendor.notes, lines=4),
        ),
    )
    children = (
        Child(
            Vendor.contacts,
            "vendor_contacts",
            (Column(VendorContact.person, link=True), Column(VendorContact.role)),
        ),
    )


class VendorContactView(MasterView):
    key, model, title, icon = "vendor_contacts", VendorContact, _l("Vendor contact"), "users"
    plural = _l("Vendor contacts")
    parent = VendorContact.vendor
    grid = Grid(
        Column(VendorContact.person, link=True, card="title"),
        Column(VendorContact.vendor, card="detail"),
        Column(VendorContact.role, card="lead", filter=Contains(shown=True)),
        Column(VendorContact.position, hidden=True),
        sort=VendorContact.person,
    )
    form = Form(
        VendorContact.vendor,
        Field(VendorContact.person, help=_l("Somebody the shop knows; make them under People.")),
        Field(VendorContact.role, help=_l("What they do there, such as sales.")),
        Field(VendorContact.position, help=_l("The lowest is tried first.")),
    )
