"""`storekeeper history`: show what happened, undo a change set, take old versions away."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from app.cli.common import app_context, json_option, print_json, print_table
from app.errors import AppError

if TYPE_CHECKING:
    from app.services.undo_plan import Plan

SHOWN = 20


class NoSuchRecord(AppError):
    """There is no such record, and nothing is recorded of one."""


@click.group()
def history() -> None:
    """Show what happened, undo change sets, take old versions away."""


@history.command()
@click.argument("table")
@click.argument("key")
@click.option("--limit", default=SHOWN, show_default=True, help="How many change sets at most.")
@json_option
@click.pass_context
def show(ctx: click.Context, table: str, key: str, *, limit: int, as_json: bool) -> None:
    """Show the history of one record of TABLE, newest first. KEY is its uuid or its number."""
    from app.db import db
    from app.services import history as past
    from app.services import pruning

    with app_context(ctx):
        (model,) = pruning.tables([table]).values()
        entries = past.of(db.session(), model, _uuid(db.session(), model, key), limit=limit)
        found = [_entry(entry) for entry in entries]
    if not found:
        raise NoSuchRecord
    if as_json:
        print_json(found)
        return
    for entry in found:
        why = f" ({entry['reason']})" if entry["reason"] else ""
        click.echo(f"{entry['change_set']}  {entry['at']:%Y-%m-%d %H:%M}  {entry['who']}{why}")
        for change in entry["changes"]:
            click.echo(
                f"    {change['operation']} {change['table']} {_differences(change)}".rstrip()
            )


@history.command()
@click.argument("number", type=click.IntRange(1, 2**63 - 1))
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--overrule", is_flag=True, help="Put back also what changed since.")
@click.option("--by", metavar="NAME", help="Who does this; by default your login name.")
@json_option
@click.pass_context
def undo(
    ctx: click.Context, number: int, *, dry_run: bool, overrule: bool, by: str | None, as_json: bool
) -> None:
    """Put everything back to what it was before change set NUMBER, as a new change set.

    What changed since is left out and listed.
    """
    from app.cli.importing import login_name
    from app.db import unit_of_work
    from app.services import undoing

    with app_context(ctx), unit_of_work(by=by or login_name(), origin="cli") as session:
        if dry_run:
            plan = undoing.plan(session, number, overrule=overrule)
            document, new = plan.as_json(), None
        else:
            report = undoing.undo(session, number, by=by or login_name(), overrule=overrule)
            plan, document, new = report.plan, report.as_json(), report.change_set_id
    if as_json:
        print_json(document)
    else:
        _print_plan(plan)
        done = f"Undone by change set {new}." if new else "Dry run, nothing was written."
        click.echo(f"{plan.count:,} rows. {done}")


@history.command()
@click.option("--older-than", metavar="PERIOD", help='Such as "2 years"; else by the settings.')
@click.option("--table", "tables", multiple=True, help="Only this table; may be given again.")
@click.option("--keep-last", default=0, metavar="N", type=click.IntRange(0),
              help="Of each record keep the newest N versions, however old.")  # fmt: skip
@click.option("--daily-after", metavar="PERIOD",
              help="Of versions older than this keep one for each record and day.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only count what would go.")
@json_option
@click.pass_context
def prune(
    ctx: click.Context,
    *,
    older_than: str | None,
    tables: tuple[str, ...],
    keep_last: int,
    daily_after: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take versions away that were replaced before a period, table by table.

    How long is kept says `history.keep` (empty: for ever), for one table `history.keep.TABLE`. What
    holds now stays, and so does the last state of what was deleted within the period. Then files go
    to which nothing refers any more, as with `storekeeper files sweep`.
    """
    from app.cli.files import say
    from app.db import unit_of_work
    from app.services import files, pruning

    swept = None
    with app_context(ctx) as app:
        kept = app.extensions["settings"]
        rules = pruning.rules(
            kept, pruning.tables(tables), older_than=older_than, daily_after=daily_after,
            keep_last=keep_last,
        )  # fmt: skip
        with unit_of_work(origin="cli") as session:
            if dry_run:
                done = {
                    str(model.__table__.name): pruning.count(session, model, rule)
                    for model, rule in rules.items()
                }
            else:
                shown = not as_json and sys.stderr.isatty()
                done = pruning.prune(
                    session, rules, after_chunk=session.commit,
                    progress=_say_progress if shown else None,
                )  # fmt: skip
                swept = files.sweep(session, files.folder_of(kept))
    if as_json:
        print_json({"dry_run": dry_run, "removed": done, "swept": swept})
    else:
        print_table(("Table", "Would go" if dry_run else "Removed"),
                    [(name, f"{count:,}") for name, count in done.items()])  # fmt: skip
        if swept:
            say(swept)


def _uuid(session: Any, model: type[Any], key: str) -> Any:
    """The uuid that a key means: itself, or that of the row with this number, name or username."""
    from uuid import UUID

    from sqlalchemy import Text, cast, inspect, select

    from app.db.versioning import versions_of

    try:
        return UUID(key)
    except ValueError:
        pass
    versions, names = versions_of(model), ("number", "username", "name", "key", "gtin")
    column = next((name for name in names if name in inspect(model).columns), None)
    if column is None:
        raise NoSuchRecord("Give the uuid of the record; these have no number.")
    query = (
        select(versions.uuid)
        .where(cast(getattr(versions, column), Text) == key)
        .order_by(versions.end_transaction_id.is_not(None), versions.transaction_id.desc())
    )
    found = session.scalars(query.limit(1)).first()
    if found is None:
        raise NoSuchRecord
    return found


def _entry(entry: Any) -> dict[str, Any]:
    by = entry.change_set
    return {
        "change_set": by.id, "at": by.issued_at, "who": by.actor or by.database_role,
        "origin": by.origin, "run": by.run_uuid, "reason": by.reason,
        "changes": [
            {
                "table": str(change.model.__table__.name), "uuid": change.uuid,
                "operation": change.operation,
                "differences": {d.field: [d.old, d.new] for d in change.differences},
            }
            for change in entry.changes
        ],
    }  # fmt: skip


def _differences(change: dict[str, Any]) -> str:
    return ", ".join(
        f"{name}: {old} -> {new}" for name, (old, new) in change["differences"].items()
    )


def _print_plan(plan: Plan) -> None:
    rows = [
        (str(table.model.__table__.name), what, f"{count:,}")
        for table in plan.tables
        for what, count in (*table.acts.items(),
                            *((f"left out: {s}", n) for s, n in table.left_out.items()))
    ]  # fmt: skip
    print_table(("Table", "What", "Rows"), rows)
    for table in plan.tables:
        for one in table.examples:
            who = f", changed by {one.changed_by}" if one.changed_by else ""
            click.echo(f"{one.state}: {table.model.__table__.name} “{one.name}”{who}")


def _say_progress(table: str, count: int) -> None:
    click.echo(f"{table}: {count:,} versions", err=True)
