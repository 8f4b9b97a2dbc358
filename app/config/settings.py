"""Settings: the declared values of this node, from the database, the files or their default."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, TypeVar

from app.config.config import Config
from app.config.flags import FeatureFlag
from app.config.setting import BadSetting, BadValue, Setting
from app.config.values import DATABASE, DEFAULT, Problem, Source

T = TypeVar("T")

USE_DB = Setting(
    "settings.use_db",
    False,
    "Settings in the database",
    "When on, values saved in the settings editor win over those in files.",
    file_only=True,
)


class Stored(Protocol):
    """The settings kept in the database, as a later layer offers them."""

    def get(self, key: str) -> str | None:
        """The text stored now, or None. It is asked at every access, so it must be fast."""


class Undeclared(BadSetting):
    """Somebody asks for a setting that nobody has declared."""


class Settings:
    """Typed access: `settings[ASK_PHONE]` is a bool, and mypy knows it.

    The order is database (if `settings.use_db` is on in the files, and unless the setting is
    file_only), then files and environment, then the default. Raises ConfigError at once if two
    settings have one key or a value in the files does not fit.
    """

    def __init__(
        self,
        config: Config,
        declared: Iterable[Setting[Any]],
        stored: Stored | None = None,
    ) -> None:
        self.config = config
        self.declared: Mapping[str, Setting[Any]] = MappingProxyType(by_key(declared))
        self._stored = stored if self._configured(USE_DB).value else None
        self._known: dict[str, _Answer] = {}
        self._logged: set[tuple[str, str]] = set()
        for setting in self.declared.values():
            self._configured(setting)

    def __getitem__(self, setting: Setting[T]) -> T:
        value: T = self._answer(setting).value
        return value

    def source(self, setting: Setting[Any]) -> Source:
        """Where the value comes from: a line of a file, the environment, database or default."""
        return self._answer(setting).source

    def enabled(
        self, flag: FeatureFlag, *, user_key: object = None, roles: Collection[str] = ()
    ) -> bool:
        """Whether a feature is on for this user, who may be nobody."""
        return self[flag].includes(flag.key, user_key, roles)

    def problems(self) -> list[Problem]:
        """The values in the database that do not fit and are therefore not used."""
        answers = (self._answer(setting) for setting in self.declared.values())
        return [answer.problem for answer in answers if answer.problem]

    def _answer(self, setting: Setting[Any]) -> _Answer:
        if self.declared.get(setting.key) is not setting:
            raise Undeclared(
                f"the setting {setting.key} is not declared; a plugin must return it in settings()"
            )
        text = self._stored.get(setting.key) if self._stored and not setting.file_only else None
        known = self._known.get(setting.key)
        # Whoever stores the values sees changes; only the work of parsing is saved here.
        if known is None or known.stored != text:
            known = self._known[setting.key] = self._look_up(setting, text)
        return known

    def _look_up(self, setting: Setting[Any], text: str | None) -> _Answer:
        if text is None:
            return self._configured(setting)
        try:
            return _Answer(setting.parse(text, DATABASE), DATABASE, text)
        except BadValue as error:
            self._log(setting.key, text, error)
            problem = Problem(error.message, setting.key, DATABASE)
            return self._configured(setting)._replace(stored=text, problem=problem)

    def _configured(self, setting: Setting[Any]) -> _Answer:
        found = self.config.value(setting.key)
        if found is None:
            return _Answer(setting.default, DEFAULT)
        return _Answer(setting.parse(found.text, found.source), found.source)

    def _log(self, key: str, text: str, error: BadValue) -> None:
        if (key, text) not in self._logged:
            from logging import getLogger

            self._logged.add((key, text))
            getLogger("storekeeper.settings").warning("%s; it is not used", error)


class _Answer(NamedTuple):
    value: Any
    source: Source
    stored: str | None = None
    problem: Problem | None = None


def by_key(declared: Iterable[Setting[Any]]) -> dict[str, Setting[Any]]:
    """All settings, sorted by key. Raises BadSetting that names all that share a key."""
    found: dict[str, Setting[Any]] = {}
    twice = []
    for setting in declared:
        first = found.setdefault(setting.key, setting)
        if first is not setting:
            twice.append(
                f"{setting.key} is declared twice, as '{first.label}' and as '{setting.label}'"
            )
    if twice:
        raise BadSetting("; ".join(twice))
    return dict(sorted(found.items()))
