"""The commands that list what is there, without touching a database."""

from __future__ import annotations

import pytest


def test_the_core_is_the_first_plugin(storekeeper):
    first, *_ = storekeeper("plugins", "--json").json
    assert (first["key"], first["class"]) == ("core", "app.core_plugin:Core")


def test_every_setting_is_listed_with_its_default(storekeeper):
    found = {setting["key"]: setting for setting in storekeeper("settings", "--json").json}
    assert found["web.port"]["default"] == "5000"
    assert found["web.secret_key"]["secret"]


def test_every_route_says_its_permission(storekeeper):
    found = {route["endpoint"]: route for route in storekeeper("routes", "--json").json}
    assert found["products.edit"]["permission"] == "products.edit"
    assert found["products.edit"]["methods"] == ["GET", "POST"]
    assert [route for route in found.values() if not route["permission"]] == []


def test_every_permission_opens_something(storekeeper):
    found = {
        row["permission"]: row["addresses"] for row in storekeeper("permissions", "--json").json
    }
    assert "/products/new" in found["products.create"]
    assert not found.keys() & {"public", "login"}


@pytest.mark.parametrize("command", ["plugins", "settings", "routes", "permissions"])
def test_a_person_gets_a_table(storekeeper, command):
    answer = storekeeper(command)
    assert answer.code == 0
    assert answer.out.splitlines()[1].startswith("---")


def test_listing_routes_makes_no_files(storekeeper, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    storekeeper("routes")
    assert not (tmp_path / "data").exists()


def test_an_unknown_command_is_wrong_usage(storekeeper):
    answer = storekeeper("nonsense")
    assert answer.code == 2
    assert "No such command 'nonsense'" in answer.err
