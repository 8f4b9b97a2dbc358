"""Pages of the lines of purchases, and of the credits for what was wrong with them."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models.purchases import CREDIT_KINDS, CREDIT_STATES, PurchaseCredit, PurchaseItem
from app.services import product_facts, purchases
from app.web import formats
from app.web.master import (
    Child,
    Choice,
    Column,
    Contains,
    Field,
    Form,
    Grid,
    MasterView,
    Move,
    Moves,
    Section,
)
from app.web.master.words import words
from app.web.views.purchases import counted

CREDIT_TONES = {"new": "info", "submitted": "warn", "satisfied": "good", "refused": "quiet"}


def pair(what, cases, units):
    """The two counts of one kind, side by side."""
    return (
        Field(getattr(PurchaseItem, f"cases_{what}"), label=cases, required=False),
        Field(getattr(PurchaseItem, f"units_{what}"), label=units, required=False),
    )


class PurchaseItemView(MasterView):
    key, model, title, icon = "purchase_items", PurchaseItem, _l("Purchase item"), "box"
    plural = _l("Purchase items")
    parent = PurchaseItem.purchase
    blame = {product_facts.NoWords: "description"}
    grid = Grid(
        Column(PurchaseItem.description, link=True, card="title", filter=Contains(shown=True)),
        Column(PurchaseItem.purchase, card="code"),
        Column(PurchaseItem.product, hidden=True),
        Column(PurchaseItem.vendor_item, label=_l("Vendor's number"), filter=Contains()),
        Column("ordered", lambda i: counted(i, "ordered"), label=_l("Ordered"), card="detail"),
        Column("received", lambda i: counted(i, "received"), label=_l("Received"), card="detail"),
        Column(PurchaseItem.po_unit_cost, label=_l("Unit cost")),
        Column(PurchaseItem.po_total, label=_l("Total"), card="lead"),
        Column(PurchaseItem.out_of_stock, hidden=True),
        sort=PurchaseItem.description,
    )
    form = Form(
        Section(
            _l("What it is"),
            PurchaseItem.purchase,
            Field(PurchaseItem.product, help=_l("What follows is taken from it, where empty.")),
            Field(PurchaseItem.description, required=False, wide=True),
            Field(PurchaseItem.vendor_item, label=_l("Vendor's number")),
            PurchaseItem.brand,
            PurchaseItem.size,
            Field(PurchaseItem.case_size, help=_l("Units in a case.")),
        ),
        Section(
            _l("Ordered"),
            *pair("ordered", _l("Cases"), _l("Units")),
            Field(PurchaseItem.po_unit_cost, label=_l("Unit cost")),
            Field(PurchaseItem.po_case_size, label=_l("Case size of the order")),
            Field(PurchaseItem.po_line, label=_l("Line of the order")),
        ),
        Section(
            _l("Received"),
            *pair("received", _l("Cases"), _l("Units")),
            *pair("damaged", _l("Damaged cases"), _l("Damaged units")),
            *pair("expired", _l("Expired cases"), _l("Expired units")),
            *pair("mispicked", _l("Wrong cases"), _l("Wrong units")),
            *pair("missing", _l("Missing cases"), _l("Missing units")),
            Field(PurchaseItem.out_of_stock, help=_l("The vendor had none.")),
        ),
        Section(
            _l("Invoice"),
            *pair("shipped", _l("Cases shipped"), _l("Units shipped")),
            PurchaseItem.invoice_unit_cost,
            PurchaseItem.invoice_case_cost,
            PurchaseItem.invoice_case_size,
            PurchaseItem.invoice_line,
            Field(PurchaseItem.invoice_number, help=_l("Empty: that of the purchase.")),
            Field(PurchaseItem.invoiced_on, label=_l("Invoice date")),
        ),
    )
    children = (
        Child(
            PurchaseItem.credits,
            "purchase_credits",
            (
                Column("kind", lambda c: words(c.kind), label=_l("Kind"), link=True),
                Column("state", lambda c: credit_badge(c), label=_l("State"), show="badge"),
                Column(PurchaseCredit.total),
            ),
            title=_l("Credits"),
        ),
    )

    def state_of(self, record):
        return ("warn", _("Out of stock")) if record.out_of_stock else None

    def write(self, record, form):
        """A quantity that is left empty is none."""
        for name in purchases.COUNTS:
            form[name].data = form[name].data or purchases.NOTHING
        return super().write(record, form)

    def before_save(self, record):
        purchases.require_open(record.purchase)
        if record.sequence is None:
            record.sequence = purchases.next_sequence(self.session, record.purchase)
        if record.product is not None:
            product_facts.keep(self.session, record, record.product, gaps=True)
        product_facts.require_words(record)


def credit_badge(credit):
    return CREDIT_TONES[credit.state], words(credit.state)


def credit_moves():
    return {
        "submitted": (_("It is asked for"), "send", "primary"),
        "satisfied": (_("The vendor has paid"), "check", "primary"),
        "refused": (_("The vendor does not pay"), "circle-x", ""),
    }


class PurchaseCreditView(Moves, MasterView):
    key, model, title, icon = "purchase_credits", PurchaseCredit, _l("Credit"), "receipt"
    plural = _l("Credits")
    lead = _l("What vendors owe for what was damaged, expired, wrong or missing.")
    allow = frozenset({"list", "view", "edit", "delete"})
    notes = False
    parent = PurchaseCredit.item
    grid = Grid(
        Column("item_name", lambda c: str(c.item), label=_l("Item"), link=True, card="title",
               load=PurchaseCredit.item),
        Column(PurchaseCredit.kind, card="code", filter=Choice(words=CREDIT_KINDS)),
        Column("state_", credit_badge, label=_l("State"), show="badge", card="state-cell"),
        Column(PurchaseCredit.state, hidden=True, filter=Choice(shown=True, words=CREDIT_STATES)),
        Column(PurchaseCredit.cases, card="detail"),
        Column(PurchaseCredit.units, card="detail"),
        Column(PurchaseCredit.total, card="lead"),
        sort=PurchaseCredit.kind,
    )  # fmt: skip
    form = Form(
        PurchaseCredit.cases,
        PurchaseCredit.units,
        Field(PurchaseCredit.total, help=_l("What they owe.")),
        Field(PurchaseCredit.expires_on, label=_l("Printed date"), help=_l("On what was expired.")),
        Field(PurchaseCredit.discarded, help=_l("It was thrown away and cannot be returned.")),
        PurchaseCredit.mispick_product,
        Field(PurchaseCredit.mispick_description, label=_l("What came instead")),
        PurchaseCredit.mispick_brand,
        PurchaseCredit.mispick_size,
        PurchaseCredit.mispick_gtin,
        Field(PurchaseCredit.notes, lines=3),
    )

    def name_of(self, record):
        return f"{words(record.kind)}: {record.item}"

    def state_of(self, record):
        return credit_badge(record)

    def facts_of(self, record):
        from app.web.master import Fact

        purchase = record.item.purchase
        url = self.url_of(purchase)
        day = purchase.received_on
        told = [Fact(_("Purchase"), str(purchase), url)]
        told += [Fact(_("Received"), formats.day(day))] if day else []
        return told + super().facts_of(record)

    def moves_of(self, record):
        told = credit_moves()
        return [Move(state, *told[state]) for state in purchases.CREDIT_STEPS[record.state]]

    def make_move(self, record, key, note):
        purchases.step_credit(self.session, record, key)
