"""`storekeeper run`: everything that a shop needs, on this machine, until Ctrl-C."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.common import app_context, configuration, loaded_plugins

if TYPE_CHECKING:
    from app.cli.supervisor import Place
    from app.config import Config, Settings


@click.command()
@click.option("--demo", is_flag=True, help="Fill an empty shop with real products and sales.")
@click.option("--port", type=click.IntRange(1, 65535), help="Where to listen; 5000 by default.")
@click.option("--host", help="The address to listen on; only this machine by default.")
@click.option("--data", type=click.Path(path_type=Path), help="The data folder; ./data by default.")
@click.pass_context
def run(
    ctx: click.Context, demo: bool, port: int | None, host: str | None, data: Path | None
) -> None:
    """Start Storekeeper on this machine: database, web, worker, scheduler. Ctrl-C stops it."""
    from app.cli import supervisor
    from app.config import Settings
    from app.config.core import DATA_FOLDER, WEB_HOST, WEB_PORT

    given = {"web.port": port, "web.host": host, "data.folder": data}
    config = _with(configuration(ctx), given)
    registry = loaded_plugins()
    settings = Settings(config, registry.all("settings").values())
    place = supervisor.Place(settings[WEB_HOST], settings[WEB_PORT])
    supervisor.require_free(place)
    supervisor.prepare_folder(settings[DATA_FOLDER])
    _stop_like_ctrl_c()
    with supervisor.database_server(settings) as url:
        with app_context(ctx, config=config, at_head=False) as app:
            _bring_up_to_date()
            if demo:
                from app.cli.demo import load_demo

                load_demo(app)
            welcome = how_to_log_in(settings, place)
            _let_go_of_connections()
        environment = supervisor.environment(config, ctx.find_root().obj or (), url)
        programs = supervisor.programs_of(settings, registry, place, environment)
        with supervisor.running(programs, place):
            click.echo(f"\nStorekeeper is ready: {click.style(place.address, bold=True)}")
            click.echo(f"{welcome}\nCtrl-C stops it.")
            supervisor.watch(programs, settings)


def _with(config: Config, given: dict[str, Any]) -> Config:
    from app.config import Source

    texts = {key: str(value) for key, value in given.items() if value is not None}
    return config.plus(texts, Source(place="command line"))


def _stop_like_ctrl_c() -> None:
    from app.cli import supervisor

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    for asked in supervisor.STOP_SIGNALS:
        signal.signal(asked, stop)


def _bring_up_to_date() -> None:
    from app.db import migrate
    from app.db.binds import BINDS

    behind = [bind for bind in BINDS if migrate.current(bind) != migrate.head(bind)]
    if behind:
        click.echo(f"Bringing the databases up to date: {', '.join(behind)}")
        migrate.upgrade(tuple(behind))


def _let_go_of_connections() -> None:
    from app.db import db

    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()


def how_to_log_in(settings: Settings, place: Place) -> str:
    """How to log in: as whom, or by the link that makes the first administrator."""
    from sqlalchemy import select

    from app.db import unit_of_work
    from app.models.users import ADMINISTRATOR, Role, User
    from app.services import users
    from app.web.security import secret_key

    administrators = select(User.username).join(User.roles).order_by(User.username)
    with unit_of_work(by="storekeeper run") as session:
        wanted = administrators.where(User.active, Role.built_in == ADMINISTRATOR).limit(3)
        if names := session.scalars(wanted).all():
            return f"Log in as {' or '.join(names)}."
        token = users.welcome_token(session, secret_key=secret_key(settings))
    link = f"{place.address}welcome/{token}"
    return f"Make the first administrator (works once, for 24 hours):\n  {link}"
