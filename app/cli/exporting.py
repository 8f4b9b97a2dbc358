"""`storekeeper export`: a table as CSV, workbook, JSON or JSON Lines, or a template of it."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.common import app_context, json_option, print_json, print_table
from app.cli.import_options import DAY
from app.cli.importing import command_of, declared, login_name
from app.errors import AppError, UsageError

if TYPE_CHECKING:
    from app.db import Model
    from app.importing.targets.table_rows import TableRows

FORMATS = ("csv", "xlsx", "json", "jsonl")


class CannotWrite(AppError):
    """The file %(path)s cannot be written: %(why)s."""


class TableOrHandler(click.Command):
    """The export of a table; where a handler of this key is an export, it has a command as well."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:  # fmt: skip
        handler = declared("export").get(args[0]) if args else None
        if handler is None:
            return super().make_context(info_name, args, parent, **extra)
        name = f"{info_name} {args[0]}"
        return command_of(handler).make_context(name, args[1:], parent, **extra)


@click.command("export", cls=TableOrHandler)
@click.argument("table", required=False)
@click.argument("path", required=False, metavar="[FILE]", type=click.Path(path_type=Path))
@click.option(
    "--format", "format_", type=click.Choice(FORMATS),
    help="The format; by default after the name of the file, else CSV.",
)  # fmt: skip
@click.option("--fields", metavar="A,B", default="", help="Only these columns, in this order.")
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="COLUMN=VALUE",
    help="Only such rows; also != < <= > >= and ~ for texts that contain something.",
)
@click.option("--start", type=DAY, metavar="DAY", help="Only from this day.")
@click.option("--end", type=DAY, metavar="DAY", help="Only up to and with this day.")
@click.option(
    "--on",
    default="changed",
    show_default=True,
    metavar="COLUMN",
    help="Of which column the days are; `changed` is when a row was last written.",
)
@click.option(
    "--by", "--runas", "by", metavar="NAME", help="Who does this; by default your login name."
)
@click.option("--reason", "--comment", "reason", metavar="TEXT", help="Why.")
@click.option("--template", is_flag=True, help="Only the header and a few sample rows.")
@json_option
@click.pass_context
def export(
    ctx: click.Context,
    /,
    table: str | None,
    path: Path | None,
    *,
    format_: str | None,
    fields: str,
    template: bool,
    as_json: bool,
    by: str | None,
    reason: str | None,
    **asked: Any,
) -> None:
    """Write a table into FILE, or to standard output; `import TABLE-table` brings it back.

    Without TABLE the tables are listed, and the exports to other systems, each of which is a
    command with the options of an import: `export NAME --help`. References are natural keys, such
    as the number of a department. Secrets are never written.
    """
    if as_json and table and path is None:
        raise UsageError("Name a FILE: with --json, standard output tells what was done.")
    from app.importing.importer import table_of
    from app.importing.targets.exporting import TableExport, export_run

    with app_context(ctx) as app:
        models = _models(app)
        if table is None:
            _list(models, as_json=as_json)
            return
        format_ = format_ or _format_of(path)
        rows = _rows(app, models, table, fields, asked)
        said = {"format": format_, "fields": _names(fields), **rows.question.as_json()}
        export = TableExport(app.extensions["settings"], table_of(rows.model).name, said)
        if template:
            found = _write(rows, path, format_, template=True)
        else:
            with export_run(export, by=by or login_name(), reason=reason) as run:
                found = _write(rows, path, format_, template=False)
                run.written = found["rows"]
                found["run"] = str(run.running.run)
    if as_json:
        print_json(found)
    else:
        what = f"template {found['version']} of {table}" if template else table
        click.echo(f"{found['rows']:,} rows of {what} written.", err=True)


def _models(app: Any) -> list[type[Model]]:
    from app.importing.tables import master_models

    plugins = app.extensions["storekeeper"].plugins
    return master_models(module for plugin in plugins for module in plugin.models())


def _list(models: Iterable[type[Model]], *, as_json: bool) -> None:
    from app.importing.importer import table_of
    from app.importing.table_keys import fields_of, natural_key
    from app.importing.tables import ONLY_OUT

    facts: list[dict[str, Any]] = [
        {
            "table": table_of(model).name, "key": list(natural_key(model)),
            "fields": [field.name for field in fields_of(model)],
            "comes_back": table_of(model).name not in ONLY_OUT,
        }
        for model in models
    ]  # fmt: skip
    exports = {key: str(handler.title) for key, handler in declared("export").items()}
    if as_json:
        print_json({"tables": facts, "exports": exports})
    else:
        listed = [(one["table"], ", ".join(one["key"]), len(one["fields"])) for one in facts]
        print_table(("table", "key", "fields"), listed)
        if exports:
            print_table(("export", "what it does"), sorted(exports.items()))


def _rows(
    app: Any, models: Sequence[type[Model]], table: str, fields: str, asked: dict[str, Any]
) -> TableRows:
    from zoneinfo import ZoneInfo

    from app.config.core import WEB_TIME_ZONE
    from app.importing.tables import model_named
    from app.importing.targets.asking import Question
    from app.importing.targets.table_rows import TableRows

    start, end = asked["start"], asked["end"]
    question = Question(
        filters=asked["filters"],
        start=start and start.date(),
        end=end and end.date(),
        on=asked["on"],
        zone=ZoneInfo(app.extensions["settings"][WEB_TIME_ZONE]),
    )
    rows = TableRows(model_named(models, table), _names(fields), question)
    rows.query()  # what cannot be asked is told before a run or a file is begun
    return rows


def _write(rows: TableRows, path: Path | None, format_: str, *, template: bool) -> dict[str, Any]:
    from app.db import connection_to, unit_of_work
    from app.importing.importer import table_of
    from app.importing.targets.templates import samples, version_of

    table = table_of(rows.model).name
    with unit_of_work(by="export") as session, _target(path) as target:
        connection = connection_to(session, "core")
        found = samples(rows, connection) if template else rows.read(connection)
        count = _written(target, format_, rows, found)
    return {"table": table, "rows": count, "format": format_, "version": version_of(rows)}


def _written(target: Path, format_: str, rows: TableRows, found: Iterable[Sequence[Any]]) -> int:
    from app.importing.importer import table_of
    from app.importing.targets.templates import version_of
    from app.importing.targets.writers import write_text, write_workbook

    if format_ == "xlsx":
        name, about = table_of(rows.model).name, f"Template {version_of(rows)}"
        return write_workbook(target, name, rows.header, rows.types, found, about=about)
    with target.open("w", encoding="utf-8", newline="") as file:
        return write_text(file, format_, rows.header, rows.types, found)


@contextmanager
def _target(path: Path | None) -> Iterator[Path]:
    """Where to write. It becomes the file only when all is written, so that none is half."""
    try:
        folder = path.parent if path else None
        with tempfile.TemporaryDirectory(prefix=".storekeeper-export-", dir=folder) as there:
            target = Path(there, "rows")
            yield target
            if path is not None:
                target.replace(path)
            else:
                with target.open("rb") as file:
                    shutil.copyfileobj(file, sys.stdout.buffer)
                sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CannotWrite(path=path or "output", why=error.strerror) from error


def _format_of(path: Path | None) -> str:
    ending = path.suffix.removeprefix(".").lower() if path else ""
    return ending if ending in FORMATS else "csv"


def _names(fields: str) -> list[str]:
    return [name.strip() for name in fields.split(",") if name.strip()]
