"""A scheduler looks after incidents and the status beside its jobs, also when no worker runs."""

import pytest
from sqlalchemy import select, text

from app import create_app
from app.db import db
from app.models.incidents import Incident, Notification
from app.plugins import Plugin
from app.services.caretaker import Caretaker
from app.services.health import Check, bad, good
from app.work import incidents


class Till(Plugin):
    key, title = "till", "A till"
    verdict = good("It answers.")

    def checks(self):
        return (
            Check("till", "Till", lambda node: Till.verdict),
            Check("drawer", "Drawer", lambda node: Till.verdict, opens=False),
        )


@pytest.fixture
def shop(own_database, tmp_path, postbox):
    told = {"incidents.mail_to": "shop@example.org", **postbox.config}
    app = create_app(
        {**own_database, **told, "data.folder": str(tmp_path)}, plugins=[Till()], web=False
    )
    with app.app_context():
        yield app
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def caretaker(shop, monkeypatch):
    monkeypatch.setattr("app.services.caretaker.LOOK", 0)
    return Caretaker(shop, lambda: True)


def of_checks():
    db.session.rollback()
    query = select(Incident).where(Incident.fingerprint.like("check:%"))
    query = query.where(Incident.fingerprint.in_(["check:till", "check:drawer"]))
    return [(one.title, one.state) for one in db.session.scalars(query)]


def test_what_is_bad_twice_in_a_row_is_an_incident_until_it_is_well(caretaker):
    Till.verdict = bad("It hangs.", "Switch it off and on.")
    caretaker.go_round()
    assert of_checks() == []
    caretaker.go_round()
    assert of_checks() == [("Till: It hangs.", "open")]
    Till.verdict = good("It answers.")
    caretaker.go_round()
    assert of_checks() == [("Till: It hangs.", "closed")]


def test_mails_about_incidents_go_out_without_a_worker(caretaker, postbox):
    incidents.report_apart("till.closed", title="The till is closed")
    caretaker.go_round()
    assert "The till is closed" in postbox.mails[0]["Subject"]


def test_one_that_stands_by_only_says_that_it_lives(shop, postbox):
    incidents.report_apart("till.closed", title="The till is closed")
    Caretaker(shop, lambda: False).go_round()
    assert postbox.mails == []
    assert db.session.scalar(select(Notification.uuid)) is None
    beating = "SELECT kind FROM heartbeat"
    assert db.session.scalar(text(beating)) == "scheduler"


def test_it_says_goodbye(shop):
    with Caretaker(shop, lambda: True):
        pass
    assert db.session.scalar(text("SELECT count(*) FROM heartbeat")) == 0
