"""Which importers a run has, and what of them, by the options that a person gave.

An importer is a declaration; what an option changes of it is a declaration that comes from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.importing.importer import Field, TableImporter
from app.importing.options import ACTIONS, BadOptions, Options


def chosen(importers: Iterable[type[TableImporter]], options: Options) -> list[type[TableImporter]]:
    """The importers that were asked for, as the options want them. Raises BadOptions."""
    every = list(importers)
    is_part = bool(options.fields or options.exclude_fields or options.keys)
    wanted = _named(every, options.models, with_parts=not is_part)
    if is_part and len(wanted) != 1:
        raise BadOptions("Name one model where you say which fields or keys; there are several.")
    return [_as_said(importer, options) for importer in wanted]


def _named(
    every: Sequence[type[TableImporter]], names: Sequence[str], *, with_parts: bool
) -> list[type[TableImporter]]:
    known = {importer.name(): importer for importer in every}
    if unknown := [name for name in names if name not in known]:
        raise BadOptions(
            f"There is no model {', '.join(unknown)} in this import; it has {', '.join(known)}."
        )
    return [
        importer
        for importer in every
        if not names or importer.name() in names or (with_parts and importer.part_of in names)
    ]


def _as_said(importer: type[TableImporter], options: Options) -> type[TableImporter]:
    said: dict[str, Any] = {
        action: options.may(action) for action in ACTIONS if options.may(action) is not None
    }
    if said.get("delete") and not importer.may_delete:
        if importer.name() in options.models:
            raise BadOptions(
                f"{importer.name()} cannot be deleted by this import, which does not know them all."
            )
        del said["delete"]
    if options.fields or options.exclude_fields or options.keys:
        keys = options.keys or importer.keys_of()
        said |= {"key": keys, "fields": _fields(importer, keys, options), "original": importer}
    if not said:
        return importer
    return type(importer.__name__, (importer,), {"__doc__": importer.__doc__, **said})


def _fields(
    importer: type[TableImporter], keys: Sequence[str], options: Options
) -> Mapping[str, Field]:
    every = importer.field_map()
    only = _spread(importer, options.fields) or set(every)
    without = _spread(importer, options.exclude_fields)
    if unknown := sorted((only | without | set(keys)) - every.keys()):
        raise BadOptions(
            f"{importer.name()} has no field {', '.join(unknown)}; it has {', '.join(every)}."
        )
    if lost := sorted(without & set(keys)):
        raise BadOptions(f"The key {', '.join(lost)} cannot be left out.")
    return {
        name: field
        for name, field in every.items()
        if name in keys or (name in only and name not in without)
    }


def _spread(importer: type[TableImporter], names: Iterable[str]) -> set[str]:
    """The fields that these names mean, where some are names of groups."""
    found: set[str] = set()
    for name in names:
        found |= set(importer.groups.get(name, (name,)))
    return found
