"""The options that every import and export has on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.common import json_option

if TYPE_CHECKING:
    from app.importing.options import Options

DAY = click.DateTime(["%Y-%m-%d"])
SAID = (
    "models", "create", "update", "delete", "fields", "exclude_fields", "keys", "max_create",
    "max_update", "max_delete", "min_rows", "start", "end", "strict", "warn", "versioning",
    "source", "map", "approve",
)  # fmt: skip


def options_of(given: Mapping[str, Any]) -> Options:
    """What was said of the run. Raises BadOptions."""
    from app.importing.options import Options

    said = {name: given[name] for name in SAID if given.get(name) not in (None, (), "")}
    for name in said.keys() & {"start", "end"}:
        day: datetime = said[name]
        said[name] = day.date().isoformat()
    return Options.from_json(said)


def _limit(action: str) -> click.Option:
    return click.Option(
        [f"--max-{action}"], metavar="N|N%",
        help=f"Withhold all that it would {action} if that is more; others go on.",
    )  # fmt: skip


def _may(action: str) -> click.Option:
    return click.Option(
        [f"--{action}/--no-{action}"], default=None,
        help=f"Whether it may {action}; by default as the import declares it.",
    )  # fmt: skip


PARAMS: tuple[click.Parameter, ...] = (
    click.Argument(["models"], nargs=-1, metavar="[MODEL]..."),
    click.Option(["--list-models"], is_flag=True, help="List what it brings, and end."),
    click.Option(["--dry-run"], is_flag=True, help="Do everything, then roll it back and report."),
    _may("create"),
    _may("update"),
    _may("delete"),
    click.Option(["--fields"], metavar="A,B", help="Only these fields, or groups of fields."),
    click.Option(["--exclude-fields"], metavar="A,B", help="All fields but these."),
    click.Option(["--keys"], metavar="A,B", help="By which fields two things are the same."),
    _limit("create"),
    _limit("update"),
    _limit("delete"),
    click.Option(["--min-rows"], type=int, help="Refuse a source that has fewer rows."),
    click.Option(["--start"], type=DAY, metavar="DAY", help="From this day, where it has days."),
    click.Option(["--end"], type=DAY, metavar="DAY", help="Up to and with this day."),
    click.Option(["--source"], metavar="NAME", help="Which of the sources that are configured."),
    click.Option(["--strict"], is_flag=True, help="Fail, and write nothing, if a row is rejected."),
    click.Option(["--warn", "-W"], is_flag=True, help="Expect no change: if any, mail it, exit 1."),
    click.Option(
        ["--versioning/--no-versioning"], default=True, help="Whether the history records it."
    ),
    click.Option(["--approve"], metavar="RUN", help="Make what this run withheld, and no more."),
    click.Option(
        ["--rejects"], type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
        help="Write all rejected rows here, with line and reason, to correct and import again.",
    ),
    click.Option(
        ["--by", "--runas", "by"], metavar="NAME", help="Who does this; by default your login name."
    ),
    click.Option(["--reason", "--comment", "reason"], metavar="TEXT", help="Why, for the history."),
    *json_option(click.Command("")).params,
)  # fmt: skip
FILE_PARAMS: tuple[click.Parameter, ...] = (
    click.Argument(["path"], type=click.Path(dir_okay=False, path_type=Path), metavar="FILE"),
    click.Option(["--encoding"], help="Of the file, such as cp1252; by default it is found out."),
    click.Option(
        ["--map"],
        multiple=True,
        metavar="FIELD=COLUMN",
        help="Take a field from this column of the file (#3 is the third); FIELD= leaves it out.",
    ),
)
SALES_PARAMS: tuple[click.Parameter, ...] = (
    click.Option(["--database"], metavar="NAME", help="A sales database of older years."),
)
