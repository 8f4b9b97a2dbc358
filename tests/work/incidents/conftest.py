"""The people of the tests about incidents, with addresses, and settings for mail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.config import Config, Settings
from app.config.core import CORE_SETTINGS
from app.models.incidents import IncidentReader
from app.models.people import EmailAddress
from app.services import users
from app.work import notifying

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture
def new_user(session):
    """Makes a user with an address: `new_user("ann", wants="all", roles=[…])`."""

    def make(name, *, wants=None, roles=(), administrator=False):
        user = users.create(session, name, by=None, name=name.capitalize())
        session.add(EmailAddress(person=user.person, address=f"{name}@example.org"))
        user.roles.extend(roles)
        if administrator:
            users.make_administrator(session, user, by=None)
        session.flush()
        if wants:
            session.add(IncidentReader(user_uuid=user.uuid, mails=wants))
        session.commit()
        return user

    return make


@pytest.fixture
def deliver(session, postbox):
    """Delivers what is due so long after AT: `deliver(minutes=5)`."""

    def now(settings=None, **span):
        told = {"incidents.mail_to": "shop@example.org", **postbox.config, **(settings or {})}
        done = notifying.deliver_due(
            Settings(Config.of(told), CORE_SETTINGS), at=AT + timedelta(**span)
        )
        session.expire_all()
        return done

    return now
