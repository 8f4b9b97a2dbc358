"""Starting, watching and stopping what `storekeeper run` runs: the database and the programs."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.common import database_errors
from app.cli.programs import Program, stop_all
from app.errors import AppError

if TYPE_CHECKING:
    from app.config import Config, Settings
    from app.plugins import Registry

LONGEST_START, LOOK_EVERY = 60, 0.5  # seconds
MOST_FAILURES = 6
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class CannotListen(AppError):
    """The web app cannot listen there; choose another port with --port."""


class NoDataFolder(AppError):
    """The data folder cannot be used; choose another one with --data."""


class WebStopped(AppError):
    """The web app stopped by itself; what it said is above."""


@dataclass(frozen=True)
class Place:
    """Where the web app listens."""

    host: str
    port: int

    @property
    def bind(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def address(self) -> str:
        """What a browser on this machine asks for."""
        here = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(self.host, self.host)  # noqa: S104
        return f"http://{Place(here, self.port).bind}/"


def require_free(place: Place) -> None:
    """Refuse a port that is taken, or an address that is not ours, before anything is started."""
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((place.host, place.port))
        except OSError as error:
            raise CannotListen(_why_not(place, error)) from error


def prepare_folder(folder: Path) -> None:
    """Make the data folder; its parent must be there, since a slip should not make trees."""
    try:
        folder.mkdir(exist_ok=True)
    except FileNotFoundError as error:
        raise NoDataFolder(
            f"The data folder {folder} cannot be made: there is no folder {folder.parent}."
        ) from error
    except OSError as error:
        raise NoDataFolder(f"The data folder {folder} cannot be used: {error.strerror}.") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise NoDataFolder(f"The data folder {folder} cannot be written to.")


@contextmanager
def database_server(settings: Settings) -> Iterator[str | None]:
    """The embedded server, stopped at the end, as an address; None where [db] url names another."""
    from app.config.core import DATA_FOLDER, DB_URL
    from app.db import binds, embedded

    if settings[DB_URL]:
        yield None
        return
    folder = settings[DATA_FOLDER]
    click.echo(f"Starting PostgreSQL in {folder / 'postgres'}")
    with database_errors(), _undisturbed():
        url = binds.resolve(settings)["core"]
        server = embedded.start(folder)  # the same one
    try:
        yield url.set(drivername="postgresql").render_as_string(hide_password=False)
    finally:
        with _undisturbed():
            server.cleanup()


def environment(config: Config, files: Sequence[str], url: str | None) -> dict[str, str]:
    """What the web processes must know to find the same configuration as we did."""
    environ = dict(os.environ)
    if files:
        environ["STOREKEEPER_CONFIG"] = os.pathsep.join(os.path.abspath(file) for file in files)
    for key in ("web.host", "web.port", "data.folder"):
        if key in config:
            environ[f"STOREKEEPER__{key.upper().replace('.', '__')}"] = config[key]
    if url:
        environ["STOREKEEPER__DB__URL"] = url
    return environ


def programs_of(
    settings: Settings, registry: Registry, place: Place, environ: dict[str, str]
) -> list[Program]:
    """What runs beside the database: the web app, and the daemons that are enabled."""
    from app.config.core import WEB_WORKERS

    python = [sys.executable, "-P", "-m"]
    web = [*python, "app.cli.serving", place.bind, str(settings[WEB_WORKERS])]
    daemons = [one for one in registry.all("daemons").values() if one.enabled(settings)]
    return [
        Program("web", web, environ),
        *(Program(one.key, [*python, one.module, *one.arguments], environ) for one in daemons),
    ]


@contextmanager
def running(programs: Sequence[Program], place: Place) -> Iterator[None]:
    """The programs, from the first answer of the web app on; all stopped at the end."""
    web = programs[0]
    try:
        for program in programs:
            program.start()
        _wait_for_answer(web, place)
        yield
    finally:
        with _undisturbed():
            stop_all(programs)


def watch(programs: Sequence[Program], settings: Settings) -> None:
    """Wait for Ctrl-C. What ends is started again, also an embedded database server."""
    try:
        while programs[0].failures < MOST_FAILURES:
            time.sleep(LOOK_EVERY)
            _keep_database(settings)
            for program in programs:
                program.look()
    except KeyboardInterrupt:
        click.echo("\nStopping.")
        return
    raise WebStopped


def _keep_database(settings: Settings) -> None:
    from app.config.core import DATA_FOLDER, DB_URL
    from app.db import embedded

    if settings[DB_URL]:
        return
    with _undisturbed():
        if embedded.revive(settings[DATA_FOLDER]):
            click.echo("PostgreSQL had ended; it is started again.")


def _wait_for_answer(web: Program, place: Place) -> None:
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline:
        if not web.is_running:
            raise WebStopped("The web app did not start; what it said is above.")
        if _answers(place):
            return
        time.sleep(0.1)
    raise WebStopped(f"The web app did not answer within {LONGEST_START} seconds.")


def _answers(place: Place) -> bool:
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import urlopen

    try:
        with urlopen(f"{place.address}healthz", timeout=5):  # noqa: S310
            return True
    except HTTPError as error:
        return error.code < 500
    except (OSError, HTTPException):
        return False


def _why_not(place: Place, error: OSError) -> str:
    if error.errno in (errno.EADDRINUSE, errno.EACCES):
        other = place.port + 1 if 1024 < place.port < 65535 else 5000
        advice = f"Choose another port: `--port {other}`, or `make run PORT={other}`."
    else:
        advice = "Choose an address of this machine with --host."
    return f"Cannot listen on {place.bind}: {(error.strerror or str(error)).lower()}. {advice}"


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C wait: neither we nor a program we start hear of it before the end of the block."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
