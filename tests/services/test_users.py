"""Users: making them, and the very first."""

from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import func, select, text

from app.db import db, unit_of_work
from app.models.users import User
from app.services import sessions, users

PASSWORD = "correct horse battery"
KEY = "k" * 40


@pytest.fixture
def ann(session):
    return users.create(session, "ann", by="test", password=PASSWORD, name="Ann Lee")


def test_a_user_has_a_person_of_that_name(ann):
    assert (ann.name, ann.initials, ann.person.last_name) == ("Ann Lee", "AL", "Lee")


def test_a_username_is_taken_in_small_and_capital_letters(session, ann):
    with pytest.raises(users.UsernameTaken):
        users.create(session, "ANN", by="test")


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "a\nb", "a\0b", "x" * 65, "<b>", "a/b", "ann\u202e"]
)
def test_a_username_is_plain(session, name):
    with pytest.raises(users.BadUsername):
        users.create(session, name, by="test")


def test_a_username_may_be_an_email_address_or_of_any_script(session):
    assert users.create(session, "zoë.müller@example.org", by="test")
    assert users.create(session, "アン", by="test")


def test_making_a_user_is_written_down_with_who_did(session, ann):
    happened = sessions.last_events(session, ann)
    assert [(one.kind, one.detail) for one in happened] == [("user_created", "by test")]


def test_the_built_in_roles_come_with_the_first_user(session, ann):
    names = session.scalars(select(users.Role.name).where(users.Role.built_in.is_not(None)))
    assert set(names) == {"Administrator", "Everybody"}


def test_a_password_is_kept_as_argon2id(session, ann):
    assert ann.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def first(session, token, **more):
    given = {"secret_key": KEY, "username": "ann", "password": PASSWORD, "name": "Ann Lee", **more}
    return users.create_first_administrator(session, token, **given)


def test_the_welcome_link_makes_one_administrator_and_no_more(session):
    token = users.welcome_token(session, secret_key=KEY)
    assert first(session, token).is_administrator
    with pytest.raises(users.WelcomeOver):
        first(session, token, username="eve")
    with pytest.raises(users.WelcomeOver):
        users.welcome_token(session, secret_key=KEY)


def test_two_welcome_links_differ(session):
    assert users.welcome_token(session, secret_key=KEY) != users.welcome_token(
        session, secret_key=KEY
    )


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "\0"])
def test_a_made_up_welcome_link_is_refused(session, token):
    with pytest.raises(users.WelcomeOver):
        users.check_welcome(session, token, secret_key=KEY)
    with pytest.raises(users.WelcomeOver):
        users.check_welcome(
            session, users.welcome_token(session, secret_key="o" * 40), secret_key=KEY
        )


def test_a_welcome_link_lasts_a_day(session, monkeypatch):
    token = users.welcome_token(session, secret_key=KEY)
    monkeypatch.setattr(users, "WELCOME_LASTS", timedelta(seconds=-1))
    with pytest.raises(users.WelcomeOver):
        users.check_welcome(session, token, secret_key=KEY)


def test_two_people_with_the_link_make_one_administrator(own_database):
    from app import create_app

    app = create_app(own_database, web=False)
    with app.app_context(), unit_of_work(by="test") as session:
        token = users.welcome_token(session, secret_key=KEY)
    ended = []

    def claim(name):
        try:
            with app.app_context(), unit_of_work(by="test") as session:
                first(session, token, username=name)
            ended.append("made")
        except users.WelcomeOver:
            ended.append("over")

    threads = [Thread(target=claim, args=(f"person{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["made"] + ["over"] * 5
    with app.app_context(), unit_of_work(by="test") as session:
        assert session.scalar(select(func.count()).select_from(User)) == 1
        assert session.scalar(text("SELECT count(*) FROM role")) == 2
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
