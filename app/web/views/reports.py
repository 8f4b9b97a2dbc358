"""Pages of reports that were made."""

from flask import abort
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models.reports import ReportOutput
from app.web.files import send
from app.web.formats import file_size
from app.web.master import Column, Contains, Fact, Form, Grid, MasterView


class ReportOutputView(MasterView):
    key, model, title, icon = "report_outputs", ReportOutput, _l("Report output"), "file"
    plural = _l("Report outputs")
    lead = _l("Reports that were made, with what was asked and the file.")
    allow = frozenset({"list", "view", "delete"})
    pages = (("file", "/<uuid:uuid>/file", "file_", ("GET",), "view", "view"),)
    grid = Grid(
        Column(ReportOutput.number, card="code"),
        Column(ReportOutput.title, link=True, card="title", filter=Contains(shown=True)),
        Column(ReportOutput.report, hidden=True),
        Column(ReportOutput.created_at, card="detail"),
        Column(ReportOutput.created_by),
        Column(ReportOutput.record_count, label=_l("Records")),
        Column(ReportOutput.file_name, hidden=True),
        sort=ReportOutput.created_at,
        descending=True,
    )
    form = Form(
        ReportOutput.number,
        ReportOutput.title,
        ReportOutput.report,
        ReportOutput.created_at,
        ReportOutput.created_by,
        ReportOutput.record_count,
        ReportOutput.file_name,
        ReportOutput.run,
    )

    def facts_of(self, record):
        found = super().facts_of(record)
        return [*found, Fact(_("Size"), file_size(record.file.size))] if record.file else found

    def file_(self, uuid):
        """The file that was made, to be saved."""
        record = self.get(uuid)
        name = record.file_name or str(record)
        return send(record.file or abort(404), name=name, cached=False)
