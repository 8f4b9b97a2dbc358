"""Pages of users, roles and what users did at the door."""

from flask_babel import lazy_gettext as _l

from app.models.users import EVENT_KINDS, Role, User, UserEvent
from app.web.master import Choice, Column, Contains, Form, Grid, MasterView


class UserView(MasterView):
    key, model, title, icon = "users", User, _l("User"), "user"
    plural = _l("Users")
    allow = frozenset({"list", "view"})
    grid = Grid(
        Column(User.username, link=True, card="title", filter=Contains(shown=True)),
        Column(User.person, card="detail"),
        Column(
            "roles",
            lambda user: ", ".join(role.name for role in user.roles),
            load=User.roles,
            card="code",
        ),
        User.last_login_at,
        Column(User.active, card="state-cell"),
        sort=User.username,
    )
    form = Form(User.username, User.person, User.active)


class RoleView(MasterView):
    key, model, title, icon = "roles", Role, _l("Role"), "shield"
    plural = _l("Roles")
    grid = Grid(
        Column(Role.name, link=True, card="title", filter=Contains(shown=True)),
        Column(Role.notes, card="detail"),
        sort=Role.name,
    )
    form = Form(Role.name, Role.notes)


class UserEventView(MasterView):
    key, model, title, icon = "user_events", UserEvent, _l("User event"), "clock"
    plural = _l("User events")
    allow = frozenset({"list", "view"})
    grid = Grid(
        Column(UserEvent.happened_at, link=True, card="title"),
        Column(UserEvent.username, card="code", filter=Contains(shown=True)),
        Column(UserEvent.kind, card="state-cell", filter=Choice(words=EVENT_KINDS)),
        UserEvent.remote_address,
        Column(UserEvent.detail, card="detail"),
        sort=UserEvent.happened_at,
        descending=True,
    )
    form = Form(
        UserEvent.happened_at,
        UserEvent.username,
        UserEvent.kind,
        UserEvent.remote_address,
        UserEvent.detail,
    )
