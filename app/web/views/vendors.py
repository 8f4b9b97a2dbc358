"""Vendor pages, and the files that vendors sent."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models.vendors import Vendor, VendorContact, VendorSampleFile
from app.services import contacts, files
from app.web import phones
from app.web.auth import this_user
from app.web.files import folder, send
from app.web.formats import file_size
from app.web.master import (
    Child,
    Column,
    Contains,
    Field,
    Form,
    Grid,
    MasterView,
    Merge,
    Section,
    Upload,
)
from app.web.master.shares import SHARE
from app.web.phones import Phone

MOST = 25 * files.MEGABYTE


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
        Column(Vendor.phone, filter=Phone()),
        Column(Vendor.email, hidden=True),
        Vendor.lead_time_days,
        Column(Vendor.order_interval_days, hidden=True),
        Column(Vendor.discount, hidden=True),
        Column(Vendor.active, card="state-cell"),
        sort=Vendor.name,
    )
    form = Form(
        Section(_l("Who they are"), Vendor.number, Vendor.name, Vendor.abbreviation, Vendor.active),
        Section(
            _l("How to reach them"),
            Field(Vendor.phone, read=phones.read, write=phones.shown),
            Field(Vendor.fax, read=phones.read, write=phones.shown),
            Field(Vendor.email, read=contacts.email_address),
        ),
        Section(
            _l("How we buy"),
            Field(Vendor.account_number, help=_l("Our number in their books.")),
            Vendor.terms,
            Field(Vendor.lead_time_days, unit=_l("days"), help=_l("From the order to the shelf.")),
            Field(
                Vendor.order_interval_days,
                unit=_l("days"),
                help=_l("From one order to the next."),
            ),
            Field(Vendor.discount, **SHARE, help=_l("What they take off their invoices.")),
            Field(Vendor.notes, lines=4),
        ),
    )
    children = (
        Child(
            Vendor.contacts,
            "vendor_contacts",
            (Column(VendorContact.person, link=True), Column(VendorContact.role)),
        ),
        Child(
            Vendor.sample_files,
            "vendor_sample_files",
            (
                Column(VendorSampleFile.name, link=True),
                Column(VendorSampleFile.kind),
                Column(VendorSampleFile.effective_on),
                Column("size", lambda f: file_size(f.file.size), label=_l("Size")),
            ),
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


class VendorSampleFileView(MasterView):
    key, model = "vendor_sample_files", VendorSampleFile
    title, plural, icon = _l("Sample file"), _l("Sample files"), "file"
    parent = VendorSampleFile.vendor
    pages = (("file", "/<uuid:uuid>/file", "file_", ("GET",), "view", "view"),)
    grid = Grid(
        Column(VendorSampleFile.name, link=True, card="title", filter=Contains(shown=True)),
        Column(VendorSampleFile.vendor, card="detail"),
        Column(VendorSampleFile.kind, card="code", filter=Contains()),
        VendorSampleFile.effective_on,
        Column("size", lambda f: file_size(f.file.size), label=_l("Size"),
               load=VendorSampleFile.file),
        Column(VendorSampleFile.created_at, hidden=True),
        sort=VendorSampleFile.name,
    )  # fmt: skip
    blame = {files.TooLarge: "file", files.NoContent: "file"}
    form = Form(
        VendorSampleFile.vendor,
        VendorSampleFile.name,
        Field(VendorSampleFile.kind, help=_l("What it holds, such as catalog or invoice.")),
        Field(VendorSampleFile.effective_on, help=_l("From when on their files look like this.")),
        Field(VendorSampleFile.notes, lines=4),
    )
    new = Form(
        VendorSampleFile.vendor,
        Upload("file", label=_l("File"), help=_l("At most 25 MB.")),
        *form.fields[2:],
    )

    def create(self):
        self.form = self.new
        return super().create()

    def write(self, record, form):
        if record is not None:
            return super().write(record, form)
        sent = form["file"].data
        kept = files.keep(
            self.session, folder(), sent.stream, media_type="application/octet-stream", most=MOST
        )
        told = {name: value for name, value in form.data.items() if name != "file"}
        name = files.tidy_name(sent.filename) or _("file")
        record = VendorSampleFile(**told, name=name, file=kept, user=this_user())
        self.session.add(record)
        return record

    def file_(self, uuid):
        """The file itself, to be saved: nobody knows what it does in a browser."""
        record = self.get(uuid)
        return send(record.file, name=record.name)
