"""The settings of the product, and their page in the documentation."""

import re
from pathlib import Path

import pytest

from app.config import BadValue, Config, Settings, check, core, importing, incidents, mail, work
from app.config.core import CORE_SETTINGS
from app.config.ini import parse_ini
from app.config.interpolation import resolve
from app.config.reference import settings_reference, with_reference
from app.config.setting import Setting

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "reference/config.md"


def test_every_setting_of_the_core_is_declared():
    constants = {
        id(value)
        for module in (core, mail, importing, incidents, work)
        for value in vars(module).values()
        if isinstance(value, Setting)
    }
    assert constants == {id(setting) for setting in CORE_SETTINGS}


def test_no_two_settings_share_a_key():
    assert len(Settings(Config(), CORE_SETTINGS).declared) == len(CORE_SETTINGS)


def test_every_setting_has_a_label_and_a_place_in_the_reference():
    page = PAGE.read_text("utf-8")
    assert all(setting.label and f"`{setting.key}`" in page for setting in CORE_SETTINGS)


def test_the_reference_is_up_to_date():
    # If not: python -m app.config.reference
    page = PAGE.read_text("utf-8")
    assert with_reference(page, CORE_SETTINGS) == page


@pytest.mark.parametrize("page", ["reference/config.md", "how-to/configure.md"])
def test_every_example_of_the_documentation_is_right(page):
    for example in re.findall(r"```ini\n(.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL):
        file = parse_ini(example.encode(), page)
        config = Config(resolve(file.entries, {}, {"DB_PASSWORD": "x"}))
        assert check(config, CORE_SETTINGS, free=["features."]) == []


def test_the_reference_shows_type_default_and_meaning():
    level = Setting("log.level", "a|b", "Level", "Help.", choices=("a|b", "c"), file_only=True)
    assert settings_reference([level]) == (
        "### [log]\n\n| Setting | Type | Default | Meaning |\n|---|---|---|---|\n"
        "| `log.level` | text: `a&#124;b`, `c` | `a&#124;b` | "
        "**Level.** Help. *Files or environment only.* |\n"
    )


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("DB_URL", "postgresql://localhost/shop", "mysql://localhost/shop"),
        ("DB_URL", "postgresql+psycopg2://localhost/shop", "postgres://localhost/shop"),
        ("WEB_PORT", "80", "0"),
        ("WEB_WORKERS", "4", "0"),
        ("WEB_PROXIES", "0", "-1"),
        ("WEB_LOCALE", "zh_Hant_TW", "english"),
        ("WEB_TIME_ZONE", "America/New_York", "America"),
        ("WEB_TIME_ZONE", "Europe/Berlin", "../etc/passwd"),
        ("WEB_TIME_ZONE", "UTC", "Mars/Olympus"),
        ("WEB_CURRENCY", "EUR", "Euro"),
        ("WEB_SESSION_IDLE", "45 min", "0 s"),
        ("SHOP_NAME", "Corner Shop", ""),
        ("LOG_LEVEL", "debug", "loud"),
    ],
)
def test_values_that_cannot_be_are_refused(name, good, bad):
    setting = getattr(core, name)
    setting.parse(good)
    with pytest.raises(BadValue):
        setting.parse(bad)
