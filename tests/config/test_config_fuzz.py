"""Whatever a file holds, it is a configuration or one line about what is wrong."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import Config, ConfigError, load_config
from app.config.environment import environment_values
from app.config.ini import parse_ini
from app.config.interpolation import resolve

PIECES = ["[a]", "[a.b]", "[config]", "inherit", "b", "c", ".", " = ", "%", "%(", ")s", "%(b)s"]
MORE = ["%(env:X)s", "%(here)s", "\n", "\r", "  ", "#", ";", "=", "\ufeff", "\x85", "\u2028", "é"]
PIECEWISE = st.lists(st.sampled_from(PIECES + MORE), max_size=40).map("".join)
TEXTS = st.one_of(PIECEWISE, st.text()).map(str.encode)


def outcome(data: bytes, environ: dict[str, str]) -> Config | str:
    try:
        file = parse_ini(data, "app.conf")
        return Config(resolve(file.entries, environment_values(environ), environ))
    except ConfigError as error:
        return str(error)


@given(st.one_of(st.binary(), TEXTS))
def test_any_bytes_are_a_configuration_or_one_line(data):
    result = outcome(data, {"X": "x"})
    if isinstance(result, str):
        assert len(result.splitlines()) == 1
        assert result.startswith("app.conf:")
    else:
        assert all(isinstance(text, str) for text in result.values())


@given(st.dictionaries(st.sampled_from(["A__B", "A", "", "A__B__C", "Ä__ß", "a__b"]), st.text()))
def test_any_environment_is_a_configuration_or_one_line(given_):
    result = outcome(b"[a]\nb = %(c)s\nc = 1", {f"STOREKEEPER__{k}": v for k, v in given_.items()})
    if isinstance(result, str):
        assert len(result.splitlines()) == 1


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "app.conf"


NAMES = st.text(st.characters(exclude_characters="/"))  # it shall not find files of this machine


@given(name=NAMES)
def test_any_name_to_inherit_is_one_line(path, name):
    path.write_bytes(f"[config]\ninherit = {name}".encode(errors="replace"))
    try:
        result = ""
        load_config([path], environ={})
    except ConfigError as error:
        result = str(error)
    assert len(result.splitlines()) <= 1


KEYS = st.from_regex(r"[a-z0-9_-]{1,8}", fullmatch=True)
LINES = st.text(st.characters(exclude_categories=["C", "Z"])).filter(lambda text: text[:1] != "%")


@given(st.dictionaries(KEYS, LINES))
def test_plain_values_are_read_as_they_are_written(options):
    lines = "".join(f"{key} = {text.replace('%', '%%')}\n" for key, text in options.items())
    result = outcome(f"[a]\n{lines}".encode(), {})
    assert isinstance(result, Config)
    assert result.section("a") == options
