"""People hear once of each change of state, whatever happens to the mail server meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import select

from app.config import Config, Settings
from app.config.core import CORE_SETTINGS
from app.config.incidents import steps_of
from app.mail.smtp import Connection
from app.models.incidents import Incident, Notification
from app.models.users import Role
from app.work import incident_clock, incidents, notifying

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture
def warm(session):
    found = incidents.report(session, "freezer.warm", fingerprint="freezer:3", at=AT,
                             title="Freezer 3 is too warm", detail="-9 °C since 09:12")  # fmt: skip
    session.commit()
    return found


def addresses(postbox):
    return sorted(str(mail["To"]) for mail in postbox.mails)


def server_incidents(session):
    query = select(Incident).where(Incident.key == notifying.SERVER_DOWN)
    return session.scalars(query.order_by(Incident.number)).all()


def test_one_mail_for_each_change_of_state(session, postbox, deliver, warm):
    assert deliver().sent == 1
    for _ in range(3):
        incidents.report(session, "freezer.warm", fingerprint="freezer:3", title="Still warm")
        session.commit()
        assert deliver().sent == 0
    incidents.recover(session, "freezer:3")
    session.commit()
    assert [deliver().sent, deliver().sent] == [1, 0]
    assert postbox.subjects == ["[Storekeeper] Freezer 3 is too warm",
                                "[Storekeeper] Over: Still warm"]  # fmt: skip


def test_the_mail_tells_what_and_where_and_can_be_sorted(session, postbox, deliver, warm):
    deliver({"web.address": "https://shop.example.org/", "mail.sender": "sk@shop.example.org"})
    [mail] = postbox.mails
    text = mail.get_content()
    assert "-9 °C since 09:12" in text
    assert f"https://shop.example.org/incidents/{warm.uuid}" in text
    assert mail["List-Id"] == "<incidents.shop.example.org>"
    assert mail["References"] == f"<incident.{warm.uuid}@shop.example.org>"
    row = session.scalars(select(Notification)).one()
    assert mail["Message-ID"] == f"<{row.uuid}@shop.example.org>"


def test_it_is_written_in_the_language_of_the_shop(session, postbox, deliver, warm):
    incidents.recover(session, "freezer:3")
    session.commit()
    deliver({"web.locale": "de_DE"})
    assert postbox.subjects[1] == "[Storekeeper] Vorbei: Freezer 3 is too warm"
    assert "Schwere: Fehler" in postbox.mails[1].get_content()


def test_who_hears(session, postbox, deliver, new_user):
    buyers = Role(name="Buyers")
    session.add(buyers)
    new_user("ann", wants="all", administrator=True)
    new_user("bob", wants="all")  # may not see incidents
    new_user("cas", roles=[buyers])
    new_user("dan", roles=[buyers], wants="none")
    new_user("eve")
    new_user("fay", roles=[buyers]).active = False
    incidents.report(session, "x", title="X", owner="Buyers")
    session.commit()
    deliver()
    assert addresses(postbox) == ["ann@example.org", "cas@example.org", "shop@example.org"]


def test_who_acts_gets_no_mail_of_it(session, postbox, deliver, new_user, warm):
    ann = new_user("ann", wants="all", administrator=True)
    incidents.acknowledge(session, warm, by=ann, note="On my way")
    session.commit()
    deliver()
    assert addresses(postbox) == ["ann@example.org", "shop@example.org", "shop@example.org"]
    assert "Ann looks after it.\nOn my way" in postbox.mails[-1].get_content().replace("\r", "")


def test_a_step_is_told_to_its_role_which_then_hears_of_the_end(
    session, postbox, deliver, new_user, warm
):
    managers = Role(name="Managers")
    session.add(managers)
    new_user("cas", roles=[managers], wants="none")
    deliver()
    incident_clock.escalate_due(session, steps_of(["30 min: Managers"]), at=AT + timedelta(hours=1))
    session.commit()
    deliver(hours=1)
    assert [str(mail["To"]) for mail in postbox.mails] == ["shop@example.org", "cas@example.org"]
    incidents.recover(session, "freezer:3", at=AT + timedelta(hours=2))
    session.commit()
    deliver(hours=2)
    assert addresses(postbox)[:2] == ["cas@example.org"] * 2


def test_a_step_whose_role_nobody_has_goes_to_the_shop(session, postbox, deliver, warm):
    incident_clock.escalate_due(session, steps_of(["30 min: Nobody"]), at=AT + timedelta(hours=1))
    session.commit()
    deliver(hours=1)
    assert postbox.subjects[1] == "[Storekeeper] Nobody answers: Freezer 3 is too warm"


def test_a_broken_mail_server_is_one_incident_and_loses_nothing(session, postbox, deliver, warm):
    postbox.stop()
    downs = [deliver(minutes=minute).down for minute in (0, 1, 2, 30)]
    assert all("Connection refused" in down for down in downs)
    [broken] = server_incidents(session)
    assert (broken.state, broken.count, broken.mailed) == ("open", 4, False)
    postbox.start()
    assert deliver(minutes=31).sent == 1
    [broken] = server_incidents(session)
    assert broken.state == "closed"
    assert [event.kind for event in broken.events] == ["recovered", "opened"]
    assert deliver(days=1).sent == 0
    assert postbox.subjects == ["[Storekeeper] Freezer 3 is too warm"]


def test_all_that_waited_goes_out_when_the_server_is_back(session, postbox, deliver, warm):
    postbox.stop()
    deliver()
    for number in range(3):
        incidents.report(session, "x", fingerprint=str(number), title=f"X {number}", at=AT)
        session.commit()
        deliver(minutes=number)
    postbox.start()
    assert deliver(minutes=4).sent == 4
    assert len(server_incidents(session)) == 1


def test_a_server_that_is_back_is_seen_when_nothing_waits(session, postbox, deliver):
    incidents.report_apart(notifying.SERVER_DOWN, title="Down", mailed=False)
    deliver()
    assert [one.state for one in server_incidents(session)] == ["closed"]


def test_a_busy_server_is_tried_again_later_and_later(session, postbox, deliver, warm):
    postbox.answers = {"shop@example.org": "451 Later"}
    assert deliver().postponed == 1
    assert deliver(seconds=29).postponed == 0
    assert deliver(seconds=30).postponed == 1
    assert deliver(seconds=89).postponed == 0
    assert deliver(seconds=90).postponed == 1
    postbox.answers = {}
    assert deliver(hours=1).sent == 1
    assert server_incidents(session) == []


def test_a_mail_that_is_put_off_for_days_is_given_up(session, postbox, deliver, warm):
    postbox.answers = {"shop@example.org": "451 Later"}
    deliver()
    deliver(days=6)
    assert session.scalars(select(Notification)).one().refused_at
    assert session.scalars(select(Incident.key)).all().count("mail.refused") == 1


def test_a_refused_address_is_an_incident_without_a_mail(session, postbox, deliver, warm):
    postbox.answers = {"shop@example.org": "550 No such user"}
    assert deliver().refused == 1
    assert deliver(days=1).tried == 0
    found = session.scalars(select(Incident).filter_by(key="mail.refused")).one()
    assert (found.detail, found.severity, found.mailed) == ("550 No such user", "warning", False)
    assert postbox.mails == []


def test_without_a_mail_server_nothing_waits_for_one(session, postbox, deliver, warm):
    assert deliver({"mail.host": ""}).tried == 0
    assert deliver().tried == 0
    assert postbox.mails == []


def test_a_server_that_was_taken_out_of_the_settings_is_not_down(session, deliver):
    incidents.report_apart(notifying.SERVER_DOWN, title="Down", mailed=False)
    deliver({"mail.host": ""})
    assert [one.state for one in server_incidents(session)] == ["closed"]


def test_what_rolls_back_is_told_to_nobody(session, postbox, deliver):
    outer = session.begin_nested()
    incidents.report(session, "lost", title="Lost")
    outer.rollback()
    session.commit()
    assert deliver().tried == 0


def test_stopped_after_the_server_took_it_the_mail_goes_out_again_as_the_same(
    session, postbox, deliver, warm, monkeypatch
):
    send = Connection.send

    def send_and_die(*args, **options):
        send(*args, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr(Connection, "send", send_and_die)
    with pytest.raises(KeyboardInterrupt):
        deliver()
    monkeypatch.undo()
    deliver(minutes=1)
    first, second = postbox.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_several_processes_send_each_mail_once(own_database, postbox):
    from app import create_app
    from app.db import db, unit_of_work

    app = create_app(own_database, web=False)
    told = {"incidents.mail_to": "shop@example.org", **postbox.config}
    settings = Settings(Config.of(told), CORE_SETTINGS)
    with app.app_context(), unit_of_work() as session:
        for number in range(30):
            incidents.report(session, "x", fingerprint=str(number), title=f"X {number}")

    def deliver():
        with app.app_context():
            notifying.deliver_due(settings)

    threads = [Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    deliver()
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
    assert sorted(postbox.subjects) == sorted(f"[Storekeeper] X {number}" for number in range(30))
