"""The reference page of settings, written from their declarations.

`python -m app.config.reference` brings docs/reference/config.md up to date.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

from app.config.setting import Setting
from app.config.settings import by_key
from app.config.show import shown_text

START, END = "<!-- settings: generated -->", "<!-- end of settings -->"


def settings_reference(declared: Iterable[Setting[Any]]) -> str:
    """All settings as Markdown: a heading for each section, and its table."""
    settings = by_key(declared).values()
    sections = groupby(settings, key=lambda setting: setting.key.partition(".")[0])
    return "\n".join(_section(name, list(members)) for name, members in sections)


def with_reference(page: str, declared: Iterable[Setting[Any]]) -> str:
    """The page with the tables between its two markers made anew."""
    before, _, rest = page.partition(START)
    after = rest.partition(END)[2]
    return f"{before}{START}\n{settings_reference(declared)}{END}{after}"


def _section(name: str, settings: list[Setting[Any]]) -> str:
    rows = "".join(_row(setting) for setting in settings)
    return f"### [{name}]\n\n| Setting | Type | Default | Meaning |\n|---|---|---|---|\n{rows}"


def _row(setting: Setting[Any]) -> str:
    default = shown_text(setting, setting.default)
    cells = (
        f"`{setting.key}`",
        _type(setting),
        f"`{default}`" if default else "none",
        _meaning(setting),
    )
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |\n"


def _type(setting: Setting[Any]) -> str:
    if not setting.choices:
        return setting.kind.name
    choices = map(setting.kind_of_choice.format, setting.choices)
    return f"{setting.kind.name}: {', '.join(f'`{choice}`' for choice in choices)}"


def _meaning(setting: Setting[Any]) -> str:
    meaning = f"**{setting.label}.** {setting.help}".strip()
    if setting.secret:
        return f"{meaning} *Secret: files or environment only.*"
    if setting.file_only:
        return f"{meaning} *Files or environment only.*"
    return meaning


if __name__ == "__main__":
    from app.config.core import CORE_SETTINGS

    page = Path("docs/reference/config.md")
    page.write_text(with_reference(page.read_text(), CORE_SETTINGS))
