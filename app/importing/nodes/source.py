"""The database of another node, as a source: one moment of it, read by COPY."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from app.config import Config
from app.db import binds
from app.errors import AppError
from app.importing.cells import shown

BLOCK = 1 << 18
LONGEST_CONNECT = 10
"""Seconds to wait for a machine that does not answer."""


class NoSuchNode(AppError):
    """This node is not configured."""


class NodeTrouble(AppError):
    """The database of the other node does not do its part; nothing was written here."""


def url_of(config: Config, name: str | None) -> str:
    """The address of a node's database. Raises NoSuchNode, which names those there are."""
    urls = {
        key.removesuffix(".url"): url
        for key, url in config.section("nodes").items()
        if key.endswith(".url")
    }
    if name is None and len(urls) == 1:
        return next(iter(urls.values()))
    if name is None or name.lower() not in urls:
        known = ", ".join(sorted(urls)) or "none"
        asked = f"There is no node “{shown(name)}”" if name else "Say which node with --source"
        raise NoSuchNode(f"{asked}; configured as [nodes.NAME] url = … are: {known}.")
    return urls[name.lower()]


class Node:
    """Open while a run lasts. All tables are read as of one moment, and nothing is written."""

    connection: Connection
    columns: frozenset[tuple[str, str]]
    """(table, column) of all that it has; an older node has fewer."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._ends = ExitStack()

    def __enter__(self) -> Node:
        try:
            engine = create_engine(
                binds.parse(self.url),
                isolation_level="REPEATABLE READ",
                connect_args={"connect_timeout": LONGEST_CONNECT},
            )
            self._ends.callback(engine.dispose)
            self.connection = self._ends.enter_context(engine.connect())
            self.connection.execute(text("SET TRANSACTION READ ONLY"))
            self.connection.execute(text("SET LOCAL statement_timeout = 0"))
            self.columns = self._columns()
        except SQLAlchemyError as error:
            self._ends.close()
            first = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
            raise NodeTrouble(f"The node cannot be reached: {shown(first, 200)}") from error
        if not any(table == "product_code" for table, _ in self.columns):
            self._ends.close()
            raise NodeTrouble(
                "The database of the node is none of a Storekeeper, or its user may read nothing."
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ends.close()

    def _columns(self) -> frozenset[tuple[str, str]]:
        query = "SELECT table_name, column_name FROM information_schema.columns"
        here = text(f"{query} WHERE table_schema = current_schema()")
        return frozenset((table, column) for table, column in self.connection.execute(here))

    def copied(self, query: Any) -> Iterator[bytes]:
        """What a query finds, in COPY's text format, in blocks of any size."""
        compiled = query.compile(dialect=self.connection.dialect)
        cursor = self.connection.connection.cursor()
        asked = cursor.mogrify(compiled.string, compiled.params).decode()
        with _Pump(cursor, f"COPY ({asked}) TO STDOUT") as pump:
            while block := os.read(pump.out, BLOCK):
                yield block
            pump.check()


class _Pump:
    """COPY gives its rows to a file; a pipe and a thread make that something to read from."""

    def __init__(self, cursor: Any, copy: str) -> None:
        self.cursor, self.copy = cursor, copy
        self.out, self._into = os.pipe()
        self.error: Exception | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> _Pump:
        self._thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        os.close(self.out)  # whoever still writes stops at that
        self._thread.join()
        self.cursor.close()

    def check(self) -> None:
        """Tell what ended it before its time. A source that breaks off is no end of the rows."""
        self._thread.join()
        if self.error is not None:
            first = (str(self.error).strip().splitlines() or [type(self.error).__name__])[0]
            raise NodeTrouble(f"The other node broke off: {shown(first, 200)}") from self.error

    def _run(self) -> None:
        with suppress(BrokenPipeError), os.fdopen(self._into, "wb", BLOCK) as file:
            try:
                self.cursor.copy_expert(self.copy, file)
            except Exception as error:  # it belongs to the thread that reads
                self.error = error
