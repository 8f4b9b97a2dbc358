"""Signing in: the same for everybody, and closed for those who guess."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import select

from app.db import unit_of_work
from app.models.users import UserEvent
from app.services import passwords, sign_in, users

PASSWORD = "correct horse battery"
NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)


@pytest.fixture
def ann(session):
    return users.create(session, "ann", by="test", password=PASSWORD, name="Ann Lee")


def events(session, kind):
    query = select(UserEvent).where(UserEvent.kind == kind).order_by(UserEvent.happened_at)
    return session.scalars(query).all()


def fail(session, username="ann", *, times=1, at=NOON, password="wrong wrong", **more):
    for _ in range(times):
        with pytest.raises(sign_in.CannotSignIn):
            sign_in.authenticate(session, username, password, at=at, **more)


def test_the_right_password_lets_in_whatever_the_case_of_the_name(session, ann):
    assert sign_in.authenticate(session, " Ann ", PASSWORD) is ann


def test_unknown_wrong_and_disabled_get_the_same_words(session, ann):
    bob = users.create(session, "bob", by="test", password=PASSWORD)
    users.set_active(session, bob, False, by="test")
    said = set()
    for username, password in (("ann", "wrong wrong"), ("bob", PASSWORD), ("zoe", PASSWORD)):
        with pytest.raises(sign_in.CannotSignIn) as refused:
            sign_in.authenticate(session, username, password)
        said.add(str(refused.value))
    assert len(said) == 1


def test_every_refusal_costs_one_hash(session, ann, monkeypatch):
    users.create(session, "machine", by="test")
    real, calls = passwords.hasher, []

    class Counting:
        def verify(self, kept, password):
            calls.append(kept)
            return real.verify(kept, password)

        def hash(self, password):
            return real.hash(password)

    passwords.verify(None, "warm")
    monkeypatch.setattr(passwords, "hasher", Counting())
    for username in ("ann", "zoe", "machine", "\0", ""):
        calls.clear()
        with pytest.raises(sign_in.CannotSignIn):
            sign_in.authenticate(session, username, "wrong wrong")
        assert len(calls) == 1
        assert "m=19456,t=2,p=1" in calls[0]


def test_a_hash_with_old_parameters_is_renewed_at_login(session, ann):
    from argon2 import PasswordHasher

    ann.password_hash = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    sign_in.authenticate(session, "ann", PASSWORD)
    assert "m=19456,t=2,p=1" in ann.password_hash


def test_ten_failures_close_the_door_for_that_name(session, ann):
    fail(session, times=10)
    with pytest.raises(sign_in.TooManyTries) as refused:
        sign_in.authenticate(session, "ANN", PASSWORD, at=NOON + timedelta(minutes=3))
    assert str(refused.value) == "There were too many failed tries. Try again in 12 minutes."


def test_the_door_opens_again_by_itself_however_many_knock(session, ann):
    fail(session, times=10)
    for minute in range(1, 15):
        with pytest.raises(sign_in.TooManyTries):
            sign_in.authenticate(session, "ann", "wrong", at=NOON + timedelta(minutes=minute))
    assert sign_in.authenticate(session, "ann", PASSWORD, at=NOON + timedelta(minutes=15))


def test_names_that_do_not_exist_are_counted_too(session):
    fail(session, "zoe", times=10)
    with pytest.raises(sign_in.TooManyTries):
        sign_in.authenticate(session, "zoe", PASSWORD, at=NOON)


def test_thirty_failures_close_the_door_for_an_address(session, ann):
    for number in range(30):
        fail(session, f"user{number}", remote_address="192.0.2.7")
    with pytest.raises(sign_in.TooManyTries):
        sign_in.authenticate(session, "ann", PASSWORD, remote_address="192.0.2.7", at=NOON)
    assert sign_in.authenticate(session, "ann", PASSWORD, remote_address="192.0.2.8", at=NOON)


def test_strangers_cannot_keep_the_owner_out_of_their_own_browser(session, ann):
    fail(session, times=10)
    assert sign_in.authenticate(session, "ann", PASSWORD, known_to={ann.uuid}, at=NOON) is ann


def test_a_known_browser_has_ten_tries_of_its_own(session, ann):
    fail(session, times=10, known_to={ann.uuid})
    with pytest.raises(sign_in.TooManyTries):
        sign_in.authenticate(session, "ann", PASSWORD, known_to={ann.uuid}, at=NOON)


def test_every_try_is_written_down_once_and_cannot_forge_a_line(session, ann):
    fail(session, "zoe\r\n2026 root logged in \x1b[2J", remote_address="192.0.2.7")
    fail(session)
    first, second = events(session, "login_failed")
    assert "\n" not in first.username
    assert "\x1b" not in first.username
    assert (first.detail, first.remote_address) == ("no such user", "192.0.2.7")
    assert (second.detail, second.user_uuid) == ("wrong password", ann.uuid)


def test_tries_at_the_same_moment_are_counted_too(own_database):
    """More than ten processes guess at once: no more than ten guesses are looked at."""
    from app import create_app

    app = create_app(own_database, web=False)
    refused = []

    def guess():
        with app.app_context(), unit_of_work(by="test") as session:
            try:
                sign_in.authenticate(session, "ann", "wrong wrong", at=NOON)
            except sign_in.TooManyTries:
                refused.append("door")
            except sign_in.CannotSignIn:
                refused.append("password")

    threads = [Thread(target=guess) for _ in range(14)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(refused) == ["door"] * 4 + ["password"] * 10
    _dispose(app)


def test_tries_are_remembered_by_other_processes(own_database):
    from app import create_app

    first, second = create_app(own_database, web=False), create_app(own_database, web=False)
    with first.app_context(), unit_of_work(by="test") as session:
        fail(session, times=10)
    with (
        second.app_context(),
        unit_of_work(by="test") as session,
        pytest.raises(sign_in.TooManyTries),
    ):
        sign_in.authenticate(session, "ann", PASSWORD, at=NOON)
    _dispose(first, second)


def _dispose(*apps):
    from app.db import db

    for app in apps:
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose()
