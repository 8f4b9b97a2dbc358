"""Pages of members, their types and their equity payments."""

from decimal import Decimal

from flask import flash, redirect
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models.members import PAYMENT_STATES, EquityPayment, Member, MembershipType
from app.services import members
from app.web.auth import allowed
from app.web.formats import money, today
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
    Section,
)

MONEY = "equity_payments.list"  # who sees what members paid


class MembershipTypeView(MasterView):
    key, model, title, icon = "membership_types", MembershipType, _l("Membership type"), "tag"
    plural = _l("Membership types")
    lead = _l("Kinds of membership, with the share that each asks for.")
    grid = Grid(
        Column(MembershipType.number, card="code"),
        Column(MembershipType.name, link=True, card="title", filter=Contains(shown=True)),
        Column(MembershipType.equity_required, card="lead"),
        sort=MembershipType.name,
    )
    form = Form(
        MembershipType.number,
        MembershipType.name,
        Field(
            MembershipType.equity_required,
            help=_l("What a member pays in all; empty: nothing is asked for."),
        ),
    )


class MemberView(MasterView):
    key, model, title, icon = "members", Member, _l("Member"), "star"
    plural = _l("Members")
    lead = _l("Who owns a share of the shop.")
    grid = Grid(
        Column(Member.number, link=True, card="code"),
        Column(Member.person, card="title"),
        Column(Member.customer, hidden=True),
        Column(Member.membership_type, card="detail"),
        Member.joined_on,
        Column(Member.withdrew_on, hidden=True),
        Column("equity", sql=members.EQUITY, label=_l("Equity"), show="money", permission=MONEY),
        Column(
            "equity_is_current", sql=members.EQUITY_IS_CURRENT, label=_l("Paid up"), show="yes_no",
            permission=MONEY,
        ),
        Column(
            "last_paid_at", sql=members.LAST_PAID_AT, label=_l("Last paid"), show="moment",
            permission=MONEY, hidden=True,
        ),
        Column(Member.equity_due_on, permission=MONEY, hidden=True),
        Column(Member.active, card="state-cell"),
        sort=Member.number,
    )  # fmt: skip
    form = Form(
        Section(
            _l("Who they are"),
            Member.number,
            Field(Member.person, help=_l("Somebody the shop knows; make them under People.")),
            Field(Member.customer, help=_l("The account in whose name they buy.")),
            Member.membership_type,
        ),
        Section(
            _l("Since when"),
            Member.joined_on,
            Member.withdrew_on,
            Member.active,
            Field(Member.equity_due_on, help=_l("When the next payment is due.")),
            Field(Member.notes, lines=4),
        ),
    )
    children = (
        Child(
            Member.payments,
            "equity_payments",
            (
                Column(EquityPayment.received_at, link=True),
                Column(EquityPayment.description),
                Column(EquityPayment.state),
                Column(EquityPayment.amount),
            ),
            title=_l("Equity payments"),
        ),
    )
    pages = (("withdraw", "/<uuid:uuid>/withdraw", "withdraw", ("POST",), "edit", "edit"),)

    def name_of(self, record):
        return f"{record.number} {record.name}" if record.name != record.number else record.number

    def facts_of(self, record):
        return [*super().facts_of(record), *self._equity_facts(record)]

    def withdraw(self, uuid):
        """End a membership today."""
        member = self.get(uuid, lock=True)
        members.withdraw(self.session, member, today())
        undo = self._undo(uuid)
        self.session.commit()
        flash({"text": _("The membership has ended."), "undo_url": undo}, "success")
        return redirect(self.url("view", uuid=uuid))

    def _equity_facts(self, member):
        if not allowed(MONEY):
            return []
        told = members.equity(self.session, member)
        found = [Fact(_("Equity paid"), money(told.paid))]
        if told.missing:
            found.append(Fact(_("Still to pay"), money(told.missing)))
        if told.credit:
            found.append(Fact(_("Paid beyond it"), money(told.credit)))
        return [*found, Fact(_("Paid up"), _("yes") if told.is_current else _("no"))]


class EquityPaymentView(MasterView):
    key, model, title, icon = "equity_payments", EquityPayment, _l("Equity payment"), "cash"
    plural = _l("Equity payments")
    lead = _l("What members paid for their share; negative: what they got back.")
    parent = EquityPayment.member
    grid = Grid(
        Column(EquityPayment.received_at, link=True, card="title"),
        Column(EquityPayment.member, card="code"),
        Column(EquityPayment.description, card="detail", filter=Contains(shown=True)),
        Column(EquityPayment.source, hidden=True),
        Column(EquityPayment.transaction_number, hidden=True),
        Column(EquityPayment.state, card="state-cell", filter=Choice(words=PAYMENT_STATES)),
        Column(EquityPayment.amount, card="lead"),
        sort=EquityPayment.received_at,
        descending=True,
    )
    form = Form(
        EquityPayment.member,
        Field(EquityPayment.amount, help=_l("Negative for what is paid back.")),
        Field(EquityPayment.received_at, help=_l("Empty: now.")),
        EquityPayment.description,
        Field(EquityPayment.source, help=_l("The system that it came from.")),
        EquityPayment.transaction_number,
        Field(EquityPayment.state, choices=PAYMENT_STATES),
    )
    blame = {members.NothingPaid: "amount", members.MoreThanPaid: "amount"}

    def name_of(self, record):
        return _("%(amount)s of %(who)s", amount=money(record.amount), who=record.member.name)

    def write(self, record, form):
        counted = record.amount if record is not None and record.state == "received" else Decimal(0)
        member, amount = form["member"].data, form["amount"].data
        same = record is not None and record.member_uuid == member.uuid
        if form["state"].data == "received":
            before = counted if same else Decimal(0)
            members.check_amount(self.session, member, amount, instead_of=before)
        return super().write(record, form)
