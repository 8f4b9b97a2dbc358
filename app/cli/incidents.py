"""`storekeeper incidents`: what needs a person, seen and answered from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from app.cli.common import app_context, json_option, print_json, print_table
from app.errors import AppError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models.incidents import Incident

MOST = 1000


class NoSuchIncident(AppError):
    """There is no incident of this number; `storekeeper incidents list --all` lists them."""


@click.group()
def incidents() -> None:
    """Show what needs a person; acknowledge and close it."""


@incidents.command("list")
@click.option("--all", "all_", is_flag=True, help="Also those that are closed.")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, MOST), help="At most."
)
@json_option
@click.pass_context
def list_(ctx: click.Context, all_: bool, limit: int, as_json: bool) -> None:
    """List incidents, the most severe first. Ends with 1 while one waits for an answer."""
    from sqlalchemy import select

    from app.db import db
    from app.models.incidents import Incident

    with app_context(ctx):
        query = select(Incident).order_by(Incident.severity, Incident.opened_at.desc())
        if not all_:
            query = query.where(Incident.closed_at.is_(None))
        found = [_facts(one) for one in db.session.scalars(query.limit(limit))]
    if as_json:
        print_json(found)
    else:
        keys = ("number", "severity", "state", "count", "owner", "title")
        print_table(
            [key.capitalize() for key in keys], [[one[key] for key in keys] for one in found]
        )
    if any(one["state"] == "open" for one in found):
        ctx.exit(1)


@incidents.command()
@click.argument("number", type=click.IntRange(1, 2**31 - 1))
@json_option
@click.pass_context
def show(ctx: click.Context, number: int, as_json: bool) -> None:
    """Show incident NUMBER with all that happened to it."""
    from app.db import db

    with app_context(ctx):
        incident = _numbered(db.session(), number)
        document = _facts(incident) | {
            "detail": incident.detail,
            "link": incident.link,
            "events": [
                {
                    "at": event.happened_at,
                    "what": event.kind,
                    "who": str(event.user or event.by or ""),
                    "note": event.note,
                }
                for event in reversed(incident.events)
            ],
        }
    if as_json:
        print_json(document)
        return
    click.echo(f"{document['number']}  {document['title']}")
    click.echo(f"{document['severity']}, {document['state']}, seen {document['count']} times")
    for event in document["events"]:
        said = ": ".join(part for part in (event["who"], event["note"]) if part)
        click.echo(f"  {event['at']:%Y-%m-%d %H:%M}  {event['what']}  {said}".rstrip())
    if document["detail"]:
        click.echo(f"\n{document['detail']}")


@incidents.command()
@click.argument("number", type=click.IntRange(1, 2**31 - 1))
@click.option("--note", default="", help="What you know or do about it.")
@click.option("--by", metavar="NAME", help="Who does this; by default your login name.")
@json_option
@click.pass_context
def ack(ctx: click.Context, number: int, note: str, by: str | None, as_json: bool) -> None:
    """Acknowledge incident NUMBER: somebody looks after it."""
    _act(ctx, "acknowledge", number, note, by, as_json)


@incidents.command()
@click.argument("number", type=click.IntRange(1, 2**31 - 1))
@click.option("--note", default="", help="What was done about it.")
@click.option("--by", metavar="NAME", help="Who does this; by default your login name.")
@json_option
@click.pass_context
def close(ctx: click.Context, number: int, note: str, by: str | None, as_json: bool) -> None:
    """Close incident NUMBER: it is done."""
    _act(ctx, "close", number, note, by, as_json)


def _act(
    ctx: click.Context, act: str, number: int, note: str, by: str | None, as_json: bool
) -> None:
    from app.cli.importing import login_name
    from app.db import unit_of_work
    from app.work import incidents as work

    who = by or login_name()
    with app_context(ctx), unit_of_work(by=who, origin="cli") as session:
        incident = _numbered(session, number)
        getattr(work, act)(session, incident, by=who, note=note)
        document = _facts(incident)
    if as_json:
        print_json(document)
    else:
        click.echo(f"{document['number']} is {document['state']}: {document['title']}")


def _numbered(session: Session, number: int) -> Incident:
    from sqlalchemy import select

    from app.models.incidents import Incident

    found = session.scalars(select(Incident).where(Incident.number == number)).one_or_none()
    if found is None:
        raise NoSuchIncident
    return found


def _facts(incident: Incident) -> dict[str, Any]:
    names = ("number", "key", "severity", "state", "count", "title", "opened_at", "last_seen_at")
    facts = {name: getattr(incident, name) for name in names}
    return {**facts, "owner": str(incident.owner or ""), "uuid": incident.uuid}
