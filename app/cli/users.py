"""Users and roles from the command line."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from app.cli.common import app_context, json_option, print_json, print_table
from app.cli.passwords import read_password

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.config import Settings
    from app.models.users import User

username_argument = click.argument("username")
password_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input."
)


@click.group()
def user() -> None:
    """Add and look after users."""


@user.command()
@username_argument
@click.option("--admin", is_flag=True, help="Let the user do everything.")
@click.option("--name", help='Their name, as in "Ann Lee".')
@password_option
@json_option
@click.pass_context
def add(
    ctx: click.Context,
    username: str,
    *,
    admin: bool,
    name: str | None,
    password_stdin: bool,
    as_json: bool,
) -> None:
    """Add a user; asks for the password."""
    from app.services import users

    secret = read_password(password_stdin)
    with _writing(ctx) as desk:
        added = users.create(
            desk.session, username, by=desk.by, name=name, password=secret, words=desk.words
        )
        if admin:
            users.make_administrator(desk.session, added, by=desk.by)
        facts = _facts(added)
    _say(f"{username} can sign in now.", facts, as_json)


@user.command("list")
@json_option
@click.pass_context
def list_(ctx: click.Context, *, as_json: bool) -> None:
    """List the users with their roles."""
    from sqlalchemy import func, select
    from sqlalchemy.orm import joinedload, selectinload

    from app.db import db
    from app.models.users import User

    query = (
        select(User)
        .options(joinedload(User.person), selectinload(User.roles))
        .order_by(func.lower(User.username))
    )
    with app_context(ctx):
        found = [_facts(one) for one in db.session.scalars(query)]
    if as_json:
        print_json(found)
    else:
        titles = ("username", "name", "active", "roles", "last login")
        print_table(
            titles,
            [
                (
                    one["username"],
                    one["name"],
                    "yes" if one["active"] else "no",
                    ", ".join(one["roles"]),
                    f"{one['last_login_at']:%Y-%m-%d %H:%M}" if one["last_login_at"] else "never",
                )
                for one in found
            ],
        )


@user.command()
@username_argument
@click.argument("role")
@click.option("--withdraw", is_flag=True, help="Take the role away.")
@json_option
@click.pass_context
def role(ctx: click.Context, username: str, role: str, *, withdraw: bool, as_json: bool) -> None:
    """Give a user a role, or take it away."""
    from app.services import users

    with _writing(ctx) as desk:
        chosen = users.named(desk.session, username)
        change = users.withdraw if withdraw else users.grant
        change(desk.session, chosen, users.role_named(desk.session, role), by=desk.by)
        facts = _facts(chosen)
    _say(f"{username} has the roles: {', '.join(facts['roles']) or 'none'}.", facts, as_json)


@user.command()
@username_argument
@password_option
@click.pass_context
def password(ctx: click.Context, username: str, *, password_stdin: bool) -> None:
    """Give a user a new password; all their sessions end."""
    from app.services import users

    secret = read_password(password_stdin)
    with _writing(ctx) as desk:
        chosen = users.named(desk.session, username)
        users.set_password(desk.session, chosen, secret, by=desk.by, words=desk.words)
    click.echo(f"{username} has a new password and was signed out everywhere.")


@user.command()
@username_argument
@click.pass_context
def activate(ctx: click.Context, username: str) -> None:
    """Let a user sign in again."""
    _set_active(ctx, username, True)
    click.echo(f"{username} can sign in.")


@user.command()
@username_argument
@click.pass_context
def deactivate(ctx: click.Context, username: str) -> None:
    """Keep a user out, from their next click on; what they did stays."""
    _set_active(ctx, username, False)
    click.echo(f"{username} can no longer sign in.")


@user.command()
@username_argument
@click.option("--end", is_flag=True, help="Sign the user out everywhere.")
@json_option
@click.pass_context
def sessions(ctx: click.Context, username: str, *, end: bool, as_json: bool) -> None:
    """List where a user is signed in, or end it all."""
    from app.config.core import WEB_SESSION_LIFETIME
    from app.services import sessions as door
    from app.services import users

    with _writing(ctx) as desk:
        chosen = users.named(desk.session, username)
        if end:
            door.end_all(desk.session, chosen)
        since = datetime.now(UTC) - desk.settings[WEB_SESSION_LIFETIME]
        found = [
            {"uuid": one.uuid, "since": one.happened_at, "remote_address": one.remote_address}
            for one in door.open_of(desk.session, chosen, since=since)
        ]
    if as_json:
        print_json(found)
    elif end:
        click.echo(f"{username} was signed out everywhere.")
    else:
        rows = [(f"{one['since']:%Y-%m-%d %H:%M}", one["remote_address"]) for one in found]
        print_table(("since", "from"), rows)


@click.command()
@json_option
@click.pass_context
def roles(ctx: click.Context, *, as_json: bool) -> None:
    """List the roles and their permissions."""
    from sqlalchemy import select

    from app.db import unit_of_work
    from app.models.users import Role
    from app.services.permissions import (
        EVERYTHING,
        ensure_built_in_roles,
        permissions_of_role,
    )

    with app_context(ctx), unit_of_work(by=_who()) as session:
        ensure_built_in_roles(session)
        found: list[dict[str, Any]] = []
        for one in session.scalars(select(Role).order_by(Role.name)):
            allowed = permissions_of_role(session, one)
            found.append(
                {
                    "name": one.name,
                    "built_in": one.built_in,
                    "everything": allowed is EVERYTHING,
                    "permissions": sorted(allowed),
                    "users": sorted(one_user.username for one_user in one.users),
                }
            )
    if as_json:
        print_json(found)
        return
    rows = [
        (
            one["name"],
            "everything" if one["everything"] else ", ".join(one["permissions"]) or "nothing",
            ", ".join(one["users"]) if one["built_in"] != "everybody" else "everybody",
        )
        for one in found
    ]
    print_table(("role", "permissions", "users"), rows)


@dataclass(frozen=True)
class Desk:
    """What a command that writes works with."""

    session: Session
    settings: Settings
    by: str

    @property
    def words(self) -> tuple[str, ...]:
        """What is refused in passwords because it is about this shop."""
        from app.config.core import SHOP_NAME

        return (self.settings[SHOP_NAME],)


@contextmanager
def _writing(ctx: click.Context) -> Iterator[Desk]:
    from app.db import unit_of_work

    with app_context(ctx) as app, unit_of_work(by=_who(), origin="cli") as session:
        yield Desk(session, app.extensions["settings"], _who())


def _who() -> str:
    """The name of whoever is logged in on this machine."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a number without a name, as in some containers
        return "the command line"


def _set_active(ctx: click.Context, username: str, active: bool) -> None:
    from app.services import users

    with _writing(ctx) as desk:
        chosen = users.named(desk.session, username)
        users.set_active(desk.session, chosen, active, by=desk.by)


def _facts(user: User) -> dict[str, Any]:
    return {
        "uuid": user.uuid,
        "username": user.username,
        "name": user.name,
        "active": user.active,
        "administrator": user.is_administrator,
        "roles": [role.name for role in user.roles],
        "last_login_at": user.last_login_at,
    }


def _say(text: str, facts: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(facts)
    else:
        click.echo(text)
