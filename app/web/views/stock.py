"""Pages of stock: what is where, what moved, and why."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from app.models.stock import MOVEMENT_KINDS, AdjustmentReason, Stock, StockMovement
from app.services import stock
from app.web.auth import this_user
from app.web.master import Choice, Column, Contains, Field, Form, Grid, MasterView
from app.web.master.fields import Free

WAYS = {
    "count": _l("Counted: so many are there"),
    "less": _l("So many went"),
    "more": _l("So many came"),
}


@dataclass(frozen=True, eq=False)
class WayField(Free):
    """What the number means: a count, more or less."""

    kind: Any = SelectField

    def made(self, model):
        told = {"label": self.title, "description": self.help or ""}
        choices = [SelectChoice(key, str(title)) for key, title in WAYS.items()]
        return self.kind(choices=choices, **told)


class AdjustmentReasonView(MasterView):
    key, model, icon = "adjustment_reasons", AdjustmentReason, "clipboard"
    title, plural = _l("Adjustment reason"), _l("Adjustment reasons")
    lead = _l("Why stock is adjusted: spoiled, stolen, given to the food bank.")
    grid = Grid(
        Column(AdjustmentReason.code, card="code"),
        Column(AdjustmentReason.name, link=True, card="title", filter=Contains(shown=True)),
        Column(AdjustmentReason.active, card="state-cell"),
        sort=AdjustmentReason.name,
    )
    form = Form(
        Field(AdjustmentReason.code, label=_l("Short name"), help=_l("As other systems know it.")),
        AdjustmentReason.name,
        Field(AdjustmentReason.active, help=_l("It may be chosen.")),
    )


class StockView(MasterView):
    key, model, title, icon = "stock", Stock, _l("Stock"), "stack"
    plural = _l("Stock")
    lead = _l("What the stores have. It follows from what was counted, came and went.")
    allow = frozenset({"list", "view"})
    grid = Grid(
        Column(Stock.product, link=True, card="title"),
        Column(Stock.store, card="detail"),
        Column(Stock.on_hand, card="lead"),
        Stock.on_order,
        Column(Stock.counted_at, card="code"),
        sort=Stock.on_hand,
    )
    form = Form(Stock.product, Stock.store, Stock.on_hand, Stock.on_order, Stock.counted_at)


class StockMovementView(MasterView):
    key, model, icon = "stock_movements", StockMovement, "swap"
    title, plural = _l("Stock movement"), _l("Stock movements")
    lead = _l("Everything that came or went; a mistake is countered, never changed.")
    parent = StockMovement.product
    allow = frozenset({"list", "view", "create"})
    blame = {
        stock.NoQuantity: "quantity", stock.TooMany: "quantity", stock.CountedLess: "quantity",
        stock.NoStock: "product", stock.RetiredReason: "reason",
    }  # fmt: skip
    grid = Grid(
        Column(StockMovement.moved_at, link=True, card="title"),
        Column(StockMovement.product, card="detail"),
        Column(StockMovement.store, card="detail"),
        Column(StockMovement.kind, card="state-cell", filter=Choice(words=MOVEMENT_KINDS)),
        Column(StockMovement.quantity, card="lead"),
        Column(StockMovement.counted, hidden=True),
        Column(StockMovement.reason),
        Column("who", lambda m: m.who, label=_l("Who"), load=StockMovement.user),
        Column(StockMovement.note, hidden=True),
        Column(StockMovement.unit_cost, hidden=True, permission="product_costs.view"),
        sort=StockMovement.moved_at,
        descending=True,
    )
    form = Form(
        StockMovement.product,
        StockMovement.store,
        WayField("way", label=_l("What the number says")),
        Field(StockMovement.quantity, help=_l("In units.")),
        Field(StockMovement.reason, help=_l("Why so many came or went.")),
        Field(StockMovement.note, wide=True),
    )
    facts = (
        "product", "store", "kind", "quantity", "counted", "reason", "note", "moved_at", "user",
    )  # fmt: skip

    def write(self, record, form):
        told = {name: form[name].data for name in ("store", "note")}
        product, quantity = form["product"].data, form["quantity"].data
        if form["way"].data == "count":
            return stock.count(self.session, product, counted=quantity, by=this_user(), **told)
        if quantity <= 0:
            raise stock.NoQuantity
        return stock.adjust(
            self.session,
            product,
            quantity=quantity if form["way"].data == "more" else -quantity,
            reason=form["reason"].data,
            by=this_user(),
            **told,
        )

    def name_of(self, record):
        return _("%(product)s, %(store)s", product=record.product, store=record.store)
