"""Settings: typed access, and who wins: database, files, default."""

import logging
from typing import assert_type

import pytest

from app.config import BadSetting, BadValue, Config, Setting, Settings, Undeclared

ASK_PHONE = Setting("customers.ask_phone", False, "Ask for a phone number")
LIMIT = Setting("customers.limit", 10, "Limit")
FOLDER = Setting("data.folder", "data", "Folder", file_only=True)
TOKEN: Setting[str | None] = Setting("till.token", None, "Token", type=str, secret=True)
DECLARED = (TOKEN, ASK_PHONE, LIMIT, FOLDER)
USE_DB = {"settings.use_db": "on"}


class Stored(dict[str, str]):
    """Stands for the table of a later layer."""


def test_a_value_has_the_type_of_its_setting():
    settings = Settings(Config.of({"customers.ask_phone": "on"}), DECLARED)
    assert assert_type(settings[ASK_PHONE], bool) is True
    assert assert_type(settings[LIMIT], int) == 10
    assert assert_type(settings[TOKEN], str | None) is None


def test_a_stored_value_wins_only_when_the_files_say_so():
    stored = Stored({"customers.limit": "30"})
    files = {"customers.limit": "20"}
    assert Settings(Config.of(files), DECLARED, stored)[LIMIT] == 20
    settings = Settings(Config.of(files | USE_DB), DECLARED, stored)
    assert settings[LIMIT] == 30
    assert str(settings.source(LIMIT)) == "database"


def test_the_source_of_a_value_is_known(load):
    config = load("[customers]\nlimit = 5\n", STOREKEEPER__DATA__FOLDER="/srv")
    settings = Settings(config, DECLARED)
    assert str(settings.source(LIMIT)).endswith("app.conf:2")
    assert str(settings.source(FOLDER)) == "environment STOREKEEPER__DATA__FOLDER"
    assert str(settings.source(ASK_PHONE)) == "default"


def test_file_only_settings_and_secrets_are_never_read_from_the_database():
    stored = Stored({"data.folder": "/evil", "till.token": "evil", "settings.use_db": "off"})
    settings = Settings(Config.of(USE_DB), DECLARED, stored)
    assert (settings[FOLDER], settings[TOKEN]) == ("data", None)


def test_a_change_in_the_database_is_seen_at_the_next_access():
    stored = Stored()
    settings = Settings(Config.of(USE_DB), DECLARED, stored)
    assert settings[LIMIT] == 10
    stored["customers.limit"] = "11"
    assert settings[LIMIT] == 11
    del stored["customers.limit"]
    assert settings[LIMIT] == 10


def test_a_stored_value_that_does_not_fit_is_logged_once_and_not_used(caplog):
    stored = Stored({"customers.limit": "many"})
    settings = Settings(Config.of({"customers.limit": "5"} | USE_DB), DECLARED, stored)
    with caplog.at_level(logging.WARNING, "storekeeper.settings"):
        assert (settings[LIMIT], settings[LIMIT]) == (5, 5)
    assert [record.name for record in caplog.records] == ["storekeeper.settings"]
    [problem] = settings.problems()
    assert str(problem).startswith("database: customers.limit is 'many': it must be a whole")
    stored["customers.limit"] = "6"
    assert settings.problems() == []


def test_a_value_in_the_files_that_does_not_fit_is_told_at_start(load):
    config = load("[customers]\nask_phone = maybe\n")
    with pytest.raises(
        BadValue, match=r"app.conf:2: customers.ask_phone is 'maybe': it must be true"
    ):
        Settings(config, DECLARED)
    with pytest.raises(BadValue, match=r"settings.use_db"):
        Settings(Config.of({"settings.use_db": "maybe"}), DECLARED)


def test_a_setting_that_nobody_declared_is_refused():
    with pytest.raises(Undeclared, match=r"customers.limit is not declared"):
        Settings(Config(), (ASK_PHONE,))[LIMIT]


def test_two_settings_with_one_key_are_refused_by_name():
    other = Setting("customers.limit", 1, "Most customers")
    with pytest.raises(BadSetting) as raised:
        Settings(Config(), (*DECLARED, other))
    said = "customers.limit is declared twice, as 'Limit' and as 'Most customers'"
    assert str(raised.value) == said


def test_the_same_setting_may_be_declared_again():
    assert Settings(Config(), (LIMIT, LIMIT))[LIMIT] == 10


def test_declared_settings_are_sorted_by_key():
    keys = ["customers.ask_phone", "customers.limit", "data.folder", "till.token"]
    assert list(Settings(Config(), DECLARED).declared) == keys
