"""The form by which a person plans an import: when, of which file, and how."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length, ValidationError

from app.importing.handler import FileHandler
from app.importing.options import ACTIONS
from app.importing.sources.reading import PLAIN, Reading
from app.web.import_options import OptionsForm
from app.web.master.fields import plain_text
from app.web.saying import said
from app.work.cron import BadSchedule
from app.work.schedule import Cron


def is_cron(form, field):
    """Refuse what is no cron text, or one that never fires."""
    try:
        Cron(field.data.strip())
    except BadSchedule as error:
        raise ValidationError(said(error)) from None


class ScheduleForm(OptionsForm):
    """An import by schedule always writes, and nobody presses a button twice."""

    dry_run = token = run_as = None
    cron = StringField(
        _l("Cron text"), [InputRequired(_l("Please fill this in.")), Length(max=200), is_cron],
        description=_l("Minute, hour, day, month, weekday on the clock of the shop, such as "
                       "15 2 * * * for 02:15 every day."),
    )  # fmt: skip
    path = StringField(
        _l("File"),
        [InputRequired(_l("Please fill this in.")), Length(max=500), plain_text],
        description=_l("Its name in the folder for imports, such as till/products.csv."),
    )
    encoding = StringField(
        _l("Encoding"), [Length(max=40), plain_text],
        description=_l("Found out when empty; such as cp1252 where letters look wrong."),
    )  # fmt: skip
    ALWAYS = ("cron", "path", "encoding", "reason")

    @classmethod
    def of(cls, handler, **given):
        """The form for one import: only one of a file asks which."""
        form = super().of(handler, **given)
        if not issubclass(handler, FileHandler):
            del form.path, form.encoding
        return form

    @property
    def always(self):
        return [self[name] for name in self.ALWAYS if name in self]

    @property
    def reading(self):
        """How to read the file. Raises AppError."""
        return Reading(encoding=self.encoding.data) if "encoding" in self else PLAIN


def answers(job):
    """What a planned import says, as the form asks for it."""
    given = job.parameters or {}
    options = dict(given.get("options") or {})
    for name in ACTIONS:
        if name in options:
            options[name] = "yes" if options[name] else "no"
    if "min_rows" in options:
        options["min_rows"] = str(options["min_rows"])
    more = {name: given.get(name, "") for name in ("path", "reason")}
    encoding = (given.get("reading") or {}).get("encoding", "")
    return {**options, **more, "encoding": encoding, "cron": job.cron or ""}
