"""Databases that tests commit to: lent to one after the other, and emptied in between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2

from app.testing.server import TestServer

CATALOGS = (
    "pg_attrdef",
    "pg_attribute",
    "pg_class",
    "pg_constraint",
    "pg_index",
    "pg_proc",
    "pg_trigger",
    "pg_type",
)
# Whatever changes a schema writes newer rows into these, or takes some out.
_SHAPE = " UNION ALL ".join(
    f"SELECT '{name}', count(*), max(xmin::text::bigint) FROM {name}"  # noqa: S608
    for name in CATALOGS
)
_ALONE = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
# As the migrations left it. Neither triggers nor foreign keys ask while it is a replica.
_EMPTY = """
SET session_replication_role = replica;
DO $$ DECLARE filled regclass; BEGIN
  FOR filled IN
    SELECT oid FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
      AND relname NOT IN ('alembic_version', 'migration_file')
  LOOP EXECUTE format('DELETE FROM %s', filled); END LOOP;
END $$;
SELECT setval(seqrelid, seqstart, false) FROM pg_sequence;
"""

Shape = dict[str, list[tuple[Any, ...]]]


class Lent:
    """A set of databases; a test that changed their schema costs a new set."""

    def __init__(self, server: TestServer, name: str) -> None:
        self.server, self.name = server, name
        self._shape: Shape | None = None

    @property
    def is_made(self) -> bool:
        return self._shape is not None

    def lend(self) -> dict[str, str]:
        """The configuration that names them; they are as the migrations make them."""
        if not self.is_made:
            self.server.clone(self.name)
            self._shape = self._look()
        return self.server.config(f"{self.name}_{{bind}}")

    def take_back(self, *, alone: bool = True) -> None:
        """Empty them. With `alone`, whoever is still connected is sent away first."""
        try:
            self._ask(_ALONE if alone else "SELECT", _EMPTY)
            is_whole = self._look() == self._shape
        except psycopg2.Error:  # a table or a whole database is gone
            is_whole = False
        if not is_whole:
            self.drop()

    def drop(self) -> None:
        self.server.drop(self.name)
        self._shape = None

    def _look(self) -> Shape:
        return self._ask(_SHAPE)

    def _ask(self, *statements: str) -> Shape:
        answers: Shape = {}
        for key, url in self.server.config(f"{self.name}_{{bind}}").items():
            with closing(psycopg2.connect(url)) as connection:
                connection.autocommit = True
                cursor = connection.cursor()
                for statement in statements:
                    cursor.execute(statement)
                answers[key] = cursor.fetchall()
        return answers


@contextmanager
def lent(server: TestServer, name: str) -> Iterator[Lent]:
    """A set of databases of this name, until the end."""
    databases = Lent(server, name)
    try:
        yield databases
    finally:
        databases.drop()
