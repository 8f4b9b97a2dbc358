"""Running psql on a configured database, with the password where no other user can see it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from app.cli.common import database_errors
from app.errors import AppError

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from app.config import Settings


class NoPsql(AppError):
    """There is no psql on this machine; install the PostgreSQL client programs."""


def run_psql(
    settings: Settings, bind: str, commands: Sequence[str], arguments: Sequence[str] = ()
) -> int:
    """Open the database of a bind, starting the embedded server if need be; 0 or 1."""
    from app.config.core import DB_URL
    from app.db import binds

    with database_errors():
        known = binds.resolve(settings)
    if bind not in known:
        raise NoPsql(f"There is no database {bind}; there are: {', '.join(known)}.")
    url = known[bind]
    program = _program(embedded=not settings[DB_URL])
    command = [program, *_asked(commands), *arguments, f"--dbname={address(url)}"]
    with _no_interrupts():
        done = subprocess.run(command, env=environment(url), check=False)  # noqa: S603
    return 1 if done.returncode else 0


def address(url: URL) -> str:
    """The address in the form that psql takes, without a password: others see the command line."""
    # `url.set(password=None)` would keep it.
    bare = url._replace(drivername="postgresql", password=None)
    return bare.difference_update_query(["password"]).render_as_string(hide_password=False)


def environment(url: URL) -> dict[str, str]:
    """Our environment with the password for psql."""
    password = url.password or url.query.get("password")
    return {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}


def _program(*, embedded: bool) -> str:
    """The psql of the embedded server for that one, of the machine for another; else the other."""
    from app.db.embedded import program

    found = None if embedded else shutil.which("psql")
    if found is None:
        with suppress(ImportError), warnings.catch_warnings(action="ignore"):
            found = shutil.which(program("psql"))
    found = found or shutil.which("psql")
    if found is None:
        raise NoPsql
    return found


def _asked(commands: Sequence[str]) -> Iterator[str]:
    if commands:
        yield from ("--no-psqlrc", "--set=ON_ERROR_STOP=1")
    for command in commands:
        yield f"--command={command}"


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """Leave Ctrl-C to psql, where it ends a query and not the session."""
    # A function, since psql and its pager would inherit that a signal is ignored.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
