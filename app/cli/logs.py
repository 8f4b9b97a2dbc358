"""Where log messages go: to the standard error, the standard output being for answers."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from app.config.values import ConfigError

if TYPE_CHECKING:
    from app.config import Config

LEVELS = logging.getLevelNamesMapping()
SECTION = "logger"


def log_for_people(config: Config) -> None:
    """For commands: warnings, a line each; with `[log] level = debug` all, and tracebacks."""
    if _level(config) == logging.DEBUG:
        log_for_operators(config)
    else:
        _log(config, _OneLine("%(levelname)s: %(message)s"), logging.WARNING)


def log_for_operators(config: Config) -> None:
    """For what runs on and on: what `log.level` and the section [logger] ask for, with times."""
    form = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"
    _log(config, logging.Formatter(form), _level(config))


class _OneLine(logging.Formatter):
    """No tracebacks: whoever calls a command is told in a sentence."""

    def format(self, record: logging.LogRecord) -> str:
        return (super().format(record).splitlines() or [""])[0]


def _level(config: Config) -> int:
    return LEVELS.get((config.get("log.level") or "info").upper(), logging.INFO)


def _log(config: Config, formatter: logging.Formatter, level: int) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    logging.getLogger("storekeeper").setLevel(level)
    for name, wanted in config.section(SECTION).items():
        if wanted.upper() not in LEVELS:
            known = config.value(f"{SECTION}.{name}")
            raise ConfigError(f"there is no log level {wanted}", known.source if known else None)
        logging.getLogger(name).setLevel(wanted.upper())
