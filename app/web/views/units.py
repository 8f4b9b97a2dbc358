"""Pages of units of measure and of the PLU list of the IFPS."""

from flask_babel import lazy_gettext as _l

from app.models.produce import IfpsPlu
from app.models.units import UNITS, UnitOfMeasure
from app.web.master import Choice, Column, Contains, Field, Form, Grid, MasterView, Section


class UnitOfMeasureView(MasterView):
    key, model, title, icon = "units_of_measure", UnitOfMeasure, _l("Unit of measure"), "tool"
    plural = _l("Units of measure")
    lead = _l("How vendors and files write our units, so that LBS and # are both pounds.")
    grid = Grid(
        Column(UnitOfMeasure.abbreviation, link=True, card="title", filter=Contains(shown=True)),
        Column(UnitOfMeasure.unit, card="lead", filter=Choice(words=UNITS)),
        Column(UnitOfMeasure.gs1_code, label=_l("GS1 code")),
        Column(UnitOfMeasure.sil_code, label=_l("SIL code")),
        sort=UnitOfMeasure.abbreviation,
    )
    form = Form(
        Field(UnitOfMeasure.abbreviation, help=_l("As others write it, whatever the case.")),
        Field(UnitOfMeasure.unit, choices=UNITS, help=_l("Which of our units it means.")),
        Field(UnitOfMeasure.gs1_code, label=_l("GS1 code"), help=_l("Of UN/ECE, such as LBR.")),
        Field(UnitOfMeasure.sil_code, label=_l("SIL code"), help=_l("Two digits, such as 49.")),
        Field(UnitOfMeasure.notes, lines=4),
    )


class IfpsPluView(MasterView):
    key, model, title, icon = "ifps_plus", IfpsPlu, _l("IFPS PLU"), "list"
    plural = _l("IFPS PLUs")
    lead = _l("The PLU numbers of fruit and vegetables; import them with ifps-plu-csv.")
    grid = Grid(
        Column(IfpsPlu.plu, label=_l("PLU"), card="code"),
        Column(IfpsPlu.name, link=True, card="title", filter=Contains(shown=True)),
        Column(IfpsPlu.category, filter=Contains()),
        Column(IfpsPlu.commodity, hidden=True),
        IfpsPlu.size,
        Column(IfpsPlu.botanical_name),
        Column(IfpsPlu.also_known_as, hidden=True),
        Column(IfpsPlu.revised_on, hidden=True),
        sort=IfpsPlu.plu,
    )
    form = Form(
        Section(
            _l("What it is"),
            Field(IfpsPlu.plu, label=_l("PLU")),
            IfpsPlu.category,
            IfpsPlu.commodity,
            IfpsPlu.variety,
            IfpsPlu.botanical_name,
            Field(IfpsPlu.also_known_as, wide=True),
        ),
        Section(
            _l("How large it is"),
            IfpsPlu.size,
            IfpsPlu.measurements_north_america,
            IfpsPlu.measurements_elsewhere,
            Field(IfpsPlu.restrictions, lines=3),
        ),
        Section(
            _l("At the IFPS"),
            IfpsPlu.added_on,
            IfpsPlu.revised_on,
            Field(IfpsPlu.gpc, label=_l("GPC"), help=_l("GS1 Global Product Classification.")),
            IfpsPlu.image,
            IfpsPlu.image_source,
        ),
    )
