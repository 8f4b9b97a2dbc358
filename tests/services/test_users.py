"""Users: making them, letting them in, and what they may hand out."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from time import sleep
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from app.db import unit_of_work
from app.models.users import RolePermission, User, UserEvent
from app.services import passwords, permissions, users

PASSWORD = "correct horse battery"
NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)
KEY = "k" * 40


@pytest.fixture(scope="session")
def app(app_config):
    from app import create_app

    return create_app(app_config, web=False)


@pytest.fixture
def ann(session):
    return users.create(session, "ann", by="test", password=PASSWORD, name="Ann Lee")


@pytest.fixture
def admin(session):
    root = users.create(session, "root", by="test", password=PASSWORD)
    users.make_administrator(session, root, by="test")
    return root


def role(session, name, *allowed):
    made = users.Role(name=name, permissions=[RolePermission(permission=one) for one in allowed])
    session.add(made)
    session.flush()
    return made


def events(session, kind):
    query = select(UserEvent).where(UserEvent.kind == kind).order_by(UserEvent.happened_at)
    return session.scalars(query).all()


def fail(session, username="ann", *, times=1, at=NOON, password="wrong wrong", **more):
    for _ in range(times):
        with pytest.raises(users.CannotSignIn):
            users.authenticate(session, username, password, at=at, **more)


# -- making ------------------------------------------------------------------------------------


def test_a_user_has_a_person_of_that_name(ann):
    assert (ann.name, ann.initials, ann.person.last_name) == ("Ann Lee", "AL", "Lee")


def test_a_username_is_taken_in_small_and_capital_letters(session, ann):
    with pytest.raises(users.UsernameTaken):
        users.create(session, "ANN", by="test")


@pytest.mark.parametrize("name", ["", " ", "a b", "a\nb", "a\0b", "x" * 65, "<b>", "a/b", "ann\u202e"])
def test_a_username_is_plain(session, name):
    with pytest.raises(users.BadUsername):
        users.create(session, name, by="test")


def test_a_username_may_be_an_email_address_or_of_any_script(session):
    assert users.create(session, "zoë.müller@example.org", by="test")
    assert users.create(session, "アン", by="test")


def test_making_a_user_is_written_down_with_who_did(session, ann):
    assert events(session, "user_created")[0].detail == "by test"


def test_the_built_in_roles_come_with_the_first_user(session, ann):
    names = session.scalars(select(users.Role.name).where(users.Role.built_in.is_not(None)))
    assert set(names) == {"Administrator", "Everybody"}


def test_a_password_is_kept_as_argon2id(session, ann):
    assert ann.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


# -- passwords ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password", ["password", "Password1!", "qwertyuiop", "iloveyou2", "12345678", "abcabcabc", "Monkey123"]
)
def test_common_passwords_are_refused(password):
    with pytest.raises(passwords.TooCommon):
        passwords.check(password)


def test_every_common_password_of_eight_characters_is_refused():
    for password in passwords.common():
        if len(password) >= passwords.SHORTEST:
            with pytest.raises(passwords.TooCommon):
                passwords.check(password.upper())


@pytest.mark.parametrize("password", ["annlee2026", "Corner-Market", "cornermarket!", "lee-ann9"])
def test_passwords_about_the_user_or_the_shop_are_refused(password):
    with pytest.raises(passwords.TooClose):
        passwords.check(password, words=("ann", "Ann Lee", "lee-ann", "Corner Market"))


@pytest.mark.parametrize(
    "password", ["zqhpvmxt", "correct horse battery", "ünï cödé 密码 🔑", "x" * 64, "Aa" * 500, "        q"]
)
def test_there_are_no_rules_about_characters(password):
    passwords.check(password, words=("ann", "Corner Market"))


def test_lengths_from_8_to_1000_are_taken():
    with pytest.raises(passwords.TooShort):
        passwords.check("zqhpvmx")
    with pytest.raises(passwords.TooLong):
        passwords.check("zq" * 501)


def test_long_passwords_are_not_cut():
    kept = passwords.hash_of("z" * 72 + "12345678")
    assert passwords.verify(kept, "z" * 72 + "12345678")
    assert not passwords.verify(kept, "z" * 72 + "87654321")


def test_two_keyboards_may_send_the_same_letter_differently():
    assert passwords.verify(passwords.hash_of("cafe\u0301 noir"), "caf\u00e9 noir")


def test_a_password_with_half_a_character_is_wrong_and_no_more():
    assert not passwords.verify(passwords.hash_of(PASSWORD), "\ud800")


def test_only_so_many_hashes_run_at_once(monkeypatch):
    running, most = set(), []

    class Slow:
        def hash(self, password):
            running.add(password)
            most.append(len(running))
            sleep(0.002)
            running.discard(password)
            return ""

    monkeypatch.setattr(passwords, "hasher", Slow())
    threads = [Thread(target=passwords.hash_of, args=(str(number),)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 50
    assert max(most) == passwords.AT_ONCE


# -- signing in --------------------------------------------------------------------------------


def test_the_right_password_lets_in_whatever_the_case_of_the_name(session, ann):
    assert users.authenticate(session, " Ann ", PASSWORD) is ann


def test_unknown_wrong_and_disabled_get_the_same_words(session, ann):
    bob = users.create(session, "bob", by="test", password=PASSWORD)
    users.set_active(session, bob, False, by="test")
    said = set()
    for username, password in (("ann", "wrong wrong"), ("bob", PASSWORD), ("zoe", PASSWORD)):
        with pytest.raises(users.CannotSignIn) as refused:
            users.authenticate(session, username, password)
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
        with pytest.raises(users.CannotSignIn):
            users.authenticate(session, username, "wrong wrong")
        assert len(calls) == 1
        assert "m=19456,t=2,p=1" in calls[0]


def test_a_hash_with_old_parameters_is_renewed_at_login(session, ann):
    from argon2 import PasswordHasher

    ann.password_hash = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    users.authenticate(session, "ann", PASSWORD)
    assert "m=19456,t=2,p=1" in ann.password_hash


def test_ten_failures_close_the_door_for_that_name(session, ann):
    fail(session, times=10)
    with pytest.raises(users.TooManyTries) as refused:
        users.authenticate(session, "ANN", PASSWORD, at=NOON + timedelta(minutes=3))
    assert str(refused.value) == "There were too many failed tries. Try again in 12 minutes."


def test_the_door_opens_again_by_itself_however_many_knock(session, ann):
    fail(session, times=10)
    for minute in range(1, 15):
        with pytest.raises(users.TooManyTries):
            users.authenticate(session, "ann", "wrong", at=NOON + timedelta(minutes=minute))
    assert users.authenticate(session, "ann", PASSWORD, at=NOON + timedelta(minutes=15))


def test_names_that_do_not_exist_are_counted_too(session):
    fail(session, "zoe", times=10)
    with pytest.raises(users.TooManyTries):
        users.authenticate(session, "zoe", PASSWORD, at=NOON)


def test_thirty_failures_close_the_door_for_an_address(session, ann):
    for number in range(30):
        fail(session, f"user{number}", remote_address="192.0.2.7")
    with pytest.raises(users.TooManyTries):
        users.authenticate(session, "ann", PASSWORD, remote_address="192.0.2.7", at=NOON)
    assert users.authenticate(session, "ann", PASSWORD, remote_address="192.0.2.8", at=NOON)


def test_strangers_cannot_keep_the_owner_out_of_their_own_browser(session, ann):
    fail(session, times=10)
    assert users.authenticate(session, "ann", PASSWORD, known_to={ann.uuid}, at=NOON) is ann


def test_a_known_browser_has_ten_tries_of_its_own(session, ann):
    fail(session, times=10, known_to={ann.uuid})
    with pytest.raises(users.TooManyTries):
        users.authenticate(session, "ann", PASSWORD, known_to={ann.uuid}, at=NOON)


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
                users.authenticate(session, "ann", "wrong wrong", at=NOON)
            except users.TooManyTries:
                refused.append("door")
            except users.CannotSignIn:
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
    with second.app_context(), unit_of_work(by="test") as session, pytest.raises(users.TooManyTries):
        users.authenticate(session, "ann", PASSWORD, at=NOON)
    _dispose(first, second)


def _dispose(*apps):
    from app.db import db

    for app in apps:
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose()


# -- sessions ----------------------------------------------------------------------------------


@pytest.fixture
def signed_in(session, ann):
    return users.start_session(session, ann, at=NOON)


def whose(session, user, login, key=None):
    return users.user_of_session(
        session, user.uuid, key or user.session_key, login.uuid, since=login.happened_at
    )


def test_a_session_knows_its_user(session, ann, signed_in):
    assert whose(session, ann, signed_in) is ann
    assert ann.last_login_at == NOON
    assert whose(session, ann, signed_in, key="another") is None
    assert users.user_of_session(session, uuid4(), ann.session_key, signed_in.uuid, since=NOON) is None


def test_ending_a_session_leaves_the_others(session, ann, signed_in):
    phone = users.start_session(session, ann, at=NOON)
    users.end_session(session, ann, signed_in.uuid, at=NOON)
    assert whose(session, ann, signed_in) is None
    assert whose(session, ann, phone) is ann
    assert users.open_sessions(session, ann, since=NOON) == [phone]


def test_a_new_password_ends_every_session_but_the_one_at_hand(session, ann, signed_in):
    users.start_session(session, ann, at=NOON)
    old_key = ann.session_key
    users.change_password(
        session, ann, old=PASSWORD, new="another good one", keep=signed_in.uuid, at=NOON
    )
    assert whose(session, ann, signed_in, key=old_key) is None
    assert users.open_sessions(session, ann, since=NOON) == [signed_in]
    assert users.authenticate(session, "ann", "another good one")


def test_the_old_password_is_asked_and_guessing_it_is_counted(session, ann):
    for _ in range(10):
        with pytest.raises(users.WrongPassword):
            users.change_password(session, ann, old="wrong", new="another good one", at=NOON)
    with pytest.raises(users.TooManyTries):
        users.change_password(session, ann, old=PASSWORD, new="another good one", at=NOON)


def test_a_deactivated_user_is_out_at_once(session, ann, signed_in):
    users.set_active(session, ann, False, by="test")
    assert whose(session, ann, signed_in) is None
    assert events(session, "deactivated")[0].detail == "by test"


# -- rights ------------------------------------------------------------------------------------


def test_the_administrator_may_everything_also_what_comes_tomorrow(session, admin):
    assert "plugin.of_tomorrow" in permissions.permissions_of(session, admin)


def test_a_user_may_what_their_roles_and_everybody_may(session, ann):
    users.grant(session, ann, role(session, "Buyer", "products.edit"), by="test")
    everybody = permissions.ensure_built_in_roles(session)["everybody"]
    permissions.set_permissions(session, everybody, ["products.list"], known=["products.list"])
    assert permissions.permissions_of(session, ann) == {"products.edit", "products.list"}


def test_who_is_not_active_may_nothing(session, admin, ann):
    users.grant(session, ann, role(session, "Buyer", "products.edit"), by="test")
    users.set_active(session, ann, False, by="test")
    assert permissions.permissions_of(session, ann) == frozenset()


def test_known_permissions_are_five_for_a_view_and_those_of_pages():
    assert permissions.known(["brands"], ["home"]) == (
        "brands.create", "brands.delete", "brands.edit", "brands.list", "brands.view", "home",
    )  # fmt: skip


def test_a_role_gets_only_permissions_that_exist_and_keeps_those_of_absent_plugins(session):
    buyer = role(session, "Buyer", "products.list", "poser.points")
    known = ["products.list", "products.edit"]
    permissions.set_permissions(session, buyer, ["products.edit"], known=known)
    assert permissions.permissions_of_role(session, buyer) == {"products.edit", "poser.points"}
    with pytest.raises(permissions.UnknownPermission):
        permissions.set_permissions(session, buyer, ["products.fly"], known=known)


def test_granting_and_withdrawing_are_written_down(session, ann, admin):
    buyer = role(session, "Buyer", "products.edit")
    users.grant(session, ann, buyer, by=admin)
    users.withdraw(session, ann, buyer, by=admin)
    assert events(session, "role_granted")[-1].detail == "Buyer, by root"
    assert events(session, "role_withdrawn")[-1].detail == "Buyer, by root"


@pytest.mark.parametrize("act", ["deactivate", "withdraw", "delete"])
def test_the_last_administrator_stays(session, admin, act):
    administrator = permissions.ensure_built_in_roles(session)["administrator"]
    acts = {
        "deactivate": lambda: users.set_active(session, admin, False, by="test"),
        "withdraw": lambda: users.withdraw(session, admin, administrator, by="test"),
        "delete": lambda: users.delete(session, admin, by="test"),
    }
    with pytest.raises(users.LastAdministrator):
        acts[act]()
    other = users.create(session, "other", by="test")
    users.make_administrator(session, other, by="test")
    acts[act]()
    session.flush()
    assert users.has_administrator(session)


def test_nobody_hands_out_more_than_they_have(session, ann, admin):
    manager = role(session, "Manager", "users.edit", "products.list")
    users.grant(session, ann, manager, by="test")
    bob = users.create(session, "bob", by="test", password=PASSWORD)
    strong = users.create(session, "strong", by="test")
    users.grant(session, strong, role(session, "Buyer", "prices.edit"), by="test")
    administrator = permissions.ensure_built_in_roles(session)["administrator"]
    for act in (
        lambda: users.make_administrator(session, bob, by=ann),
        lambda: users.make_administrator(session, ann, by=ann),
        lambda: users.grant(session, ann, manager, by=ann),
        lambda: users.grant(session, bob, users.role_named(session, "buyer"), by=ann),
        lambda: users.withdraw(session, admin, administrator, by=ann),
        lambda: users.set_active(session, admin, False, by=ann),
        lambda: users.set_password(session, admin, "another good one", by=ann),
        lambda: users.set_password(session, strong, "another good one", by=ann),
        lambda: users.set_password(session, ann, "another good one", by=ann),
        lambda: users.delete(session, admin, by=ann),
        lambda: users.may_shape(session, users.role_named(session, "buyer"), by=ann),
    ):
        with pytest.raises(users.BeyondYou):
            act()
    users.grant(session, bob, manager, by=ann)
    users.set_password(session, bob, "another good one", by=ann)


def test_everybodys_role_is_neither_granted_nor_withdrawn(session, ann):
    with pytest.raises(users.EverybodyHasIt):
        users.grant(session, ann, users.role_named(session, "everybody"), by="test")


# -- the very first ----------------------------------------------------------------------------


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
    assert users.welcome_token(session, secret_key=KEY) != users.welcome_token(session, secret_key=KEY)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "\0"])
def test_a_made_up_welcome_link_is_refused(session, token):
    with pytest.raises(users.WelcomeOver):
        users.check_welcome(session, token, secret_key=KEY)
    with pytest.raises(users.WelcomeOver):
        users.check_welcome(session, users.welcome_token(session, secret_key="o" * 40), secret_key=KEY)


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
    _dispose(app)
