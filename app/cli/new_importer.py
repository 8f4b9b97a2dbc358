"""`storekeeper new-importer`: an import of a project, written from a sample of its file."""

from __future__ import annotations

from collections.abc import Sequence
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.common import configuration
from app.cli.import_options import FILE_PARAMS, reading_of
from app.cli.project_folder import ProjectFolder, project_in, write_all
from app.errors import AppError, UsageError

if TYPE_CHECKING:
    from app.config import Settings
    from app.db import Model
    from app.importing.cells import FileContext
    from app.importing.sketch.code import Names
    from app.importing.sketch.fit import Fit
    from app.importing.sketch.rows import Rows
    from app.plugins import Registry

ABOUT_FILE = ("encoding", "delimiter", "sheet", "records")


@click.command("new-importer")
@click.argument("name")
@click.option(
    "--from-file", "path", metavar="SAMPLE", required=True,
    type=click.Path(path_type=Path),
    help="A file as they will come: delimited text, a workbook, JSON or XML.",
)  # fmt: skip
@click.option("--table", help="The table it is about; by default the one that it fits best.")
@click.option("--key", metavar="FIELD", help="By what rows are known, as A,B if by several fields.")
@click.pass_context
def new_importer(
    ctx: click.Context, /, name: str, path: Path, table: str | None, key: str | None, **said: Any
) -> None:
    """Write an import of files like SAMPLE, called NAME, into the project of this folder.

    It writes the handler, a test, and some rows of the sample, and names the handler in the
    plugin. Nothing that is there is overwritten.
    """
    from app.config import Settings

    project = project_in(Path.cwd())
    registry, plugin = project.loaded()
    names = _names(project, registry, plugin.key, name)
    settings = Settings(configuration(ctx), registry.all("settings").values())
    context = _context(settings)
    rows, fit = _fit(registry, path, table, key, said, context)
    fit.reasons |= _taken_elsewhere(registry, fit, rows, path, settings)
    new = _files(project, names, fit, rows, context, said["records"] or "")
    changed = _plugin(project, names)
    write_all(new, changed)
    _tell(project, names, fit, rows, path, [*new, *changed])


new_importer.params += [param for param in FILE_PARAMS if param.name in ABOUT_FILE]


def _names(project: ProjectFolder, registry: Registry, plugin: str, name: str) -> Names:
    """What everything will be called. Raises BadName where that is no name, or is taken."""
    from app.cli.new import BadName
    from app.db.projects import KEY, load_models
    from app.importing.sketch.code import Names
    from app.importing.tables import every_handler

    if not KEY.fullmatch(name) or iskeyword(name):
        raise BadName(f"{name!r} is no name: write up to 20 small letters, digits and underscores.")
    load_models(registry)
    names = Names(project.package, plugin, name)
    if names.key in every_handler(registry):
        raise BadName(f"The name {name} is taken: there is an import {names.key}.")
    for path in _paths(project, names):
        if path.exists() or path.is_symlink():
            there = path.relative_to(project.folder)
            raise BadName(f"The name {name} is taken: {there} is there already.")
    return names


def _paths(project: ProjectFolder, names: Names) -> tuple[Path, Path, Path]:
    """The handler, its sample, its test."""
    return (
        project.package_folder / f"{names.module}.py",
        project.package_folder / "data" / f"{names.name}.csv",
        project.folder / "tests" / f"test_{names.module}.py",
    )


def _context(settings: Settings) -> FileContext:
    """What this shop says of money and codes."""
    from app.config.core import BARCODES_IN_STORE_PATTERNS, WEB_CURRENCY
    from app.importing.cells import FileContext

    return FileContext(
        currency=settings[WEB_CURRENCY], patterns=settings[BARCODES_IN_STORE_PATTERNS]
    )


def _fit(
    registry: Registry,
    path: Path,
    table: str | None,
    key: str | None,
    said: dict[str, Any],
    context: FileContext,
) -> tuple[Rows, Fit]:
    """The first rows of the sample, and the table that they fit."""
    from app.importing.sketch.fit import best_fit, knows
    from app.importing.sketch.rows import read_sample

    models = _models(registry, table)
    fields = [part.strip() for part in key.split(",")] if key is not None else []
    _refuse_unknown(models, fields, table)
    reading = reading_of({"decimal": None, "dates": None, **said})
    rows = read_sample(path, knows=knows(models), reading=reading)
    return rows, best_fit(models, rows, context=context, key=fields, file=path.name)


def _models(registry: Registry, table: str | None) -> list[type[Model]]:
    from app.importing.importer import table_of
    from app.importing.tables import ONLY_OUT, master_models

    found = master_models(module for plugin in registry.plugins for module in plugin.models())
    known = {table_of(m).name: m for m in found if table_of(m).name not in ONLY_OUT}
    if table is None:
        return list(known.values())
    if model := known.get(table.replace("-", "_")):
        return [model]
    raise UsageError(f"There is no table {table!r} to import into; there are: {', '.join(known)}.")


def _refuse_unknown(
    models: Sequence[type[Model]], fields: Sequence[str], table: str | None
) -> None:
    """Refuse a key that no table has."""
    from app.importing.table_keys import fields_of

    known = [[(f.name, *(k.name for k in f.known)) for f in fields_of(m)] for m in models]
    every = [{name for names in one for name in names} for one in known]
    if any(set(fields) <= one for one in every):
        return
    if table is None:
        raise UsageError(f"No table has the key {', '.join(fields)}; see `storekeeper export`.")
    there = ", ".join(names[-1] for names in known[0])
    unknown = ", ".join(repr(name) for name in fields if name not in every[0])
    raise UsageError(f"The table {table} has no field {unknown}; it has {there}.")


def _taken_elsewhere(
    registry: Registry, fit: Fit, rows: Rows, path: Path, settings: Settings
) -> dict[int, str]:
    """The columns that are not of this table, and that another import of its objects takes."""
    from app.importing.handler import FileHandler

    left = {*range(len(rows.header))} - {one.place for one in fit.taken} - {*fit.reasons}
    found: dict[int, str] = {}
    for handler in registry.all("importing").values():
        if issubclass(handler, FileHandler):
            started = handler(settings, path)
            if any(importer.model is fit.model for importer in started.chosen()):
                known = {p for p in left if started.feed_type().knows(rows.header[p])}
                found = dict.fromkeys(known, f"{handler.key} takes it") | found
    return found


def _files(
    project: ProjectFolder,
    names: Names,
    fit: Fit,
    rows: Rows,
    context: FileContext,
    records: str,
) -> dict[Path, str]:
    """The texts of the new files."""
    from app.importing.sketch.code import handler_code, sample_text, test_code
    from app.importing.sketch.picking import pick

    picked = pick(fit, rows, context)
    handler, sample, test = _paths(project, names)
    return {
        sample: sample_text(picked.rows),
        handler: handler_code(fit, rows.header, names, records=records),
        test: test_code(fit, picked, names),
    }


def _plugin(project: ProjectFolder, names: Names) -> dict[Path, str]:
    """The plugin with the handler in it; nothing where a person should put it there."""
    from app.importing.sketch.plugin_code import Unusual, with_handler

    path = project.plugin_file
    try:
        source = path.read_bytes().decode("utf-8")
        text = with_handler(
            source, plugin=project.entry.attr, module=names.dotted, handler=names.handler
        )
    except Unusual:
        return {}
    except OSError as error:
        raise AppError(f"{path} cannot be read: {error.strerror}.") from error
    except (SyntaxError, ValueError) as error:
        raise AppError(f"{path} is no program that can be read: {error}.") from error
    return {path: text}


def _tell(
    project: ProjectFolder,
    names: Names,
    fit: Fit,
    rows: Rows,
    path: Path,
    written: Sequence[Path],
) -> None:
    """Say what was guessed and written, and what to do next."""
    from app.importing.importer import table_of
    from app.importing.sketch.plugin_code import by_hand

    click.echo(f"Table: {table_of(fit.model).name}, by {', '.join(fit.key)}")
    for one in fit.taken:
        click.echo(f"  {rows.header[one.place]} is {one.known.name}: {one.guess.kind.says}")
    taken = {one.place for one in fit.taken}
    for place, header in enumerate(rows.header):
        if place not in taken:
            why = f": {fit.reasons[place]}" if place in fit.reasons else ""
            click.echo(f"  {header or f'#{place + 1}'} is not taken{why}")
    if fit.lacking:
        click.echo(f"It creates nothing, since the file does not tell {', '.join(fit.lacking)}.")
    for one_path in written:
        click.echo(f"Written: {one_path.relative_to(project.folder)}")
    if project.plugin_file not in written:
        first, second = by_hand(names.dotted, names.handler)
        where = project.plugin_file.relative_to(project.folder)
        click.echo(f"Add to importing() in {where}:\n  {first}\n  {second}")
    click.echo(f"Next: storekeeper import {names.key} {path} --dry-run")
