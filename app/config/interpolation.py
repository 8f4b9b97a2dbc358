"""Interpolation: `%(here)s`, `%(option)s`, `%(section.option)s`, `%(env:NAME)s`, `%%`.

It works on what the layers amount to, so an inherited value sees what its descendants override.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from app.config.environment import environment_text
from app.config.ini import Entry
from app.config.values import LARGEST_VALUE, ConfigError, Value, shortened

LARGEST_WHOLE = 64 * LARGEST_VALUE


def resolve(
    entries: Mapping[str, Entry], fixed: Mapping[str, Value], environ: Mapping[str, str]
) -> dict[str, Value]:
    """Replace all interpolations in `entries`, sorted by key. `fixed` values win, untouched."""
    known = entries.keys() | fixed.keys()
    templates = {
        key: _template(entry, environ, known) for key, entry in entries.items() if key not in fixed
    }
    values = dict(fixed)
    room = LARGEST_WHOLE
    for key in _in_order(templates, entries):
        texts = [
            part if isinstance(part, str) else values[part.key].text for part in templates[key]
        ]
        size = sum(map(len, texts))
        room -= size
        if size > LARGEST_VALUE or room < 0:
            raise ConfigError(
                f"{shortened(key)} grows too large by its interpolations", entries[key].source
            )
        values[key] = Value("".join(texts), entries[key].source)
    return {key: values[key] for key in sorted(values)}


def resolve_alone(entry: Entry, environ: Mapping[str, str]) -> str:
    """The text of an entry that cannot refer to others: only `here` and `env:` are known."""
    return "".join(part for part in _template(entry, environ, ()) if isinstance(part, str))


class _Reference(NamedTuple):
    key: str


_Template = list[str | _Reference]

# A % before anything else stands for itself, since addresses are full of %40 and the like.
_MARK = re.compile(r"%%|%\((?P<name>[^)]*)\)s|%\(")


def _template(entry: Entry, environ: Mapping[str, str], known: Collection[str]) -> _Template:
    parts: _Template = []
    end = 0
    for mark in _MARK.finditer(entry.text):
        parts.append(entry.text[end : mark.start()])
        end = mark.end()
        if mark[0] == "%%":
            parts.append("%")
        elif mark["name"] is None:
            raise ConfigError("unfinished %( in the value: it must end in )s", entry.source)
        else:
            parts.append(_meaning(mark["name"], entry, environ, known))
    return [*parts, entry.text[end:]]


def _meaning(
    name: str, entry: Entry, environ: Mapping[str, str], known: Collection[str]
) -> str | _Reference:
    if name == "here":
        return os.path.dirname(str(entry.source.file))
    if name.startswith("env:"):
        return _from_environment(name.removeprefix("env:"), entry, environ)
    for key in (f"{entry.section}.{name.lower()}", name.lower()):
        if key in known:
            return _Reference(key)
    raise ConfigError(f"unknown interpolation %({shortened(name)})s", entry.source)


def _from_environment(name: str, entry: Entry, environ: Mapping[str, str]) -> str:
    if name not in environ:
        raise ConfigError(
            f"the environment variable {shortened(name) or '(no name)'} is not set", entry.source
        )
    return environment_text(environ, name)


def _in_order(templates: Mapping[str, _Template], entries: Mapping[str, Entry]) -> list[str]:
    needs = {
        key: [part.key for part in template if isinstance(part, _Reference)]
        for key, template in templates.items()
    }
    try:
        order = TopologicalSorter(needs).static_order()
        return [key for key in order if key in templates]
    except CycleError as error:
        circle: list[str] = error.args[1][::-1]
        raise ConfigError(
            f"interpolates in a circle: {chain(circle)}", entries[circle[0]].source
        ) from error


def chain(names: list[str], shown: Callable[[str], str] = shortened) -> str:
    """Names with arrows between them; the middle of a very long chain is left out."""
    if len(names) > 12:
        names = [*names[:6], "…", *names[-5:]]
    return " -> ".join(map(shown, names))
