"""Where log messages go: to the standard error, the standard output being for answers."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from app.config.values import ConfigError

if TYPE_CHECKING:
    from app.config import Config

LEVELS = logging.getLevelNamesMapping()
SECTION = "logger"
NAME = "storekeeper"


def log_for_people(config: Config) -> None:
    """For commands: warnings only; with `[log] level = debug` everything, and tracebacks."""
    if _level(config) == logging.DEBUG:
        log_for_operators(config)
    else:
        handler = _to_stderr(logging.Formatter("%(levelname)s: %(message)s"))
        handler.addFilter(_is_news)
        _log(config, handler, logging.WARNING)


def log_for_operators(config: Config, process: str = "storekeeper") -> None:
    """For what runs on and on: what `log.level` and the section [logger] ask for, with times.

    `process` is what this process is: web, worker. `[log] format = json` is for programs.
    """
    from app.cli.log_lines import formatter

    form = config.get("log.format") or "text"
    handler = _to_stderr(formatter(form, process, secrets_of(config)))
    _log(config, handler, _level(config))


def secrets_of(config: Config) -> set[str]:
    """All that must not be seen: values of secret settings, and passwords in addresses."""
    from app.config.masking import sounds_secret
    from app.plugins import Registry, load_plugins

    declared = Registry(load_plugins()).all("settings")
    found = set()
    for key in config:
        value = config[key]
        if sounds_secret(key) or (key in declared and declared[key].secret):
            found.add(value)
        elif "://" in value and (password := _password(value)):
            found |= {password, unquote(password)}
    return found


def _password(address: str) -> str | None:
    try:
        return urlsplit(address).password
    except ValueError:
        return None


def _is_news(record: logging.LogRecord) -> bool:
    """Whether nobody else tells it: an error that is logged is also raised, and told at the end."""
    return record.exc_info is None


def _level(config: Config) -> int:
    return LEVELS.get((config.get("log.level") or "info").upper(), logging.INFO)


def _to_stderr(form: logging.Formatter) -> logging.Handler:
    handler = logging.StreamHandler()
    handler.set_name(NAME)
    handler.setFormatter(form)
    return handler


def _log(config: Config, handler: logging.Handler, level: int) -> None:
    root = logging.getLogger()
    for old in [old for old in root.handlers if old.get_name() == NAME]:
        root.removeHandler(old)
    root.addHandler(handler)
    logging.getLogger("storekeeper").setLevel(level)
    for name, wanted in config.section(SECTION).items():
        if wanted.upper() not in LEVELS:
            known = config.value(f"{SECTION}.{name}")
            raise ConfigError(f"there is no log level {wanted}", known.source if known else None)
        logging.getLogger(name).setLevel(wanted.upper())
