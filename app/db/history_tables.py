"""For migrations: tables with a history, and columns that join them, in a line each.

    add_columns(op, "product", sa.Column("organic", sa.Boolean(), server_default="false"))
    keep_history(op, "tax")

What a version table looks like follows from its table, as `storekeeper db check` compares.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa


def keep_history(op: Any, *tables: str) -> None:
    """Make the version table of each of these tables and record every write from now on."""
    for table in tables:
        op.execute(f"SELECT make_history('\"{table}\"')")


def forget_history(op: Any, *tables: str) -> None:
    """Drop the version tables; their tables are dropped after them."""
    for table in tables:
        op.drop_table(f"{table}_version")


def add_columns(op: Any, table: str, *columns: sa.Column[Any]) -> None:
    """Add columns to a table and to its history, where old versions get the default too.

    So an old version can be brought back although nobody had heard of the column then.
    """
    for column in columns:
        op.add_column(table, column)
        told = None if column.computed is not None else column.server_default
        op.add_column(f"{table}_version", _plain(column.name, column.type, told))
        if told is not None:
            op.alter_column(f"{table}_version", column.name, server_default=None)


def drop_columns(op: Any, table: str, *names: str) -> None:
    """Drop columns of a table and of its history."""
    for name in names:
        op.drop_column(table, name)
        op.drop_column(f"{table}_version", name)


def _plain(name: str, kind: Any, default: Any = None) -> sa.Column[Any]:
    given = default.arg if default is not None else None
    return sa.Column(name, kind, nullable=name != "uuid", server_default=given)
