"""Single values from the environment: STOREKEEPER__DB__URL is db.url."""

from __future__ import annotations

from collections.abc import Mapping

from app.config.values import KEY, ConfigError, Source, Value, checked

PREFIX = "STOREKEEPER__"


def environment_values(environ: Mapping[str, str]) -> dict[str, Value]:
    """Every value that the environment gives. Their text is taken as it is, without `%(…)s`."""
    names: dict[str, str] = {}
    for name in sorted(environ):
        if name.startswith(PREFIX):
            key = _key(name)
            if key in names:
                raise ConfigError(f"means the same as {names[key]}", environment(name))
            names[key] = name
    return {
        key: Value(environment_text(environ, name), environment(name))
        for key, name in names.items()
    }


def environment(name: str) -> Source:
    """The source of a value that an environment variable gives."""
    return Source(place=f"environment {name}")


def environment_text(environ: Mapping[str, str], name: str) -> str:
    """The text of a variable that exists, if it can be a value."""
    return checked(environ[name], "the value", environment(name))


def _key(name: str) -> str:
    key = name.removeprefix(PREFIX).replace("__", ".")
    if not KEY.fullmatch(key):
        raise ConfigError(f"is no key; write {PREFIX}SECTION__OPTION", environment(name))
    if key.lower().startswith("config."):
        raise ConfigError("[config] works only in files", environment(name))
    return key.lower()
