"""Pages of roles: what each allows, as a table of checkboxes."""

from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import case, func, select
from wtforms import Field as WTField

from app.models.users import EVERYBODY, Role, RolePermission, User, UserRole
from app.services import permissions, roles
from app.web.auth import LOGIN, PUBLIC, permission_of, this_user
from app.web.master import Column, Contains, Field, Form, Grid, MasterView, Section
from app.web.master.lookup import views
from app.web.master.words import words

MOST_USERS = 50
USERS = case(
    (Role.built_in == EVERYBODY, select(func.count()).select_from(User).scalar_subquery()),
    else_=select(func.count()).where(UserRole.role_uuid == Role.uuid).scalar_subquery(),
)


@dataclass(frozen=True)
class Line:
    """The permissions of one view or page: by verb, and others that are no verb of a view."""

    title: str
    names: dict[str, str]

    def others(self):
        return [(act, name) for act, name in self.names.items() if act not in permissions.VERBS]


class Permissions(Field):
    """What a role allows."""

    def made(self, model):
        return PermissionsField(label=self.title, description=self.help or "")


class PermissionsField(WTField):
    """The permissions that are ticked, as a set of names."""

    part = "roles/_permissions.html"

    def process_data(self, value):
        self.data = {one.permission for one in value or ()}

    def process_formdata(self, valuelist):
        self.data = set(valuelist)
        if self.data - set(known_permissions()):
            self.data &= set(known_permissions())
            raise ValueError(_("There is no such permission any more."))


class RoleView(MasterView):
    key, model, title, icon = "roles", Role, _l("Role"), "shield"
    plural = _l("Roles")
    lead = _l("Bundles of permissions, such as what a buyer may do.")
    grid = Grid(
        Column(Role.name, link=True, card="title", filter=Contains(shown=True)),
        Column(Role.notes, card="detail"),
        Column(Role.idle_minutes, hidden=True),
        Column("users", sql=USERS, label=_l("Users"), show="quantity", card="lead"),
        sort=Role.name,
    )
    form = Form(
        Section(
            _l("What it is"),
            Role.name,
            Field(Role.notes, lines=2),
            Field(
                Role.idle_minutes,
                unit=_l("minutes"),
                help=_l("Sessions end after so long without a click; empty: as in the settings."),
            ),
        ),
        Section(_l("What it allows"), Permissions(Role.permissions)),
    )
    facts = ("notes", "idle_minutes")
    holds = (RolePermission,)

    def may(self, act, record=None):
        """With a role only that allows no more than they may."""
        if record is not None and act == "delete" and record.built_in:
            return False
        return super().may(act) and (record is None or self._may_hand_out(record))

    def context(self, record):
        query = select(User).join(User.roles).where(Role.uuid == record.uuid)
        return {
            "lines": lines(),
            "held": permissions.permissions_of_role(self.session, record),
            "users": self.session.scalars(query.order_by(User.username).limit(MOST_USERS)).all(),
            "refused": self.may("edit") and not self._may_hand_out(record),
        }

    def state_of(self, record):
        return ("info", _("Always there")) if record.built_in else None

    def write(self, record, form):
        return roles.save(
            self.session,
            record or Role(),
            by=this_user(),
            name=form["name"].data,
            notes=form["notes"].data,
            idle_minutes=form["idle_minutes"].data,
            allows=form["permissions"].data,
            known=known_permissions(),
        )

    def remove(self, record):
        roles.delete(self.session, record, by=this_user())

    def lines(self):
        return lines()

    def take_back(self, uuid, entry, *, only=None):
        """Neither before nor afterwards may the role allow more than this person may do."""
        self._require_power(uuid)
        steps = super().take_back(uuid, entry, only=only)
        self._require_power(uuid)
        return steps

    def _may_hand_out(self, role):
        return permissions.may_hand_out(self.session, role, by=this_user())

    def _require_power(self, uuid):
        role = self.session.get(Role, uuid)
        if role is not None:
            permissions.require_power_over_role(self.session, role, by=this_user())


def known_permissions():
    """Every permission that some page of this node asks for."""
    asked = {permission_of(current_app, endpoint) for endpoint in current_app.view_functions}
    return sorted(asked - {None, PUBLIC, LOGIN})


def lines():
    """The permissions there are, by view or page, in the order of their titles."""
    found = {}
    for name in known_permissions():
        key, _dot, act = name.rpartition(".")
        found.setdefault(key, {})[act] = name
    told = [Line(_title(key), names) for key, names in found.items()]
    return sorted(told, key=lambda line: line.title.casefold())


def _title(key):
    view = views().get(key)
    return str(getattr(view, "plural", None) or getattr(view, "title", None) or words(key))
