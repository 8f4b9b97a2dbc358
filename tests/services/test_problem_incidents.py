"""Problem reports tell people what changed, and nothing else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.config import Config, Settings
from app.config.core import CORE_SETTINGS
from app.models.incidents import Incident
from app.models.products import Product
from app.services import problems
from app.work import incidents, notifying
from app.work.incident_events import now


@pytest.fixture
def reports(app):
    return app.extensions["storekeeper"].all("problem_reports")


@pytest.fixture
def without_price(session):
    """Makes so many products without a price, which have all else."""
    numbers = iter(range(1, 1_000_000))

    def make(many):
        made = [Product(number=str(next(numbers)), description="Milk") for _ in range(many)]
        session.add_all(made)
        session.flush()
        return made

    return make


@pytest.fixture
def look(session, postbox, reports):
    """Looks as a night does, and delivers what is to be mailed; returns the subjects so far."""
    told = {"incidents.mail_to": "shop@example.org", **postbox.config}
    settings = Settings(Config.of(told), CORE_SETTINGS)

    def night(key="no_price"):
        problems.tell(session, reports[key], problems.look(session, reports[key]))
        session.commit()
        notifying.deliver_due(settings)
        session.expire_all()
        return [subject.removeprefix("[Storekeeper] ") for subject in postbox.subjects]

    return night


def open_ones(session):
    return session.scalars(select(Incident).where(Incident.closed_at.is_(None))).all()


def test_people_hear_of_what_is_new_once_and_when_all_is_solved(session, look, without_price):
    products = without_price(2)
    assert look() == ["Products without a price: 2"]
    assert len(look()) == 1
    products += without_price(1)
    assert look()[1:] == ["News: Products without a price: 3"]
    session.delete(products.pop())
    session.flush()
    assert len(look()) == 2
    [incident] = open_ones(session)
    assert (incident.title, incident.link) == ("Products without a price: 2", "/problems/no_price")
    for product in products:
        session.delete(product)
    assert look()[2:] == ["Over: Products without a price: 2"]
    assert open_ones(session) == []


def test_the_mail_tells_how_many_are_new(look, without_price, postbox):
    without_price(1200)
    look()
    assert postbox.subjects == ["[Storekeeper] Products without a price: 1,200"]
    assert "1,200 are new since the last look, 0 are solved." in postbox.mails[0].get_content()


def test_each_report_has_an_incident_of_its_own_but_those_that_only_inform(
    session, look, reports, without_price
):
    without_price(1)
    for key in reports:
        look(key)
    assert {one.fingerprint for one in open_ones(session)} == {
        "problems.no_price", "problems.no_department",
    }  # fmt: skip
    assert reports["no_case_size"].severity == "info"


def test_what_a_person_closed_opens_again_only_when_something_is_new(session, look, without_price):
    without_price(1)
    look()
    incidents.close(session, open_ones(session)[0], by=None, note="They are meant so")
    session.commit()
    look()
    assert open_ones(session) == []
    without_price(1)
    look()
    assert [one.title for one in open_ones(session)] == ["Products without a price: 2"]


def test_while_it_is_snoozed_nobody_hears_of_new_ones(session, look, without_price):
    without_price(1)
    before = look()
    until = now() + timedelta(hours=1)
    incidents.snooze(session, open_ones(session)[0], until=until, by="ann", at=now())
    session.commit()
    after_snooze = look()
    without_price(1)
    assert look() == after_snooze
    assert len(after_snooze) == len(before) + 1  # that it was snoozed
