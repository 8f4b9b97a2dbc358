"""Undo of a change set of 22,000 rows among 100,000 products, against the same in SQL by hand.

python -m benchmarks.undo [--products N] [--rows N] [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from sqlalchemy import text

from benchmarks.common import Figure, durable_server, seconds, table
from benchmarks.grid import FILL

CHANGES = {
    "update": "UPDATE product SET size = 'new', notes = 'imported' WHERE number::int <= :rows",
    "delete": "DELETE FROM product_price WHERE product_uuid IN"
              " (SELECT uuid FROM product WHERE number::int <= :rows)",
    "create": "INSERT INTO product (number, description) SELECT 'n' || i, 'New ' || i"
              " FROM generate_series(1, :rows) i",
}  # fmt: skip
BY_HAND = {
    "update": "UPDATE product p SET size = o.size, notes = o.notes FROM product_version o"
              " WHERE o.uuid = p.uuid AND o.end_transaction_id = :n",
    "delete": "INSERT INTO product_price (uuid, product_uuid, store_uuid, kind, price, multiple,"
              " starts_on, ends_on) SELECT uuid, product_uuid, store_uuid, kind, price, multiple,"
              " starts_on, ends_on FROM product_price_version WHERE transaction_id = :n",
    "create": "DELETE FROM product p USING product_version v WHERE v.uuid = p.uuid"
              " AND v.transaction_id = :n",
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--products", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=22_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with durable_server() as server:
        figures = measure(server, given.products, given.rows)
    told = [figure.as_json() for figure in figures]
    print(json.dumps(told, indent=2) if given.json else table(figures))
    sys.exit(any(figure.is_reached is False for figure in figures))


def measure(server: Any, products: int, rows: int) -> list[Figure]:
    from app import create_app
    from app.db import db

    app = create_app(server.clone("bench_undo"), web=False)
    with app.app_context():
        fill(products)
        found = []
        for kind in CHANGES:
            found += of_kind(kind, rows)
        for engine in db.engines.values():
            engine.dispose()
    return found


def fill(products: int) -> None:
    from app.db import db, unit_of_work

    with unit_of_work() as session:
        for statement in FILL.split(";\n"):
            if statement.strip():
                values = {"count": products} if ":count" in statement else {}
                session.execute(text(statement), values)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def of_kind(kind: str, rows: int) -> list[Figure]:
    """Change, plan, undo by the service; change again and undo by hand."""
    from app.db import unit_of_work
    from app.services import undoing

    number, rows = changed(kind, rows)

    def plan() -> None:
        with unit_of_work() as session:
            assert undoing.plan(session, number).count == rows

    def undo() -> None:
        with unit_of_work() as session:
            assert undoing.undo(session, number).plan.count == rows

    planned, done = seconds(plan), seconds(undo)
    again, _ = changed(kind, rows)

    def by_hand() -> None:
        with unit_of_work() as session:
            session.execute(text(BY_HAND[kind]), {"n": again})

    hand = seconds(by_hand)
    return [
        Figure(f"plan the undo of {rows:,} rows ({kind})", planned, limit=1),
        Figure(f"undo {rows:,} rows ({kind})", done, limit=5),
        Figure(f"undo {rows:,} rows ({kind}), against SQL", done, hand),
    ]


def changed(kind: str, rows: int) -> tuple[int, int]:
    from app.db import unit_of_work
    from app.db.unit_of_work import change_set_of

    with unit_of_work() as session:
        written: Any = session.execute(text(CHANGES[kind]), {"rows": rows})
        number = change_set_of(session)
    assert number is not None
    return number, written.rowcount


if __name__ == "__main__":
    main()
