"""Pages of pending customers: what they told, and finding out who they are."""

from flask import flash, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.errors import AppError
from app.models.pending_customers import PENDING_STATES, PendingCustomer
from app.models.people import ADDRESS_KINDS, EMAIL_KINDS, PHONE_KINDS
from app.services import contacts, pending_customers
from app.web import phones
from app.web.auth import this_user
from app.web.master import Choice, Column, Contains, Field, Form, Grid, MasterView, Section
from app.web.phones import Phone
from app.web.saying import said

TONES = {"open": "warn", "resolved": "good", "ignored": "quiet"}


def state_words():
    return {"open": _("Open"), "resolved": _("Resolved"), "ignored": _("Ignored")}


def state_badge(pending):
    return TONES[pending.state], state_words()[pending.state]


class PendingCustomerView(MasterView):
    key, model, icon = "pending_customers", PendingCustomer, "help"
    title, plural = _l("Pending customer"), _l("Pending customers")
    lead = _l("Who asked for something and is not a customer yet.")
    grid = Grid(
        Column(PendingCustomer.name, link=True, card="title", filter=Contains(shown=True)),
        Column(PendingCustomer.phone, filter=Phone()),
        PendingCustomer.email,
        Column(PendingCustomer.number, hidden=True),
        Column(PendingCustomer.created_at, card="detail"),
        Column(PendingCustomer.created_by, hidden=True),
        Column(PendingCustomer.customer, hidden=True),
        Column(
            PendingCustomer.state, state_badge, show="badge", card="state-cell",
            filter=Choice(words=PENDING_STATES, shown=True),
        ),
        sort=PendingCustomer.created_at,
        descending=True,
    )  # fmt: skip
    form = Form(
        Section(
            _l("Who they are"),
            PendingCustomer.first_name,
            PendingCustomer.middle_name,
            PendingCustomer.last_name,
            Field(PendingCustomer.number, help=_l("The number they gave, or are to get.")),
            Field(PendingCustomer.notes, lines=3, help=_l("What they asked for.")),
        ),
        Section(
            _l("How to reach them"),
            Field(PendingCustomer.phone, read=phones.read, write=phones.shown),
            Field(PendingCustomer.phone_kind, choices=PHONE_KINDS),
            Field(PendingCustomer.email, read=contacts.email_address),
            Field(PendingCustomer.email_kind, choices=EMAIL_KINDS),
            PendingCustomer.street,
            PendingCustomer.street_2,
            PendingCustomer.city,
            PendingCustomer.region,
            PendingCustomer.postal_code,
            Field(PendingCustomer.country, read=contacts.country, help=_l("Two letters, as US.")),
            Field(PendingCustomer.address_kind, choices=ADDRESS_KINDS),
        ),
    )
    facts = (
        "number", "phone", "email", "street", "street_2", "postal_code", "city", "region", "notes",
        "created_at", "created_by", "customer", "person", "settled_at", "settled_by",
    )  # fmt: skip
    pages = (
        ("resolve", "/<uuid:uuid>/resolve", "resolve", ("GET", "POST"), "edit", "edit"),
        ("ignore", "/<uuid:uuid>/ignore", "ignore", ("POST",), "edit", "edit"),
        ("reopen", "/<uuid:uuid>/reopen", "reopen", ("POST",), "edit", "edit"),
    )

    # Who it turned out to be is no question of the form above.
    who = Form(
        Field(PendingCustomer.customer, help=_l("The account, if they have one.")),
        Field(PendingCustomer.person, help=_l("Who it is.")),
    )

    def state_of(self, record):
        return state_badge(record)

    def before_save(self, record):
        if record.created_by is None and not record.created_at:
            record.created_by = this_user()

    def resolve(self, uuid):
        """Say who it is, or make a customer of what they told."""
        pending = self.get(uuid)
        sent = request.form if request.method == "POST" else None
        form = self.who.bind(self.model, sent)
        if sent is not None and self._resolved(pending, form):
            self.session.commit()
            flash(_("It is known now who this is."), "success")
            return redirect(self.url("view", uuid=uuid))
        likely = pending_customers.likely(self.session, pending)
        page = self.render("resolve", record=pending, form=form, likely=likely)
        return page, 200 if sent is None else 422

    def ignore(self, uuid):
        pending_customers.ignore(self.session, self.get(uuid), by=this_user())
        return self._done(uuid, _("Ignored."))

    def reopen(self, uuid):
        pending_customers.reopen(self.session, self.get(uuid))
        return self._done(uuid, _("Open again."))

    def _resolved(self, pending, form):
        """Whether what was sent settles it; else the form says why not."""
        try:
            if "make" in request.form:
                pending_customers.make_customer(self.session, pending, by=this_user())
                return True
            if not self.who.check(form):
                return False
            customer, person = form["customer"].data, form["person"].data
            if customer is None and person is None:
                form.form_errors.append(_("Choose a customer, a person, or both."))
                return False
            pending_customers.resolve(
                self.session, pending, customer=customer, person=person, by=this_user()
            )
        except AppError as error:
            self.session.rollback()
            form.form_errors.append(said(error))
            return False
        return True

    def _done(self, uuid, text):
        undo = self._undo(uuid)
        self.session.commit()
        flash({"text": text, "undo_url": undo}, "success")
        return redirect(self.url("view", uuid=uuid))
