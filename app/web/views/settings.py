"""Pages of the settings that are kept in the database."""

from flask import current_app, flash
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.config.settings import USE_DB
from app.errors import AppError
from app.models.settings import StoredSetting
from app.web.master import Column, Contains, Field, Form, Grid, MasterView


def editable():
    """The settings that may live in the database, none of them secret: key and title."""
    declared = current_app.extensions["settings"].declared
    return tuple(
        (key, f"{_(setting.label)} ({key})")
        for key, setting in declared.items()
        if not setting.file_only
    )


class SettingView(MasterView):
    key, model, title, icon = "settings", StoredSetting, _l("Setting"), "settings"
    plural = _l("Settings")
    lead = _l(
        "Values kept here win over those in the configuration files, when [settings] use_db is on."
    )
    grid = Grid(
        Column(StoredSetting.key, link=True, card="title", filter=Contains(shown=True)),
        Column("label", lambda stored: declared_label(stored.key), label=_l("What it is")),
        Column(StoredSetting.value, card="detail"),
        sort=StoredSetting.key,
    )
    form = Form(Field(StoredSetting.key, choices=editable), Field(StoredSetting.value, wide=True))

    def before_save(self, record):
        """A value that its setting cannot read is refused here, not found out later."""
        setting = current_app.extensions["settings"].declared.get(record.key)
        if setting is None or setting.file_only:
            raise AppError(_("This setting cannot be kept in the database."))
        setting.parse(record.value)
        if not current_app.extensions["settings"][USE_DB]:
            flash(
                _("It has no effect yet: [settings] use_db is off in the configuration."), "warning"
            )


def declared_label(key):
    setting = current_app.extensions["settings"].declared.get(key)
    return _(setting.label) if setting else _("not declared any more")
