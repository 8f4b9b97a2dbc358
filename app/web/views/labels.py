"""Label profile pages."""

from flask_babel import lazy_gettext as _l

from app.models.labels import LABEL_LANGUAGES, LabelProfile
from app.web.master import Choice, Column, Contains, Field, Form, Grid, MasterView


class LabelProfileView(MasterView):
    key, model, title, icon = "label_profiles", LabelProfile, _l("Label profile"), "tag"
    plural = _l("Label profiles")
    lead = _l("The kinds of labels that are printed, and on which printer.")
    grid = Grid(
        Column(LabelProfile.position, hidden=True),
        Column(LabelProfile.code, card="code"),
        Column(LabelProfile.name, link=True, card="title", filter=Contains(shown=True)),
        LabelProfile.printer,
        Column(LabelProfile.language, filter=Choice(words=LABEL_LANGUAGES)),
        Column(LabelProfile.active, card="state-cell"),
        sort=LabelProfile.position,
    )
    form = Form(
        LabelProfile.code,
        LabelProfile.name,
        Field(LabelProfile.position, help=_l("The lowest is offered first.")),
        Field(LabelProfile.printer, help=_l("As the configuration names it.")),
        Field(LabelProfile.language, choices=LABEL_LANGUAGES),
        Field(LabelProfile.template, lines=12),
        Field(LabelProfile.active, help=_l("It is offered when labels are printed.")),
        Field(LabelProfile.is_synced, help=_l("Other nodes get it too.")),
    )
