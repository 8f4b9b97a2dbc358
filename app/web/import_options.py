"""What a person may say of one run of an import, as a form; the same as on the command line."""

from uuid import uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, ValidationError

from app.errors import AppError
from app.importing.choosing import chosen
from app.importing.handler import FileHandler
from app.importing.options import ACTIONS, BadOptions, Limit, Options
from app.models.users import User
from app.web.master.fields import plain_text
from app.web.master.related import RelatedField
from app.web.master.words import words
from app.web.rights import may_run_as_others, require_run_as, taken
from app.web.saying import said

MAY = (
    SelectChoice("", _l("As the import declares it")),
    SelectChoice("yes", _l("Yes")),
    SelectChoice("no", _l("No")),
)


def is_limit(form, field):
    """Refuse what is neither a number nor a percentage."""
    try:
        if field.data:
            Limit.of(field.data)
    except BadOptions:
        raise ValidationError(_("Write a number such as 100, or 5%.")) from None


def is_number(form, field):
    """Refuse what is no whole number."""
    if field.data and not (field.data.strip().isdecimal() and len(field.data.strip()) < 10):
        raise ValidationError(_("Write a whole number, such as 1000."))


def may(label, **more):
    return SelectField(label, choices=MAY, default="", **more)


def limit(label):
    return StringField(label, [Length(max=20), is_limit], description=_l("Such as 100, or 5%."))


def may_be_run_as(form, field):
    """Refuse users who are not active, or may do more."""
    try:
        require_run_as(field.data)
    except AppError as error:
        raise ValidationError(said(error)) from None


class OptionsForm(FlaskForm):
    """How to run an import; `token` makes that two clicks ask once."""

    dry_run = BooleanField(
        _l("Only try it"), default=True,
        description=_l("Shows what would be created and changed, and writes nothing."),
    )  # fmt: skip
    reason = StringField(
        _l("Why"), [Length(max=200), plain_text], description=_l("Kept in the history.")
    )
    models = SelectMultipleField(
        _l("What to bring"), description=_l("All, where nothing is chosen.")
    )
    strict = BooleanField(
        _l("All or nothing"),
        description=_l("Without this, rows that cannot be taken are left out and listed."),
    )
    warn = BooleanField(
        _l("Nothing should change"),
        description=_l("If something does, mail what changed, with links."),
    )
    create = may(_l("May it create?"))
    update = may(_l("May it change?"))
    delete = may(_l("May it delete?"), description=_l("What the file does not have any more."))
    max_create = limit(_l("Create at most"))
    max_update = limit(_l("Change at most"))
    max_delete = limit(_l("Delete at most"))
    min_rows = StringField(
        _l("Rows at least"), [is_number],
        description=_l("A source with fewer is refused, since it was cut off."),
    )  # fmt: skip
    source = StringField(
        _l("Source"), [Length(max=100), plain_text],
        description=_l("Its name in the configuration, where there are several."),
    )  # fmt: skip
    run_as = RelatedField(
        User, label=_l("Run as"), validators=[Optional(), may_be_run_as],
        description=_l("Whose name the changes bear. Empty: yours."),
    )  # fmt: skip
    token = HiddenField(default=lambda: uuid4().hex)

    ALWAYS = ("dry_run", "reason")
    MORE = ("models", "strict", "warn", "create", "update", "delete",
            "max_create", "max_update", "max_delete", "min_rows", "source", "run_as")  # fmt: skip

    @classmethod
    def of(cls, handler, **given):
        """The form for one import: without the questions that it has no answer to."""
        form, importers = cls(**given), taken(handler).chosen()
        form.models.choices = [SelectChoice(one.name(), words(one.name())) for one in importers]
        if len(importers) < 2:
            del form.models
        if not any(one.may_delete for one in importers):
            del form.delete, form.max_delete
        if issubclass(handler, FileHandler):
            del form.source
        if "run_as" in form and not may_run_as_others():
            del form.run_as
        return form

    @property
    def always(self):
        return [self[name] for name in self.ALWAYS]

    @property
    def more(self):
        """The questions behind “More options”."""
        return [self[name] for name in self.MORE if name in self]

    @property
    def says_more(self):
        """Whether one of those was answered, or is wrong."""
        return any(field.data or field.errors for field in self.more)

    def options(self, handler, **more):
        """What was said; None, with the reason in the form, where it does not go together."""
        told = {one.name: self._said(one) for one in self.more if one.name != "run_as"} | more
        try:
            options = Options.from_json({k: v for k, v in told.items() if v not in (None, "", [])})
            chosen(taken(handler).chosen(), options)
        except BadOptions as error:
            self.form_errors.append(said(error))
            return None
        return options

    def whose(self, user):
        """As whom it runs and, where that is another than this user, who asks for it."""
        other = self.run_as.data if "run_as" in self else None
        if other is None or other.uuid == user.uuid:
            return {"by": user}
        return {"by": other, "asked_by": user}

    def _said(self, field):
        if field.name in ACTIONS:
            return {"yes": True, "no": False}.get(field.data)
        return field.data or None
