"""Forms as people fill them in, and roles to give away."""

from lxml import html
from sqlalchemy import text

from app.models.users import Role, RolePermission, User
from app.services import permissions
from app.testing.pages import token_of


def make_role(session, name, *allows):
    role = Role(name=name, permissions=[RolePermission(permission=one) for one in allows])
    session.add(role)
    session.flush()
    return role


def take_all_away(session, role):
    """As a change set of its own, by somebody else."""
    session.commit()
    session.execute(text("SELECT set_config('sk.change_set', '', true)"))
    permissions.set_permissions(session, role, [], known=["products.edit"])
    session.commit()


def send(client, url, *, untick=(), **changes):
    """Fill in the form of a page and send it; a list ticks several boxes."""
    form = html.fromstring(client.get(url).text).cssselect("form.form, .plain-card form")[0]
    sent = [(k, v) for k, v in form.form_values() if k not in changes and (k, v) not in untick]
    for name, value in changes.items():
        sent += [(name, one) for one in (value if isinstance(value, list) else [value])]
    data = {}
    for name, value in sent:
        data.setdefault(name, []).append(str(value))
    return client.post(url, data=data)


def post(client, url, page):
    return client.post(url, data={"csrf_token": token_of(client.get(page).text)})


def last_made(session, **by):
    return session.query(User).filter_by(**by).one()
