"""Pages of upgrades: planned, running and done."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models.upgrades import UPGRADE_STATES, Upgrade, UpgradeRequirement
from app.services import upgrades
from app.web import formats
from app.web.auth import this_user
from app.web.master import (
    Child,
    Choice,
    Column,
    Contains,
    Field,
    Form,
    Grid,
    MasterView,
    Move,
    Moves,
)
from app.web.master.words import words

TONES = {"pending": "quiet", "running": "info", "succeeded": "good", "failed": "bad"}


def state_badge(upgrade):
    return TONES[upgrade.state], words(upgrade.state)


class UpgradeView(Moves, MasterView):
    key, model, title, icon = "upgrades", Upgrade, _l("Upgrade"), "upload"
    plural = _l("Upgrades")
    lead = _l("Upgrades of this and other systems: planned, running and done.")
    notes = False
    grid = Grid(
        Column(Upgrade.created_at, card="code"),
        Column(Upgrade.title, link=True, card="title", filter=Contains(shown=True)),
        Column(Upgrade.system, card="detail"),
        Column("state_", state_badge, label=_l("State"), show="badge", card="state-cell"),
        Column(Upgrade.state, hidden=True, filter=Choice(shown=True, words=UPGRADE_STATES)),
        Column(Upgrade.enabled, hidden=True),
        Column(Upgrade.not_before_at, label=_l("Not before")),
        Column(Upgrade.finished_at, hidden=True),
        Column(Upgrade.executed_by, hidden=True),
        Column(Upgrade.exit_code, hidden=True),
        sort=Upgrade.created_at,
        descending=True,
    )
    form = Form(
        Field(Upgrade.title, wide=True),
        Field(Upgrade.system, help=_l("What is upgraded, as “storekeeper”.")),
        Field(Upgrade.not_before_at, label=_l("Not before")),
        Field(Upgrade.enabled, help=_l("Without this it does not begin.")),
        Field(Upgrade.notes, lines=4),
    )
    facts = (
        "system", "enabled", "not_before_at", "created_at", "created_by", "started_at",
        "finished_at", "executed_by", "exit_code", "run", "notes",
    )  # fmt: skip
    children = (
        Child(
            Upgrade.requirements,
            "upgrade_requirements",
            (
                Column(UpgradeRequirement.package, link=True),
                Column(UpgradeRequirement.version),
            ),
            title=_l("Packages"),
        ),
    )

    def state_of(self, record):
        return state_badge(record)

    def before_save(self, record):
        if record.created_by is None and record.created_at is None:
            record.created_by = this_user()

    def moves_of(self, record):
        if record.state == "running":
            return [Move("failed", _("Declare it failed"), "circle-x", "danger")]
        return [Move("again", _("Try again"), "refresh")] if record.state == "failed" else []

    def make_move(self, record, key, note):
        if key == "again":
            upgrades.again(self.session, record)
        else:
            upgrades.declare_failed(self.session, record, by=this_user(), at=formats.now())


class UpgradeRequirementView(MasterView):
    key, model, title = "upgrade_requirements", UpgradeRequirement, _l("Package of an upgrade")
    icon, plural = "box", _l("Packages of upgrades")
    parent = UpgradeRequirement.upgrade
    grid = Grid(
        Column(UpgradeRequirement.package, link=True, card="title"),
        Column(UpgradeRequirement.version, card="lead"),
        Column(UpgradeRequirement.upgrade, card="code"),
        sort=UpgradeRequirement.package,
    )
    form = Form(
        UpgradeRequirement.upgrade,
        UpgradeRequirement.package,
        Field(UpgradeRequirement.version, help=_l("As 2.1.4, or >=2.1.")),
    )
