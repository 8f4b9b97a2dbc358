"""One declared setting: strict reading, exact writing, honest declarations."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import BadSetting, BadValue, ConfigError, Kind, Setting, Source

WORDS = st.from_regex(r"[\w.-]+", fullmatch=True)
VALUES = {
    "text": st.text(),
    "bool": st.booleans(),
    "int": st.integers(),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "decimal": st.decimals(-(10**12), 10**12, allow_nan=False, places=4),
    "date": st.dates(),
    "duration": st.timedeltas(),
    "path": st.lists(WORDS, min_size=1).map(lambda parts: Path(*parts)),
    "list": st.lists(WORDS),
    "tuple": st.lists(WORDS).map(tuple),
}


@pytest.mark.parametrize("kind", VALUES)
@given(data=st.data())
def test_what_is_written_is_read_back(kind, data):
    value = data.draw(VALUES[kind])
    setting = Setting("a.b", value, "B")
    assert setting.parse(setting.format(value)) == value
    assert type(setting.parse(setting.format(value))) is type(value)


@pytest.mark.parametrize("default", [True, 1, 1.5, Decimal(1), date.min, timedelta(1), Path("x")])
@given(text=st.text())
def test_any_text_is_a_value_or_one_line_that_names_the_key(default, text):
    said = ""
    try:
        Setting("a.b", default, "B").parse(text)
    except BadValue as error:
        said = str(error)
    assert len(said.splitlines()) <= 1
    assert said[:8] in ("", "a.b is '")


@pytest.mark.parametrize(
    ("default", "text", "value"),
    [
        (False, "Yes", True),
        (True, "0", False),
        (1, " +42 ", 42),
        (1.0, "2.5e3", 2500.0),
        (Decimal(1), "2.50", Decimal("2.50")),
        (date.min, "2026-02-28", date(2026, 2, 28)),
        (timedelta(1), "15 min", timedelta(minutes=15)),
        (timedelta(1), "2 h", timedelta(hours=2)),
        (timedelta(1), "90s", timedelta(seconds=90)),
        (timedelta(1), "1 day 1.5 hours", timedelta(days=1, minutes=90)),
        (timedelta(1), "-2 weeks", timedelta(days=-14)),
        (["x"], "a, b,\nc,", ["a", "b", "c"]),
        (("x",), "", ()),
        (Path("x"), "~", Path.home()),
    ],
)
def test_usual_ways_of_writing_are_understood(default, text, value):
    assert Setting("a.b", default, "B").parse(text) == value


@pytest.mark.parametrize(
    ("default", "text"),
    [
        *[(False, text) for text in ("", "2", "ja", "offf", "none", "enabled")],
        *[(1, text) for text in ("", "1.0", "1e3", "1_000", "١", "0x1", "1,000", "9" * 1001)],
        *[(1.0, text) for text in ("", "nan", "inf", "1e999", "1,5")],
        *[(Decimal(1), text) for text in ("", "NaN", "1e3", "1,50", "$2")],
        *[(date.min, text) for text in ("", "20260101", "2026-W01-1", "2026-02-30", "1.2.2026")],
        *[
            (timedelta(1), text)
            for text in ("", "15", "1 month", "min", "1 h x", "9999999999 days")
        ],
        (Path("x"), ""),
    ],
)
def test_anything_else_is_refused(default, text):
    with pytest.raises(BadValue):
        Setting("a.b", default, "B").parse(text)


def test_a_bad_value_names_key_source_and_what_is_accepted():
    with pytest.raises(ConfigError) as raised:
        Setting("web.port", 5000, "Port").parse("fifty", Source("/etc/app.conf", 3))
    assert (
        str(raised.value)
        == "/etc/app.conf:3: web.port is 'fifty': it must be a whole number, such as 25"
    )


def test_a_bad_secret_is_not_shown_and_an_address_is_masked():
    with pytest.raises(BadValue) as raised:
        Setting("a.pin", 1, "Pin", secret=True).parse("hunter2")
    assert "hunter2" not in str(raised.value)
    assert raised.value.__cause__ is None
    with pytest.raises(BadValue, match=r"u:\*\*\*@h"):
        Setting("a.url", "", "Url", validate=lambda url: url and "no").parse("x://u:hunter2@h")


def test_a_setting_without_default_has_a_type_and_reads_nothing_as_none():
    setting: Setting[int | None] = Setting("a.b", None, "B", type=int)
    assert (setting.parse(" "), setting.parse("3"), setting.format(None)) == (None, 3, "")


def test_only_the_choices_are_accepted():
    setting = Setting("a.b", "info", "B", choices=("info", "error"))
    with pytest.raises(BadValue, match=r"a.b is 'Info': it must be one of info, error"):
        setting.parse("Info")
    days = Setting[tuple[str, ...]]("a.b", ("mon",), "B", choices=("mon", "tue"))
    assert days.parse("tue, mon") == ("tue", "mon")
    with pytest.raises(BadValue):
        days.parse("mon, sun")


def test_a_validation_answers_in_words():
    setting = Setting(
        "a.b", 2, "B", validate=lambda number: "it must be even" if number % 2 else ""
    )
    assert setting.parse("4") == 4
    with pytest.raises(BadValue, match=r"a.b is '3': it must be even"):
        setting.parse("3")


def test_a_secret_is_file_only():
    assert Setting[str | None]("a.b", None, "B", type=str, secret=True).file_only


def test_a_project_may_have_types_of_its_own():
    hexadecimal = Kind(
        "hexadecimal", "a number such as ff", lambda text: int(text, 16), "{:x}".format
    )
    setting = Setting("a.b", 255, "B", type=hexadecimal)
    assert (setting.parse("10"), setting.format(255)) == (16, "ff")


@pytest.mark.parametrize(
    ("declaration", "said"),
    [
        ({"default": None}, "without a default it needs a type"),
        ({"default": object()}, "its type is not known"),
        ({"default": 1, "type": set}, "its type is not known"),
        ({"default": 1, "type": bool}, "its default is not true, yes"),
        ({"default": "x", "type": int}, "its default does not fit"),
        ({"default": "x", "type": Decimal}, "its default is not a decimal"),
        ({"default": ["a,b"]}, "its default is not texts"),
        ({"default": [1]}, "its default is not texts"),
        (
            {"default": "x", "choices": ("y",)},
            "its default does not fit; a.b is 'x': it must be on",
        ),
        ({"default": 1, "validate": lambda _: "it is bad"}, "its default does not fit; a.b is '1'"),
        ({"default": 1, "key": "port"}, "its key must look like section.option"),
        ({"default": 1, "key": "Web.port"}, "its key must look like section.option"),
        ({"default": 1, "key": "config.inherit"}, "the section config belongs to the files"),
    ],
)
def test_a_declaration_that_cannot_work_is_refused_at_once(declaration, said):
    with pytest.raises(BadSetting) as raised:
        Setting(**{"key": "a.b", "label": "B", **declaration})
    assert f"is declared wrongly: {said}" in str(raised.value)
