"""Configuration files: which are read, what they inherit, and in which order they layer."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from app.config.config import Config
from app.config.environment import environment, environment_values
from app.config.ini import Entry, IniFile, read_ini
from app.config.interpolation import chain, resolve, resolve_alone
from app.config.values import ConfigError, Source

FILE_NAME = "storekeeper.conf"
FILES_VARIABLE = "STOREKEEPER_CONFIG"
SYSTEM_FOLDER = "/etc/storekeeper"
DEEPEST = 64


def load_config(
    paths: Sequence[Path | str] = (),
    *,
    environ: Mapping[str, str] = os.environ,
    search: bool = True,
) -> Config:
    """Read, layer and interpolate the configuration; everything wrong is a ConfigError.

    Read are the `paths`; if there are none, the files that STOREKEEPER_CONFIG names; if it is not
    set, what exists on the search path (unless `search` is off). Single values of the environment
    (STOREKEEPER__DB__URL) win over all files. Nothing found is fine.
    """
    files: dict[str, IniFile] = {}
    for wanted in _wanted(paths, environ, search):
        _read(wanted, environ, files)
    entries: dict[str, Entry] = {}
    for file in files.values():
        entries.update(file.entries)
    values = resolve(entries, environment_values(environ), environ)
    return Config(values, [Path(file.path) for file in files.values()])


def as_config(config: Config | Mapping[str, str] | Sequence[Path | str] | None) -> Config:
    """A configuration from whatever stands for one: itself, its values, its files, or nothing."""
    if isinstance(config, Config):
        return config
    if isinstance(config, Mapping):
        return Config.of(config)
    return load_config([config] if isinstance(config, str) else config or ())


def search_path(environ: Mapping[str, str] = os.environ) -> list[Path]:
    """Where files are looked for when none is named; the nearest, which wins, comes first."""
    home = environ.get("HOME") or environ.get("USERPROFILE")
    user = environ.get("XDG_CONFIG_HOME", "")
    if not os.path.isabs(user):
        user = os.path.join(home, ".config") if home else ""
    folders = [".", os.path.join(user, "storekeeper") if user else "", SYSTEM_FOLDER]
    return [Path(folder, FILE_NAME) for folder in folders if folder]


class _Wanted(NamedTuple):
    """A file that somebody wants, `by` a line or a variable; else a `note` says who."""

    path: str
    by: Source | None = None
    note: str = ""

    def fault(self, reason: str) -> ConfigError:
        if self.by is None:
            return ConfigError(f"{self.path} {reason}{self.note}")
        verb = "inherits" if self.by.file else "names"
        return ConfigError(f"{verb} {self.path}, which {reason}", self.by)


def _wanted(
    paths: Sequence[Path | str], environ: Mapping[str, str], search: bool
) -> Iterator[_Wanted]:
    variable = environ.get(FILES_VARIABLE, "")
    if paths:
        for path in paths:
            yield _Wanted(_absolute(str(path)), note="; it was named with -c")
    elif variable:
        for path in filter(None, variable.split(os.pathsep)):
            yield _Wanted(_absolute(path), environment(FILES_VARIABLE))
    elif search:
        for place in reversed(search_path(environ)):
            if _exists(place):
                yield _Wanted(_absolute(str(place)), note="; it is on the search path")


def _read(
    wanted: _Wanted,
    environ: Mapping[str, str],
    files: dict[str, IniFile],
    heirs: Mapping[str, str] | None = None,
) -> None:
    """Add a file to `files`, after all that it inherits. `heirs` are the files that led here."""
    heirs = heirs or {}
    identity = _identity(wanted)
    if identity in heirs:
        circle = [*heirs.values(), wanted.path][list(heirs).index(identity) :]
        raise ConfigError(f"inherits in a circle: {chain(circle, str)}", wanted.by)
    if len(heirs) > DEEPEST:
        raise ConfigError(f"more than {DEEPEST} files inherit one another", wanted.by)
    if identity in files:
        return
    file = _open(wanted)
    for inherited in _inherited(file, environ):
        _read(inherited, environ, files, {**heirs, identity: wanted.path})
    files[identity] = file


def _identity(wanted: _Wanted) -> str:
    try:
        return os.path.realpath(wanted.path)
    except ValueError as error:
        raise wanted.fault("is not the name of a file") from error


def _open(wanted: _Wanted) -> IniFile:
    try:
        return read_ini(wanted.path)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise wanted.fault("does not exist") from error
    except IsADirectoryError as error:
        raise wanted.fault("is a folder, not a file") from error
    except OSError as error:
        raise wanted.fault(f"cannot be read ({error.strerror or error})") from error


def _inherited(file: IniFile, environ: Mapping[str, str]) -> Iterator[_Wanted]:
    if file.inherit is None:
        return
    folder = os.path.dirname(file.path)
    names = re.split(r"[,\n]", resolve_alone(file.inherit, environ))
    for name in filter(None, map(str.strip, names)):
        path = os.path.normpath(os.path.join(folder, os.path.expanduser(name)))
        yield _Wanted(path, file.inherit.source)


def _absolute(path: str) -> str:
    # Links stay as they are: %(here)s is the folder in which a person sees the file.
    try:
        return os.path.abspath(os.path.expanduser(path))
    except OSError as error:
        raise ConfigError(f"{path} cannot be found: the working folder is gone") from error


def _exists(path: Path) -> bool:
    """Whether there is something to read. A broken link or a closed folder is; reading tells."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True
