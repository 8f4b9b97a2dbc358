"""Passwords: which are refused, and how they are kept."""

from threading import Thread
from time import sleep

import pytest

from app.services import passwords

PASSWORD = "correct horse battery"


@pytest.mark.parametrize(
    "password",
    ["password", "Password1!", "qwertyuiop", "iloveyou2", "12345678", "abcabcabc", "Monkey123"],
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
    "password",
    ["zqhpvmxt", "correct horse battery", "ünï cödé 密码 🔑", "x" * 64, "Aa" * 500, "        q"],
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
