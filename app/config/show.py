"""Showing: the whole configuration for people, with what is secret masked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.config.config import Config
from app.config.masking import MASK, masked, sounds_secret
from app.config.setting import Setting
from app.config.settings import Settings
from app.config.values import Value


@dataclass(frozen=True, slots=True)
class Shown:
    """One key as people and `--json` see it: texts only, nothing secret in it."""

    key: str
    value: str
    source: str
    type: str
    default: str
    label: str


def describe(config: Config, settings: Settings) -> list[Shown]:
    """All declared settings, and whatever else is in the files, by key."""
    declared = [_declared(setting, settings) for setting in settings.declared.values()]
    others = [
        _other(key, value)
        for key in config
        if key not in settings.declared and (value := config.value(key))
    ]
    return sorted([*declared, *others], key=lambda shown: shown.key)


def shown_text(setting: Setting[Any], value: Any) -> str:
    """The text of a value that others may see."""
    text = setting.format(value)
    return MASK if setting.secret and text else masked(text)


def _declared(setting: Setting[Any], settings: Settings) -> Shown:
    return Shown(
        key=setting.key,
        value=shown_text(setting, settings[setting]),
        source=str(settings.source(setting)),
        type=setting.kind.name,
        default=shown_text(setting, setting.default),
        label=setting.label,
    )


def _other(key: str, value: Value) -> Shown:
    text = MASK if sounds_secret(key) and value.text else masked(value.text)
    return Shown(key, text, str(value.source), type="not declared", default="", label="")
