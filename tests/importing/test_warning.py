"""A run that should change nothing and does is mailed, with what it changed."""

import pytest
from sqlalchemy import select

from app.config import Config, Settings
from app.config.core import CORE_SETTINGS
from app.importing.options import Options
from app.importing.warning import WARNING
from app.mail.smtp import TryLater
from app.models.incidents import Incident
from app.models.runs import Run
from app.work.running import Running

WARN = Options(warn=True)
FILE = "number,description\n1,Milk\n"


@pytest.fixture
def asked(session):
    """The mails that are asked for."""
    return lambda: session.scalars(select(Run).where(Run.key == "import_warning")).all()


def mail(run, **more):
    settings = Settings(Config.of({"web.address": "https://shop.example.org", **more}),
                        CORE_SETTINGS)  # fmt: skip
    running = Running(run.uuid, settings=settings, parameters=run.parameters)
    WARNING.function()(running)
    return running.message


def test_what_changed_is_mailed_with_links(import_products, asked, postbox, session):
    import_products(FILE)
    report = import_products("number,description\n1,Whole milk\n", options=WARN)
    (run,) = asked()
    server = {"mail.host": "127.0.0.1", "mail.port": str(postbox.port), "mail.security": "none"}
    mail(run, **server, **{"import.warn_to": "ann@example.org, bob@example.org"})
    assert [one["To"] for one in postbox.mails] == ["ann@example.org", "bob@example.org"]
    text = postbox.mails[0].get_content()
    assert "description: Milk -> Whole milk" in text
    assert f"https://shop.example.org/runs/{report.run}" in text


def test_without_an_own_address_those_of_incidents_hear_of_it(import_products, asked, postbox):
    import_products(FILE, options=WARN)
    server = {"mail.host": "127.0.0.1", "mail.port": str(postbox.port), "mail.security": "none"}
    mail(asked()[0], **server, **{"incidents.mail_to": "eve@example.org"})
    assert [one["To"] for one in postbox.mails] == ["eve@example.org"]


def test_an_address_that_is_refused_keeps_it_from_nobody_else(import_products, asked, postbox,
                                                              session):  # fmt: skip
    import_products(FILE, options=WARN)
    postbox.answers["ann@example.org"] = "550 No such user"
    to = {"import.warn_to": "ann@example.org, bob@example.org, eve@example.org"}
    for _again in range(2):
        told = mail(asked()[0], **postbox.config, **to)
    assert [one["To"] for one in postbox.mails] == ["bob@example.org", "eve@example.org"] * 2
    assert "No mail reaches ann@example.org" in told
    assert told.endswith("Told bob@example.org. Told eve@example.org.")
    assert len({one["Message-ID"] for one in postbox.mails}) == 2
    (incident,) = session.scalars(select(Incident).where(Incident.key == "mail.refused"))
    assert (incident.title, "No such user" in incident.detail) == (
        "No mail reaches ann@example.org", True,
    )  # fmt: skip


def test_an_address_that_is_taken_later_is_tried_by_itself(import_products, asked, postbox):
    import_products(FILE, options=WARN)
    (first,) = asked()
    postbox.answers["ann@example.org"] = "451 Greylisted"
    to = {"import.warn_to": "ann@example.org, bob@example.org"}
    mail(first, **postbox.config, **to)
    (later,) = (run for run in asked() if run.uuid != first.uuid)
    with pytest.raises(TryLater):
        mail(later, **postbox.config, **to)
    postbox.answers.clear()
    mail(later, **postbox.config, **to)
    assert [one["To"] for one in postbox.mails] == ["bob@example.org", "ann@example.org"]


def test_where_nobody_can_be_told_the_run_of_the_mail_says_so(import_products, asked):
    import_products(FILE, options=WARN)
    assert mail(asked()[0]).startswith("Nobody was told")


def test_nothing_is_mailed_where_nothing_changed_or_nothing_was_written(import_products, asked):
    import_products(FILE, options=WARN, dry_run=True)
    import_products(FILE)
    import_products(FILE, options=WARN)
    assert asked() == []
