"""Pages of purchases: orders to vendors, what came, and what vendors owe."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.models.purchases import PURCHASE_STATES, Purchase, PurchaseItem
from app.services import purchases
from app.web import formats
from app.web.auth import this_user
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

TONES = {
    "new": "quiet", "ordered": "info", "shipped": "info", "received": "good", "invoiced": "good",
    "paid": "good", "cancelled": "bad",
}  # fmt: skip
ICONS = {
    "ordered": "send", "shipped": "truck", "received": "check", "invoiced": "file", "paid": "cash",
    "cancelled": "circle-x",
}  # fmt: skip


def state_badge(purchase):
    return TONES[purchase.state], words(purchase.state)


def counted(item, what):
    """Cases and units, as “2 + 3”; units alone without cases."""
    cases, units = getattr(item, f"cases_{what}"), getattr(item, f"units_{what}")
    if not cases:
        return formats.quantity(units) if units else ""
    told = _("%(count)s cs", count=formats.quantity(cases))
    return f"{told} + {formats.quantity(units)}" if units else told


def move_words():
    """What each step is called on its button."""
    return {
        "ordered": _("Order it"),
        "shipped": _("It is on its way"),
        "received": _("It has come"),
        "invoiced": _("The invoice is checked"),
        "paid": _("It is paid"),
        "cancelled": _("Cancel it"),
        "rest": _("All that is left has come"),
        "credit": _("Ask for credits"),
    }


class PurchaseView(Moves, MasterView):
    key, model, title, icon = "purchases", Purchase, _l("Purchase"), "truck"
    plural = _l("Purchases")
    lead = _l("What the shop orders from vendors, and what comes of it.")
    notes = False
    grid = Grid(
        Column(Purchase.number, link=True, card="title"),
        Column(Purchase.vendor, card="code"),
        Column(Purchase.po_number, label=_l("PO number"), filter=Contains(shown=True)),
        Column("state_", state_badge, label=_l("State"), show="badge", card="state-cell"),
        Column(Purchase.state, hidden=True, filter=Choice(shown=True, words=PURCHASE_STATES)),
        Column(Purchase.store),
        Column(Purchase.department, hidden=True),
        Column(Purchase.buyer, hidden=True),
        Column(Purchase.ordered_on, label=_l("Ordered"), card="detail"),
        Column(Purchase.received_on, label=_l("Received")),
        Column(Purchase.invoice_number, hidden=True),
        Column(Purchase.invoice_total, card="lead"),
        Column(Purchase.created_at, hidden=True),
        sort=Purchase.number,
        descending=True,
    )
    form = Form(
        Section(
            _l("From whom"),
            Purchase.vendor,
            Purchase.store,
            Purchase.department,
            Field(Purchase.buyer, help=_l("Who orders.")),
            Field(
                Purchase.po_number, label=_l("PO number"), help=_l("What the vendor knows it by.")
            ),
            Purchase.ship_method,
            Field(Purchase.notes_to_vendor, lines=3),
        ),
        Section(
            _l("Days"),
            Field(Purchase.ordered_on, label=_l("Ordered")),
            Field(Purchase.shipped_on, label=_l("Shipped")),
            Field(Purchase.received_on, label=_l("Received")),
            Field(Purchase.paid_on, label=_l("Paid")),
        ),
        Section(
            _l("Invoice"),
            Purchase.invoice_number,
            Field(Purchase.invoiced_on, label=_l("Invoice date")),
            Field(Purchase.invoice_total, help=_l("As the invoice says.")),
            Field(Purchase.notes, lines=3),
        ),
    )
    children = (
        Child(
            Purchase.items,
            "purchase_items",
            (
                Column(PurchaseItem.description, link=True),
                Column(PurchaseItem.vendor_item, label=_l("Vendor's number")),
                Column("ordered", lambda i: counted(i, "ordered"), label=_l("Ordered")),
                Column("received", lambda i: counted(i, "received"), label=_l("Received")),
                Column("wrong", lambda i: wrong_badge(i), label="", show="badge"),
                Column(PurchaseItem.po_unit_cost, label=_l("Unit cost")),
                Column(PurchaseItem.po_total, label=_l("Total")),
            ),
            title=_l("Items"),
        ),
    )

    def state_of(self, record):
        return state_badge(record)

    def context(self, record):
        return {"totals": purchases.totals(self.session, record)}

    def before_save(self, record):
        if record.created_at is None:
            record.created_by = this_user()

    def moves_of(self, record):
        found = [
            Move(state, move_words()[state], ICONS[state], _tone(state, place))
            for place, state in enumerate(purchases.STEPS[record.state])
        ]
        if record.state in purchases.RECEIVING:
            found.append(Move("rest", move_words()["rest"], "check"))
            if any(wrong(item) for item in record.items):
                found.append(Move("credit", move_words()["credit"], "receipt"))
        return found

    def make_move(self, record, key, note):
        if key == "rest":
            count = purchases.receive_rest(self.session, record, on=formats.today())
            return ngettext("One item has come.", "%(num)s items have come.", count)
        if key == "credit":
            count = len(purchases.credit(self.session, record))
            return ngettext("One credit is asked for.", "%(num)s credits are asked for.", count)
        purchases.step(self.session, record, key, on=formats.today())
        return None


def _tone(state, place):
    return "danger" if state == "cancelled" else "primary" if place == 0 else ""


def wrong(item):
    """What was wrong with an item, in words."""
    return [kind for kind in purchases.CREDIT_KINDS if counted(item, kind)]


def wrong_badge(item):
    if item.out_of_stock:
        return "warn", _("Out of stock")
    kinds = wrong(item)
    return ("bad", ", ".join(words(kind) for kind in kinds)) if kinds else None
