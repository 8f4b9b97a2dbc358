"""Pages of work orders."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models.work_orders import WORK_STATES, WorkOrder
from app.services import work_orders
from app.web import formats
from app.web.auth import this_user
from app.web.events import events_of
from app.web.master import Choice, Column, Contains, Field, Form, Grid, MasterView, Move, Moves
from app.web.master.words import words

TONES = {
    "submitted": "info", "received": "info", "awaiting_approval": "warn", "awaiting_parts": "warn",
    "working": "info", "released": "good", "delivered": "good", "cancelled": "bad",
}  # fmt: skip


def state_badge(order):
    return TONES[order.state], words(order.state)


class WorkOrderView(Moves, MasterView):
    key, model, title, icon = "work_orders", WorkOrder, _l("Work order"), "tool"
    plural = _l("Work orders")
    lead = _l("What the shop does for customers, such as to repair something.")
    grid = Grid(
        Column(WorkOrder.number, card="code"),
        Column(WorkOrder.title, link=True, card="title", filter=Contains(shown=True)),
        Column(WorkOrder.customer, card="detail"),
        Column("state_", state_badge, label=_l("State"), show="badge", card="state-cell"),
        Column(WorkOrder.state, hidden=True, filter=Choice(shown=True, words=WORK_STATES)),
        Column(WorkOrder.submitted_on, label=_l("Submitted")),
        Column(WorkOrder.received_on, hidden=True),
        Column(WorkOrder.released_on, hidden=True),
        Column(WorkOrder.delivered_on, hidden=True),
        Column(WorkOrder.estimated_total, card="lead"),
        sort=WorkOrder.number,
        descending=True,
    )
    form = Form(
        WorkOrder.customer,
        Field(WorkOrder.title, label=_l("What is to be done"), wide=True),
        WorkOrder.estimated_total,
        Field(WorkOrder.submitted_on, label=_l("Submitted")),
        Field(WorkOrder.received_on, label=_l("Received")),
        Field(WorkOrder.released_on, label=_l("Released")),
        Field(WorkOrder.delivered_on, label=_l("Delivered")),
        Field(WorkOrder.notes, lines=4),
    )

    def state_of(self, record):
        return state_badge(record)

    def context(self, record):
        return {"events": events_of(record.events, TONES)}

    def write(self, record, form):
        is_new = record is None
        made = super().write(record, form)
        if is_new:
            told = {"by": this_user(), "at": formats.now(), "on": formats.today()}
            work_orders.submit(self.session, made, **told)
        return made

    def moves_of(self, record):
        found = [
            Move(state, words(state), "arrow-right", "primary" if place == 0 else "")
            for place, state in enumerate(work_orders.STEPS[record.state])
            if state != "cancelled"
        ]
        if "cancelled" in work_orders.STEPS[record.state]:
            found.append(Move("cancelled", _("Cancel it"), "circle-x", "danger"))
        return [*found, Move("note", _("Only note it"), "pencil")]

    def make_move(self, record, key, note):
        told = {"by": this_user(), "at": formats.now()}
        if key == "note":
            work_orders.note(self.session, record, "note_added", text=note, **told)
        else:
            work_orders.step(self.session, record, key, on=formats.today(), note_=note, **told)
