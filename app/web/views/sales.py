"""Pages of sales: the transactions of the registers, each as its receipt."""

from dataclasses import dataclass

from flask import has_request_context, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models.sales import Transaction
from app.services import sales, sales_databases
from app.web.master import Column, Days, Filter, Form, Grid, MasterView
from app.web.master.words import words


@dataclass(frozen=True, eq=False)
class HasProduct(Filter):
    """Receipts with a line of this product, by its number."""

    verbs = ("is",)

    def ask(self, verb, values, session):
        number = self.parse(values[0])
        return number, sales.with_product(number)


def state_badge(sale):
    if sale.void:
        return "bad", _("Void")
    return ("quiet", _("Training")) if sale.training else None


def item_badge(item):
    """What is odd about a line of a receipt."""
    if item.void:
        return "bad", _("Void")
    if item.error_correct:
        return "bad", _("Correction")
    return None if item.type == "sale" else ("quiet", words(item.type))


class SaleView(MasterView):
    key, model, title, icon = "sales", Transaction, _l("Sale"), "receipt"
    plural = _l("Sales")
    lead = _l("What the registers sold. Import it with “storekeeper import sales-csv”.")
    allow = frozenset({"list", "view"})
    grid = Grid(
        Column(Transaction.ended_at, label=_l("When"), card="code", filter=False),
        Column(Transaction.sold_on, label=_l("Day"), hidden=True, filter=Days(shown=True)),
        Column(Transaction.store_number, label=_l("Store")),
        Column(
            Transaction.receipt_number,
            label=_l("Receipt"),
            link=True,
            card="title",
            filter=Filter(shown=True),
        ),
        Column(Transaction.terminal, label=_l("Register"), hidden=True, filter=Filter()),
        Column(Transaction.member_number, label=_l("Member"), filter=Filter()),
        Column(Transaction.customer_number, label=_l("Customer"), hidden=True, filter=Filter()),
        Column(Transaction.item_count, label=_l("Items"), card="detail"),
        Column(Transaction.discount, hidden=True),
        Column(Transaction.total, card="lead"),
        Column("state", state_badge, label=_l("State"), show="badge", card="state-cell"),
        Column(Transaction.void, hidden=True),
        sort=Transaction.ended_at,
        descending=True,
        filters=(HasProduct(name="product", label=_l("Product number")),),
    )
    form = Form(
        Transaction.store_number,
        Transaction.terminal,
        Transaction.sold_on,
        Transaction.started_at,
        Transaction.ended_at,
        Transaction.cashier_number,
        Transaction.cashier_name,
        Transaction.customer_number,
        Transaction.customer_name,
        Transaction.shopper_number,
        Transaction.shopper_name,
        Transaction.shopper_level,
        Transaction.member_number,
        Transaction.member_name,
        Transaction.equity_current,
        Transaction.system,
        Transaction.system_key,
        Transaction.received_at,
    )

    # --- of which database; the address says it ---

    def __init__(self):
        """Ask the database that the address names; for one that is none, the current one."""
        asked = request.args.get("database", "") if has_request_context() else ""
        self.databases = sales_databases.names()
        self.database = asked if asked in self.databases else None
        if self.databases:
            sales_databases.choose(self.session, self.database)

    def url(self, page, **values):
        """The page of a receipt is in the same database as the list."""
        if self.database and page != "list":
            values["database"] = self.database
        return super().url(page, **values)

    def context(self, record):
        return {"item_badge": item_badge}

    def state_of(self, record):
        return state_badge(record)
