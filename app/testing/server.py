"""One embedded PostgreSQL per test run, its schema made once by the migrations and then cloned."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import psycopg2

from app.db import embedded
from app.db.binds import BINDS

TEMPLATE = "template_{bind}"
# What is lost when a machine fails, or grows for days, does not matter here.
HASTY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "'4GB'",
    "checkpoint_timeout": "'1h'",
}


class TestServer:
    """A throw-away server that trades safety for speed; `clone` gives a fresh set of databases."""

    __test__ = False

    def __init__(self, uri: str) -> None:
        self.uri = uri

    @classmethod
    def start(cls) -> tuple[TestServer, Any]:
        """A server with templates at head, and the function that stops and removes it."""
        folder = Path(tempfile.mkdtemp(prefix="storekeeper-test-"))
        engine = embedded.start(folder)
        server = cls(engine.get_uri("postgres"))
        server._execute(*(f"ALTER SYSTEM SET {name} = {value}" for name, value in HASTY.items()))
        server._execute("SELECT pg_reload_conf()")
        for bind in BINDS:
            embedded.create_database(engine, TEMPLATE.format(bind=bind))
        server._migrate()

        def stop() -> None:
            engine.cleanup()
            shutil.rmtree(folder, ignore_errors=True)

        return server, stop

    def clone(self, name: str) -> dict[str, str]:
        """Make a set of databases of this name; return the configuration that names them."""
        for bind in BINDS:
            copy, template = f"{name}_{bind}", TEMPLATE.format(bind=bind)
            self._execute(
                f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)',
                f'CREATE DATABASE "{copy}" TEMPLATE "{template}" STRATEGY FILE_COPY',
                f'ALTER DATABASE "{copy}" SET jit = off',
            )
        return self.config(f"{name}_{{bind}}")

    def drop(self, name: str) -> None:
        for bind in BINDS:
            self._execute(f'DROP DATABASE IF EXISTS "{name}_{bind}" WITH (FORCE)')

    def config(self, pattern: str) -> dict[str, str]:
        urls = {bind: self.url(pattern.format(bind=bind)) for bind in BINDS}
        return {
            "db.url": urls["core"],
            "db.trainwreck_url": urls["trainwreck"],
            "db.tempmon_url": urls["tempmon"],
        }

    def url(self, database: str) -> str:
        return self.uri.replace("/postgres?", f"/{database}?")

    def _migrate(self) -> None:
        from app import create_app
        from app.db import db, migrate

        app = create_app(self.config(TEMPLATE), web=False)
        with app.app_context():
            migrate.upgrade()
            for engine in db.engines.values():
                engine.dispose()

    def _execute(self, *statements: str) -> None:
        connection = psycopg2.connect(self.uri)
        connection.autocommit = True
        try:
            for statement in statements:
                connection.cursor().execute(statement)
        finally:
            connection.close()


def main(told: Path) -> None:
    """Be the server of a run: write where it is once it is ready, stop when nobody listens."""
    server, stop = TestServer.start()
    draft = told.with_suffix(".draft")
    draft.write_text(server.uri)
    draft.replace(told)
    sys.stdin.read()
    stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
