"""Pages of customer orders and of their items."""

from flask import flash, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.errors import AppError
from app.models.orders import ITEM_STATES, ORDER_UNITS, CustomerOrder, OrderItem
from app.services import contacts, orders, product_facts
from app.web import formats, phones
from app.web.auth import this_user
from app.web.events import events_of
from app.web.master import (
    Child,
    Choice,
    Column,
    Contains,
    Fact,
    Field,
    Form,
    Grid,
    MasterView,
    Move,
    Moves,
    Section,
)
from app.web.master.shares import SHARE
from app.web.master.words import words
from app.web.phones import Phone
from app.web.saying import said

TONES = {
    "new": "info", "ready": "info", "placed": "warn", "received": "good", "contacted": "good",
    "contact_failed": "bad", "delivered": "good", "cancelled": "bad", "refund_pending": "warn",
    "expired": "bad", "payment_received": "good", "price_confirmed": "good",
}  # fmt: skip


def item_badge(item):
    return TONES.get(item.state, "quiet"), words(item.state)


def order_badge(order):
    """The state of an order is that of its items."""
    if not order.items:
        return "quiet", _("Empty")
    return ("quiet", _("Closed")) if orders.is_over(order) else ("info", _("Open"))


class CustomerOrderView(MasterView):
    key, model, title, icon = "customer_orders", CustomerOrder, _l("Customer order"), "clipboard"
    plural = _l("Customer orders")
    lead = _l("What people asked the shop to get for them.")
    grid = Grid(
        Column(CustomerOrder.number, link=True, card="title"),
        Column(CustomerOrder.contact_name, card="code", filter=Contains(shown=True)),
        Column(CustomerOrder.customer),
        Column(CustomerOrder.person, hidden=True),
        Column(CustomerOrder.pending_customer, hidden=True),
        Column("state", order_badge, label=_l("State"), show="badge", card="state-cell",
               load=CustomerOrder.items),
        Column(CustomerOrder.phone, card="detail", filter=Phone()),
        Column(CustomerOrder.email, hidden=True),
        Column(CustomerOrder.store, hidden=True),
        Column(CustomerOrder.created_at, card="detail"),
        Column(CustomerOrder.created_by, hidden=True),
        sort=CustomerOrder.number,
        descending=True,
    )  # fmt: skip
    form = Form(
        Section(
            _l("For whom"),
            CustomerOrder.customer,
            Field(CustomerOrder.person, help=_l("Where they have no account.")),
            CustomerOrder.pending_customer,
            Field(
                CustomerOrder.contact_name,
                help=_l("Whom to ask for; empty: the name of the customer."),
            ),
            Field(CustomerOrder.phone, read=phones.read, write=phones.shown),
            Field(CustomerOrder.email, read=contacts.email_address),
            CustomerOrder.store,
            Field(CustomerOrder.notes, lines=3),
        ),
    )
    children = (
        Child(
            CustomerOrder.items,
            "order_items",
            (
                Column(OrderItem.description, link=True),
                Column("state", item_badge, label=_l("State"), show="badge"),
                Column(OrderItem.quantity),
                Column(OrderItem.unit),
                Column(OrderItem.unit_price, label=_l("Price")),
                Column(OrderItem.total),
            ),
            title=_l("Items"),
        ),
    )

    def state_of(self, record):
        return order_badge(record)

    def context(self, record):
        return {"total": orders.total(self.session, record)}

    def before_save(self, record):
        record.contact_name = record.contact_name or record.who or None
        if record.created_at is None:
            record.created_by = this_user()


class OrderItemView(Moves, MasterView):
    key, model, title, icon = "order_items", OrderItem, _l("Ordered item"), "box"
    plural = _l("Ordered items")
    lead = _l("What customers ordered, and how far it is.")
    parent = OrderItem.order
    blame = {product_facts.NoWords: "description"}
    grid = Grid(
        Column(OrderItem.description, link=True, card="title", filter=Contains(shown=True)),
        Column(OrderItem.order, card="code"),
        Column("state_", item_badge, label=_l("State"), show="badge", card="state-cell"),
        Column(OrderItem.state, hidden=True, filter=Choice(shown=True, words=ITEM_STATES)),
        Column(OrderItem.quantity, card="detail"),
        Column(OrderItem.unit, filter=Choice(words=ORDER_UNITS)),
        Column(OrderItem.unit_price, label=_l("Price")),
        Column(OrderItem.total, card="lead"),
        Column(OrderItem.product, hidden=True),
        Column(OrderItem.special_order, hidden=True),
        Column(OrderItem.price_needs_confirmation, hidden=True),
        Column(OrderItem.flagged, hidden=True),
        sort=OrderItem.description,
    )
    form = Form(
        Section(
            _l("What it is"),
            OrderItem.order,
            Field(OrderItem.product, help=_l("What follows is taken from it, where empty.")),
            OrderItem.pending_product,
            Field(OrderItem.description, required=False, wide=True),
            OrderItem.brand,
            OrderItem.size,
            OrderItem.scanned_code,
            OrderItem.special_order,
        ),
        Section(
            _l("How much"),
            OrderItem.quantity,
            Field(OrderItem.unit, choices=ORDER_UNITS),
            Field(OrderItem.case_size, help=_l("Units in a case.")),
            Field(OrderItem.unit_price, label=_l("Price"), help=_l("Before the discount.")),
            Field(OrderItem.discount, **SHARE),
            OrderItem.regular_price,
            OrderItem.sale_price,
            OrderItem.sale_ends_on,
            OrderItem.price_needs_confirmation,
        ),
        Section(
            _l("Payment"),
            OrderItem.paid_amount,
            Field(OrderItem.payment_receipt, help=_l("The number of the receipt.")),
            Field(OrderItem.flagged, help=_l("Somebody should look.")),
        ),
    )

    pages = (
        *Moves.pages,
        ("product", "/<uuid:uuid>/product", "product", ("GET", "POST"), "edit", "edit"),
        ("pay", "/<uuid:uuid>/pay", "pay", ("GET", "POST"), "edit", "edit"),
    )
    choosing = Form(Field(OrderItem.product, required=True))
    paying = Form(
        Field(OrderItem.paid_amount, label=_l("Amount"), required=True),
        Field(OrderItem.payment_receipt, help=_l("The number of the receipt.")),
    )

    def state_of(self, record):
        return item_badge(record)

    def product(self, uuid):
        """Say which product a thing is that was asked for by its words."""
        return self._asked(
            uuid, self.choosing, "product", _("Which product is “%(name)s”?"), _("It is this one"),
            lambda item, told: orders.resolve_product(
                self.session, item, told["product"].data, by=this_user(), at=formats.now()
            ),
        )  # fmt: skip

    def pay(self, uuid):
        """Write down that something was paid."""
        return self._asked(
            uuid, self.paying, "paid_amount", _("Payment for “%(name)s”"), _("Write it down"),
            lambda item, told: orders.take_payment(
                self.session, item, told["paid_amount"].data,
                receipt=told["payment_receipt"].data, by=this_user(), at=formats.now(),
            ),
        )  # fmt: skip

    def _asked(self, uuid, asked, blamed, title, button, act):
        """A page with a small form of its own, and what is done with what it says."""
        item, self.form = self.get(uuid), asked
        form = asked.bind(self.model, request.form or None)
        if request.method == "POST" and asked.check(form):
            try:
                act(item, form)
            except AppError as error:
                self.session.rollback()
                form[blamed].errors = [said(error)]
            else:
                self.session.commit()
                flash(_("It is done."), "success")
                return redirect(self.url("view", uuid=uuid))
        item = self.get(uuid)
        told = {"title": title % {"name": item}, "button": button}
        return self.render("ask", record=item, form=form, **told), 422 if form.errors else 200

    def context(self, record):
        return {"events": events_of(record.events, TONES)}

    def facts_of(self, record):
        count, last = orders.contacts(self.session, record)
        told = [Fact(_("Tried to reach"), formats.count(count))] if count else []
        told += [Fact(_("Last tried"), formats.moment_short(last))] if last else []
        return [*super().facts_of(record), *told]

    def write(self, record, form):
        is_new = record is None
        made = super().write(record, form)
        if is_new:
            orders.begin(self.session, made, by=this_user(), at=formats.now())
        return made

    def before_save(self, record):
        if record.state is None:
            record.sequence = orders.next_sequence(self.session, record.order)
        if record.product is not None and not record.description:
            price, size = record.unit_price, record.case_size
            orders.take_facts(self.session, record, record.product, formats.now())
            record.unit_price = price if price is not None else record.unit_price
            record.case_size = size or record.case_size
        product_facts.require_words(record)

    def moves_of(self, record):
        ways = orders.STEPS[record.state]
        found = [
            Move(state, words(state), "arrow-right", "primary" if place == 0 else "")
            for place, state in enumerate(ways)
            if state != "cancelled"
        ]
        if record.price_needs_confirmation:
            found.insert(0, Move("confirm", _("The price is confirmed"), "check", "primary"))
        if "cancelled" in ways:
            found.append(Move("cancelled", _("Cancel it"), "circle-x", "danger"))
        return [*found, Move("note", _("Only note it"), "pencil")]

    def make_move(self, record, key, note):
        told = {"by": this_user(), "at": formats.now()}
        if key == "confirm":
            orders.confirm_price(self.session, record, **told)
        elif key == "note":
            orders.note(self.session, record, "note_added", text=note, **told)
        else:
            orders.step(self.session, record, key, note_=note, **told)
