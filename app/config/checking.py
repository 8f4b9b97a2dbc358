"""Checking: what is wrong with a configuration, all of it, with file and line."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.config.config import Config
from app.config.files import load_config
from app.config.setting import BadValue, Setting
from app.config.settings import by_key
from app.config.values import ConfigError, Problem, Source, shortened


def check(
    config: Config, declared: Iterable[Setting[Any]], *, free: Iterable[str] = ()
) -> list[Problem]:
    """Values that do not fit and keys that nobody declares, by file and line.

    Below the prefixes in `free`, such as `logger.`, anything is allowed.
    """
    settings, free = by_key(declared), tuple(free)
    problems = [*_bad_values(config, settings), *_unknown(config, settings, free)]
    return sorted(problems, key=lambda problem: _place(problem.source))


def check_files(
    paths: Sequence[Path | str],
    declared: Iterable[Setting[Any]],
    *,
    free: Iterable[str] = (),
    environ: Mapping[str, str] = os.environ,
) -> list[Problem]:
    """The same for files that may not even be readable; a ConfigError becomes a problem."""
    try:
        return check(load_config(paths, environ=environ), declared, free=free)
    except ConfigError as error:
        return [Problem(error.message, source=error.source)]


def _bad_values(config: Config, settings: Mapping[str, Setting[Any]]) -> Iterable[Problem]:
    for key, setting in settings.items():
        value = config.value(key)
        if value is None:
            continue
        try:
            setting.parse(value.text, value.source)
        except BadValue as error:
            yield Problem(error.message, key, value.source)


def _unknown(
    config: Config, settings: Mapping[str, Setting[Any]], free: tuple[str, ...]
) -> Iterable[Problem]:
    sections = {_section(key) for key in (*settings, *free)}
    reported = set()
    for key in sorted(config, key=lambda key: _place(_source(config, key))):
        section = _section(key)
        if key in settings or key.startswith(free) or section in reported:
            continue
        if section in sections:
            message = f"unknown key {shortened(key)}{_did_you_mean(key, settings)}"
        else:
            reported.add(section)
            close = _did_you_mean(section, sections, "[{}]")
            message = f"unknown section [{shortened(section)}]{close}"
        yield Problem(message, key, _source(config, key))


def _did_you_mean(word: str, known: Collection[str], shown: str = "{}") -> str:
    from difflib import get_close_matches

    close = get_close_matches(word, known, n=1, cutoff=0.7)
    return f"; did you mean {shown.format(close[0])}?" if close else ""


def _section(key: str) -> str:
    return key.partition(".")[0]


def _source(config: Config, key: str) -> Source | None:
    value = config.value(key)
    return value.source if value else None


def _place(source: Source | None) -> tuple[str, int]:
    if source is None:
        return ("", 0)
    return (source.file or source.place, source.line or 0)
