"""Pages of products that somebody asked for."""

from flask import flash, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import barcodes
from app.errors import AppError
from app.models.pending_products import PENDING_STATES, PendingProduct
from app.services import pending_products
from app.web.auth import this_user
from app.web.master import Choice, Column, Contains, Field, Form, Grid, MasterView, Section
from app.web.saying import said
from app.web.views.product_codes import patterns, read_code

TONES = {"pending": "warn", "ready": "info", "resolved": "good", "ignored": "quiet"}


class PendingProductView(MasterView):
    key, model, icon = "pending_products", PendingProduct, "clipboard"
    title, plural = _l("Pending product"), _l("Pending products")
    lead = _l("What people asked for and the shop does not have yet.")
    pages = (
        ("settle", "/<uuid:uuid>/settle", "settle", ("GET", "POST"), "edit", "edit"),
        ("ignore", "/<uuid:uuid>/ignore", "ignore", ("POST",), "edit", "edit"),
        ("reopen", "/<uuid:uuid>/reopen", "reopen", ("POST",), "edit", "edit"),
    )
    grid = Grid(
        Column(PendingProduct.asked_at, card="code"),
        Column(PendingProduct.description, link=True, card="title", filter=Contains(shown=True)),
        PendingProduct.size,
        Column("brand_shown", lambda p: p.brand or p.brand_name, label=_l("Brand"),
               load=PendingProduct.brand),
        Column("vendor_shown", lambda p: p.vendor or p.vendor_name, label=_l("Vendor"),
               load=PendingProduct.vendor),
        Column(PendingProduct.regular_price, card="lead"),
        Column(PendingProduct.state, card="state-cell", filter=Choice(words=PENDING_STATES,
               shown=True)),
        Column(PendingProduct.product, hidden=True),
        Column(PendingProduct.special_order, hidden=True),
        sort=PendingProduct.asked_at,
        descending=True,
    )  # fmt: skip
    form = Form(
        Section(
            _l("What it is"),
            Field(PendingProduct.description, wide=True),
            PendingProduct.size,
            Field(PendingProduct.gtin, label=_l("Code"), read=read_code, write=barcodes.display),
            Field(PendingProduct.number, help=_l("That it shall have, or has elsewhere.")),
            PendingProduct.brand,
            Field(PendingProduct.brand_name, help=_l("Where it is none of ours yet.")),
            PendingProduct.department,
            PendingProduct.department_name,
        ),
        Section(
            _l("What is known of its price"),
            PendingProduct.vendor,
            Field(PendingProduct.vendor_name, help=_l("Where it is none of ours yet.")),
            PendingProduct.vendor_item,
            PendingProduct.unit_cost,
            PendingProduct.case_size,
            PendingProduct.regular_price,
        ),
        Section(
            _l("What else"),
            Field(
                PendingProduct.special_order, help=_l("Bought only when a customer asks for it.")
            ),
            Field(PendingProduct.notes, lines=4),
        ),
    )
    facts = (
        *(field.name for field in form.fields),
        "asked_at", "user", "product", "settled_at", "settled_by",
    )  # fmt: skip
    settling = Form(
        PendingProduct.product,
        Field(PendingProduct.number, help=_l("Of a new product; empty when it is one of ours.")),
    )

    def state_of(self, record):
        return TONES[record.state], _(record.state.capitalize())

    def write(self, record, form):
        if record is None:
            record = super().write(None, form)
            record.user = this_user()
            return record
        return super().write(record, form)

    def settle(self, uuid):
        """Say which product it is, or make one of it."""
        pending = self.get(uuid)
        self.form = self.settling
        form = self.form.bind(self.model, request.form or None, pending)
        if request.method == "POST" and self.form.check(form):
            product, number = form["product"].data, form["number"].data
            if done := self._settled(pending, form, product=product, number=number):
                return done
        page = self.render("settle", record=self.get(uuid), form=form)
        return page, 422 if request.method == "POST" else 200

    def ignore(self, uuid):
        """Nobody wants it."""
        return self._put(uuid, lambda p: pending_products.ignore(self.session, p, by=this_user()),
                         _("It is left alone."))  # fmt: skip

    def reopen(self, uuid):
        """Let it wait again."""
        return self._put(uuid, lambda p: pending_products.reopen(self.session, p),
                         _("It waits again."))  # fmt: skip

    def _settled(self, pending, form, *, product, number):
        code = barcodes.parse(pending.gtin, patterns=patterns()) if pending.gtin else None
        try:
            made = pending_products.resolve(
                self.session, pending, by=this_user(), product=product, number=number,
                kind=code.stored_kind if code else "gtin_14",
            )  # fmt: skip
        except AppError as error:
            self.session.rollback()
            form["number"].errors = [said(error)]
            return None
        target = self.url_of(made) or self.url("view", uuid=pending.uuid)
        name = str(made)
        self.session.commit()
        flash(_("It is “%(name)s” now.", name=name), "success")
        return redirect(target)

    def _put(self, uuid, act, told):
        try:
            act(self.get(uuid))
        except AppError as error:
            self.session.rollback()
            flash(said(error), "warning")
        else:
            self.session.commit()
            flash(told, "success")
        return redirect(self.url("view", uuid=uuid))
