"""Pages of taxes, tenders and deposits."""

from flask_babel import lazy_gettext as _l

from app.models.sales import TENDER_KINDS
from app.models.taxes import DepositLink, Tax, Tender
from app.web.master import Choice, Column, Contains, Field, Form, Grid, MasterView
from app.web.master.shares import SHARE


class TaxView(MasterView):
    key, model, title, icon = "taxes", Tax, _l("Tax"), "percentage"
    plural = _l("Taxes")
    lead = _l("What the shop collects for the state; each product says which are due on it.")
    grid = Grid(
        Column(Tax.code, card="code"),
        Column(Tax.name, link=True, card="title", filter=Contains(shown=True)),
        Column(Tax.rate, card="lead"),
        sort=Tax.code,
    )
    form = Form(
        Field(Tax.code, label=_l("Register code"), help=_l("As the registers know it.")),
        Tax.name,
        Field(Tax.rate, **SHARE, help=_l("In percent, such as 6.25.")),
    )


class TenderView(MasterView):
    key, model, title, icon = "tenders", Tender, _l("Tender"), "cash"
    plural = _l("Tenders")
    lead = _l("The ways in which customers pay.")
    grid = Grid(
        Column(Tender.code, card="code"),
        Column(Tender.name, link=True, card="title", filter=Contains(shown=True)),
        Column(Tender.kind, filter=Choice(words=TENDER_KINDS)),
        Tender.allows_cash_back,
        Tender.opens_drawer,
        Column(Tender.active, card="state-cell"),
        sort=Tender.code,
    )
    form = Form(
        Field(Tender.code, label=_l("Register code"), help=_l("As the registers know it.")),
        Tender.name,
        Field(Tender.kind, choices=TENDER_KINDS, help=_l("What it is, in sums and reports.")),
        Field(Tender.allows_cash_back, help=_l("More than the total may be paid with it.")),
        Field(Tender.opens_drawer, help=_l("The drawer of the register opens.")),
        Field(Tender.notes, lines=4),
        Tender.active,
    )


class DepositLinkView(MasterView):
    key, model, title, icon = "deposit_links", DepositLink, _l("Deposit"), "refresh"
    plural = _l("Deposits")
    lead = _l("What is charged with a product and paid back, such as that of a bottle.")
    grid = Grid(
        Column(DepositLink.code, card="code"),
        Column(DepositLink.name, link=True, card="title", filter=Contains(shown=True)),
        Column(DepositLink.amount, card="lead"),
        sort=DepositLink.code,
    )
    form = Form(
        Field(DepositLink.code, label=_l("Register code"), help=_l("As the registers know it.")),
        DepositLink.name,
        DepositLink.amount,
    )
