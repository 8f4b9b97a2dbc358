"""The door by itself: a small app with probes, and Ann who may come in."""

import pytest

from app.services import users
from tests.web.door import PASSWORD, log_in, make_app


@pytest.fixture(scope="session")
def app(app_config):
    return make_app(app_config)


@pytest.fixture
def ann(session):
    ann = users.create(session, "ann", by="test", password=PASSWORD, name="Ann Lee")
    session.commit()
    return ann


@pytest.fixture
def browser(client, ann):
    """Ann's browser, signed in."""
    assert log_in(client).status_code == 303
    return client
