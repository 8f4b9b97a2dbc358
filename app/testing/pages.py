"""Pages as a browser without JavaScript sees them: their forms, and who is signed in."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from lxml import html


@pytest.fixture
def signed_in(app: Any, session: Any, client: Any) -> Any:
    """Sign the client in as somebody with exactly these permissions; "*" is everything.

    The session is begun as after a login, without the pages and the password of one.
    """
    from app.models.users import Role, RolePermission
    from app.services import users
    from app.services.permissions import ensure_built_in_roles

    def as_one_with(*permissions: str) -> Any:
        ensure_built_in_roles(session)
        user = users.create(session, f"ann{uuid4().hex[:6]}", by=None, name="Ann Lee")
        if "*" in permissions:
            users.make_administrator(session, user, by=None)
        elif permissions:
            role = Role(name=f"Only {uuid4().hex[:6]}")
            role.permissions = [RolePermission(permission=name) for name in permissions]
            user.roles.append(role)
        session.commit()
        return enter(app, client, user)

    return as_one_with


def enter(app: Any, client: Any, user: Any) -> Any:
    """Begin a session of a user in a client."""
    import flask

    from app.web.sessions import begin_session

    with app.test_request_context():
        begin_session(user, flask.make_response(""))
        begun = dict(flask.session)
    with client.session_transaction() as cookie:
        cookie.clear()
        cookie.update(begun)
    return client


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send of the form of a page that nobody touched."""
    return dict(_form(page).form_values())


def _form(page: str) -> Any:
    (form,) = html.fromstring(page).cssselect("form.form")
    return form


def names_of(page: str) -> list[str]:
    return [name for name in _form(page).fields if name != "csrf_token"]


def token_of(page: str) -> str:
    found: Any = html.fromstring(page).xpath('//input[@name="csrf_token"]/@value')
    assert found, page
    return str(found[0])
