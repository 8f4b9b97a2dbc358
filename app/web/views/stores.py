"""Store pages."""

from zoneinfo import available_timezones

from babel.numbers import list_currencies
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.errors import AppError
from app.models.stores import Store
from app.services import contacts
from app.web import phones
from app.web.master import Column, Field, Form, Grid, MasterView
from app.web.phones import Phone


def time_zone(text):
    """A time zone by its IANA name."""
    if text not in available_timezones():
        raise AppError(_("There is no such time zone; write it as America/Chicago."))
    return text


def currency(text):
    """A currency by its ISO 4217 code."""
    if text.upper() not in list_currencies():
        raise AppError(_("There is no such currency; write it as USD."))
    return text.upper()


class StoreView(MasterView):
    key, model, title, icon = "stores", Store, _l("Store"), "store"
    plural = _l("Stores")
    lead = _l("The shop's own places.")
    grid = Grid(
        Column(Store.number, card="code"),
        Column(Store.name, link=True, card="title"),
        Store.time_zone,
        Store.currency,
        Column(Store.phone, hidden=True, filter=Phone()),
        Column(Store.database_key, hidden=True),
        Column(Store.active, card="state-cell"),
        sort=Store.number,
    )
    form = Form(
        Store.number,
        Store.name,
        Field(
            Store.time_zone,
            read=time_zone,
            help=_l("Where its days begin, as America/Chicago; empty: that of the settings."),
        ),
        Field(
            Store.currency,
            read=currency,
            help=_l("Three letters, as USD; empty: that of the settings."),
        ),
        Field(Store.phone, read=phones.read, write=phones.shown),
        Field(Store.email, read=contacts.email_address),
        Field(
            Store.database_key,
            help=_l("Under which the configuration names a database of its own."),
        ),
        Field(Store.active, help=_l("It is open; otherwise only its past is of interest.")),
    )
