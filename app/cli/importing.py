"""`storekeeper import`: a command for each import handler, all with the same options."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from inspect import cleandoc
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from app.cli.common import app_context, print_json, print_table
from app.cli.import_options import FILE_PARAMS, PARAMS, SALES_PARAMS, options_of, reading_of
from app.cli.progress import progress_bar
from app.errors import AppError

if TYPE_CHECKING:
    from app.importing.handler import ImportHandler
    from app.importing.options import Options
    from app.importing.report import Report

SHOWN = 20


class HandlerCommands(click.Group):
    """The handlers that the plugins bring."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(declared("import"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        handler = declared("import").get(cmd_name)
        if handler is None and cmd_name.endswith("-table"):
            handler = _tables().get(cmd_name)
        return None if handler is None else command_of(handler)


@click.group("import", cls=HandlerCommands)
def importing() -> None:
    """Bring data in from elsewhere. All of it is one change set, or nothing is written.

    Each table has an import too, such as `department-table`, which takes what `storekeeper export
    department` wrote; `storekeeper export` lists the tables.
    """


def declared(direction: str) -> dict[str, type[ImportHandler]]:
    """The handlers of one direction that the plugins bring, by key."""
    from app.plugins import Registry, load_plugins

    found = Registry(load_plugins()).all("importing")
    return {key: handler for key, handler in found.items() if handler.direction == direction}


def _tables() -> dict[str, type[ImportHandler]]:
    """The imports of tables too; only when one is called, since they load all tables."""
    from app.importing.tables import every_handler
    from app.plugins import Registry, load_plugins

    return every_handler(Registry(load_plugins()))


def command_of(handler: type[ImportHandler]) -> click.Command:
    """The command that runs a handler."""
    from app.importing.handler import FileHandler

    takes_file = issubclass(handler, FileHandler)
    of_sales = SALES_PARAMS if handler.bind == "trainwreck" else ()
    params = [*(FILE_PARAMS if takes_file else ()), *of_sales, *PARAMS]

    @click.pass_context
    def run(ctx: click.Context, /, **options: Any) -> None:
        _run(ctx, handler, options)

    return click.Command(handler.key, callback=run, params=params, help=_help(handler))


def _run(ctx: click.Context, handler: type[ImportHandler], options: dict[str, Any]) -> None:
    as_json, said = options["as_json"], options_of(options)
    arguments: dict[str, Any] = {}
    if "path" in options:
        arguments = {"path": options["path"], "reading": reading_of(options)}
    with ExitStack() as stack:
        app = stack.enter_context(app_context(ctx))
        stack.enter_context(_stopped_by_sigterm())
        rejects_to = stack.enter_context(_opened(options["rejects"]))
        started = handler(app.extensions["settings"], **arguments)
        started.database = options.get("database")
        if options["list_models"]:
            _list_models(started, as_json=as_json)
            return
        shown = not as_json and sys.stderr.isatty()
        progress = stack.enter_context(progress_bar(started, shown=shown))
        try:
            report = started.run(
                by=options["by"] or login_name(),
                reason=options["reason"],
                dry_run=options["dry_run"],
                options=said,
                progress=progress,
                rejects_to=rejects_to,
            )
        except AppError as error:
            if as_json:  # the document of a failure; the sentence goes to stderr as ever
                print_json({"handler": handler.key, "state": "failed", "message": str(error)})
            raise
    if as_json:
        print_json(report.as_json())
    else:
        _print(report)
    if report.rejected_count:
        click.echo(_warning(report, options["rejects"]), err=True)
    for one in report.withheld:
        click.echo(f"Withheld ({one.importer}): {one.reason}", err=True)
    if report.withheld:
        click.echo(f"To make it all the same: --approve {report.run}", err=True)
    if _needs_a_person(report, said):
        ctx.exit(1)


def _needs_a_person(report: Report, said: Options) -> bool:
    """Whether cron should tell somebody, though the run did what it could."""
    all_rejected = report.rejected_count and report.rejected_count == report.read
    return bool(all_rejected or report.withheld or (said.warn and report.changed))


def _list_models(handler: ImportHandler, *, as_json: bool) -> None:
    facts = [
        {
            "model": one.name(), "key": list(one.keys_of()), "fields": list(one.field_map()),
            "groups": {name: list(group) for name, group in one.groups.items()},
            "deletes": one.delete, "may_delete": one.may_delete,
        }
        for one in handler.chosen()
    ]  # fmt: skip
    if as_json:
        print_json({"handler": handler.key, "models": facts})
    else:
        listed = [
            (one.name(), ", ".join(one.keys_of()), ", ".join(one.field_map()))
            for one in handler.chosen()
        ]
        print_table(("model", "key", "fields"), listed)


def _print(report: Report) -> None:
    verbs = ("created", "updated", "deleted", "unchanged", "withheld")
    rows = [
        (name.replace("_", " "), *(f"{getattr(counts, verb):,}" for verb in verbs))
        for name, counts in report.counts.items()
    ]
    print_table(("", *verbs), rows)
    for row in report.rejected[:SHOWN]:
        click.echo(f"line {row.line}: {row.reason}")
    if report.rejected_count > SHOWN:
        click.echo(f"and {report.rejected_count - SHOWN:,} more; see run {report.run}")
    for fact in _facts(report):
        click.echo(fact)
    rate = report.read / report.seconds if report.seconds else 0
    done = "Dry run, nothing was written" if report.dry_run else "Done"
    took = f"{report.read:,} rows in {report.seconds:.1f} s ({rate:,.0f} rows/s)"
    click.echo(f"{done}: {took}, run {report.run}")


def _facts(report: Report) -> Iterator[str]:
    """What the file turned out to be, where that is not the usual."""
    source = report.source
    if source.get("encoding", "utf-8") not in ("utf-8", "utf-8-sig"):
        yield f"The file was read as {source['encoding']}; if that is wrong, use --encoding."
    if source.get("decimal") == ",":
        yield "Numbers were read with a decimal comma."
    if source.get("dates"):
        yield f"Days were read as {source['dates']}; if that is wrong, use --dates."
    if source.get("ignored_columns"):
        yield f"Ignored columns: {', '.join(source['ignored_columns'])}"
    if source.get("repair"):
        yield f"Codes: {source['repair']}"
    yield from report.notes


def _warning(report: Report, rejects: Path | None) -> str:
    where = f"all are in {rejects}" if rejects else "--rejects FILE writes them all"
    return f"Warning: {report.rejected_count:,} of {report.read:,} rows were rejected; {where}."


@contextmanager
def _opened(path: Path | None) -> Iterator[IO[str] | None]:
    if path is None:
        yield None
        return
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        raise AppError(f"The file {path} cannot be written: {error.strerror}.") from error


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    def stop(signum: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def login_name() -> str | None:
    """Who sits at this terminal."""
    from getpass import getuser

    try:
        return getuser()
    except (KeyError, OSError):
        return None


def _help(handler: type[ImportHandler]) -> str:
    return cleandoc(handler.__doc__) if handler.__doc__ else f"{handler.title}."
