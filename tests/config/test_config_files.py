"""Several files: which are read, what they inherit, who wins."""

import os
from pathlib import Path

import pytest

from app.config import Config, ConfigError, as_config, load_config, search_path
from app.config import files as config_files


def said(*paths, **environ):
    with pytest.raises(ConfigError) as raised:
        load_config(paths, environ=environ)
    assert len(str(raised.value).splitlines()) == 1
    return str(raised.value)


def names(config):
    return [path.name for path in config.files]


def test_a_descendant_overrides_what_it_inherits(write):
    write("base.conf", "[a]\nb = base\nc = base\n")
    path = write("site.conf", "[config]\ninherit = base.conf\n[a]\nb = site\n")
    config = load_config([path], environ={})
    assert dict(config) == {"a.b": "site", "a.c": "base"}
    assert names(config) == ["base.conf", "site.conf"]


def test_among_several_inherited_the_later_overrides(write):
    write("one.conf", "[a]\nb = one\n")
    write("folder/two.conf", "[a]\nb = two\n")
    path = write("folder/site.conf", "[config]\ninherit = ../one.conf,\n  two.conf\n")
    assert load_config([path], environ={})["a.b"] == "two"


def test_a_file_reached_twice_is_read_once_before_both_heirs(write):
    write("base.conf", "[a]\nb = base\n")
    write("left.conf", "[config]\ninherit = base.conf\n[a]\nb = left\n")
    write("right.conf", "[config]\ninherit = base.conf\n")
    path = write("site.conf", "[config]\ninherit = left.conf, right.conf\n")
    config = load_config([path], environ={})
    assert config["a.b"] == "left"
    assert names(config) == ["base.conf", "left.conf", "right.conf", "site.conf"]


def test_of_several_files_at_once_the_later_overrides(write):
    one, two = write("one.conf", "[a]\nb = 1\n"), write("two.conf", "[a]\nb = 2\n")
    assert load_config([one, two], environ={})["a.b"] == "2"
    assert load_config([str(two), str(one)], environ={})["a.b"] == "1"


def test_the_environment_names_files_when_nobody_else_does(write):
    one, two = write("one.conf", "[a]\nb = 1\n"), write("two.conf", "[a]\nb = 2\n")
    environ = {"STOREKEEPER_CONFIG": f"{one}{os.pathsep}{two}"}
    assert load_config(environ=environ)["a.b"] == "2"
    assert load_config([one], environ=environ)["a.b"] == "1"


def test_the_search_path_layers_all_that_exist_and_the_nearest_wins(write, tmp_path, monkeypatch):
    write("etc/storekeeper.conf", "[a]\nb = system\nc = system\nd = system\n")
    write("home/.config/storekeeper/storekeeper.conf", "[a]\nb = user\nc = user\n")
    write("here/storekeeper.conf", "[a]\nb = near\n")
    monkeypatch.setattr(config_files, "SYSTEM_FOLDER", str(tmp_path / "etc"))
    monkeypatch.chdir(tmp_path / "here")
    environ = {"HOME": str(tmp_path / "home")}
    assert dict(load_config(environ=environ)) == {"a.b": "near", "a.c": "user", "a.d": "system"}
    assert dict(load_config(environ=environ, search=False)) == {}


def test_the_user_folder_follows_xdg():
    assert Path("/x/storekeeper/storekeeper.conf") in search_path({"XDG_CONFIG_HOME": "/x"})
    assert len(search_path({})) == 2


def test_nothing_found_is_an_empty_configuration(tmp_path, monkeypatch):
    monkeypatch.setattr(config_files, "SYSTEM_FOLDER", str(tmp_path / "etc"))
    monkeypatch.chdir(tmp_path)
    config = load_config(environ={"HOME": str(tmp_path)})
    assert (dict(config), config.files) == ({}, ())


def test_single_values_of_the_environment_win_over_files(load):
    config = load("[db]\nurl = a\n", STOREKEEPER__DB__URL="100% %(x)s", STOREKEEPER__A__B__C_D="e")
    assert dict(config) == {"a.b.c_d": "e", "db.url": "100% %(x)s"}
    assert str(config.value("db.url").source) == "environment STOREKEEPER__DB__URL"


def test_files_see_the_values_of_the_environment(load):
    config = load("[a]\nb = 1\nc = <%(b)s>\n", STOREKEEPER__A__B="2")
    assert config["a.c"] == "<2>"


def test_an_inheritance_circle_is_shown_as_a_chain(write, tmp_path):
    path = write("a.conf", "[config]\ninherit = b.conf\n")
    write("b.conf", "[config]\n\ninherit = c.conf\n")
    write("c.conf", "[config]\ninherit = b.conf\n")
    chain = f"{tmp_path}/b.conf -> {tmp_path}/c.conf -> {tmp_path}/b.conf"
    assert said(path) == f"{tmp_path}/c.conf:2: inherits in a circle: {chain}"


def test_a_file_that_inherits_itself_is_a_circle(write):
    path = write("a.conf", "[config]\ninherit = a.conf\n")
    assert said(path) == f"{path}:2: inherits in a circle: {path} -> {path}"


def test_a_circle_is_seen_through_links(write, tmp_path):
    path = write("a.conf", "[config]\ninherit = link.conf\n")
    (tmp_path / "link.conf").symlink_to(path)
    assert "inherits in a circle" in said(path)


def test_a_very_long_line_of_heirs_is_refused(write):
    for number in range(70):
        write(f"{number}.conf", f"[config]\ninherit = {number + 1}.conf\n")
    assert said(write("x.conf", "[config]\ninherit = 0.conf\n")).endswith(
        "more than 64 files inherit one another"
    )


def test_a_missing_file_says_who_wants_it(write, tmp_path):
    gone = tmp_path / "gone.conf"
    heir = write("a.conf", "[config]\n\ninherit = gone.conf\n")
    assert said(gone) == f"{gone} does not exist; it was named with -c"
    assert said(heir) == f"{heir}:3: inherits {gone}, which does not exist"
    assert (
        said(STOREKEEPER_CONFIG=str(gone))
        == f"environment STOREKEEPER_CONFIG: names {gone}, which does not exist"
    )


def test_a_folder_is_no_file(tmp_path):
    assert said(tmp_path) == f"{tmp_path} is a folder, not a file; it was named with -c"


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file nobody can read")
def test_an_unreadable_file_says_why():
    assert said("/proc/self/mem").startswith("/proc/self/mem cannot be read (")


def test_a_broken_link_on_the_search_path_is_not_overlooked(tmp_path, monkeypatch):
    (tmp_path / "storekeeper.conf").symlink_to(tmp_path / "gone")
    monkeypatch.setattr(config_files, "SYSTEM_FOLDER", str(tmp_path))
    assert said().endswith("storekeeper.conf does not exist; it is on the search path")


def test_a_name_that_no_file_can_have_is_said_so():
    assert "is not the name of a file" in said("a\0b")


@pytest.mark.parametrize("name", ["STOREKEEPER__URL", "STOREKEEPER__", "STOREKEEPER__A__"])
def test_a_variable_that_is_no_key_is_refused(name):
    assert (
        said(**{name: "x"}) == f"environment {name}: is no key; write STOREKEEPER__SECTION__OPTION"
    )


def test_two_variables_for_one_key_are_refused():
    assert (
        said(STOREKEEPER__A__B="1", STOREKEEPER__a__b="2")
        == "environment STOREKEEPER__a__b: means the same as STOREKEEPER__A__B"
    )


def test_a_variable_cannot_inherit():
    assert "[config] works only in files" in said(STOREKEEPER__CONFIG__INHERIT="x")


def test_a_variable_that_is_not_utf_8_is_refused():
    assert (
        said(STOREKEEPER__A__B="\udcff") == "environment STOREKEEPER__A__B: the value is not UTF-8"
    )


def test_whatever_stands_for_a_configuration_becomes_one(write):
    path = write("a.conf", "[a]\nb = 1\n")
    config = Config.of({"a.b": "1"})
    assert as_config(config) is config
    assert as_config({"a.b": "1"}) == as_config([path]) == as_config(str(path)) == config


def test_the_section_of_a_key_comes_without_its_prefix():
    config = Config.of({"db.url": "x", "db.pool.size": "5", "dbx.url": "y"})
    assert config.section("DB") == {"url": "x", "pool.size": "5"}


def test_a_key_without_value_says_where_it_was_looked_for(load):
    config = load("[a]\nb = 1\n")
    assert config.get("till.url") is None
    with pytest.raises(KeyError) as raised:
        config["till.url"]
    assert str(raised.value).startswith("till.url is not configured; it is in none of these files")


def test_a_configuration_does_not_show_its_values_by_accident(load):
    config = load("[db]\npassword = hunter2\n")
    assert "hunter2" not in repr(config) + repr(config.value("db.password"))


def test_values_of_the_command_line_make_a_new_configuration():
    config = Config.of({"web.port": "1"})
    assert config.plus({"web.port": "2"})["web.port"] == "2"
    assert config["web.port"] == "1"
    assert str(config.value("web.port").source) == "given in code"
