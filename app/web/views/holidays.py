"""Pages of holidays, on which jobs may be left out."""

from flask_babel import lazy_gettext as _l

from app.models.jobs import Holiday
from app.web.master import Column, Contains, Field, Form, Grid, MasterView


class HolidayView(MasterView):
    key, model, title, icon = "holidays", Holiday, _l("Holiday"), "calendar"
    plural = _l("Holidays")
    lead = _l("Days on which jobs may be left out, or run only then.")
    grid = Grid(
        Column(Holiday.day_on, label=_l("Day"), card="code"),
        Column(Holiday.name, link=True, card="title", filter=Contains(shown=True)),
        Column(Holiday.yearly, card="detail"),
        Column(Holiday.calendar, hidden=True),
        sort=Holiday.day_on,
    )
    form = Form(
        Holiday.name,
        Field(Holiday.day_on, label=_l("Day")),
        Field(Holiday.yearly, label=_l("Every year from then on")),
        Field(
            Holiday.calendar,
            help=_l("The shop's own is called shop; jobs of a project may ask another."),
        ),
    )
