"""The history of one product with 10,000 versions: its pages, the values of a field, two states.

python -m benchmarks.history [--versions N] [--json]

Each version is a change set of its own, every tenth also changes a price. A page is what a browser
asks for, with the drawing of HTML, by somebody who may see everything; times are medians of 9.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg2
from sqlalchemy.engine import make_url

from app.testing.pages import enter
from app.testing.server import TestServer
from benchmarks.common import Figure, durable_server, median, table

LIMIT = 200
FILL = """
SET synchronous_commit = off;
INSERT INTO product (number, description) VALUES ('1', 'Apple');
INSERT INTO product_price (product_uuid, kind, price) SELECT uuid, 'regular', 1 FROM product;
"""
WRITE = """
DO $$ BEGIN
  FOR i IN 1..{versions} LOOP
    UPDATE product SET description = 'Apple ' || i, size = i || ' oz';
    IF i % 10 = 0 THEN
      UPDATE product_price SET price = 1 + i / 100.0;
    END IF;
    COMMIT;
  END LOOP;
END $$
"""


def main() -> None:
    """Measure all, print a table or JSON; exit 1 if a limit is missed."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--versions", type=int, default=10_000)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with durable_server() as server:
        figures = list(measured(server, chosen.versions))
    print(json.dumps([f.as_json() for f in figures], indent=2) if chosen.json else table(figures))
    sys.exit(any(figure.is_reached is False for figure in figures))


def measured(server: TestServer, versions: int) -> Iterator[Figure]:
    from app import create_app
    from app.db import db, unit_of_work
    from app.models.products import Product
    from app.services import history

    config = server.clone("history")
    fill(config["db.url"], versions)
    app = create_app(config)
    with app.app_context():
        with unit_of_work() as session:
            product = session.query(Product).one().uuid
            newest = history.latest(session, Product, product) or 0
            found = median(lambda: history.of(session, Product, product), 9)
        yield Figure(f"history of {versions:,} versions: the service", found * 1000, unit="ms")
        page = f"/products/{product}/history"
        middle = newest - versions // 2
        both = f"version={middle}&version={newest}"
        for name, url, limit in (
            ("first page", page, LIMIT),
            ("page in the middle", f"{page}?before={middle}", LIMIT),
            ("values of a field", f"/products/{product}/timeline/description", None),
            ("two states compared", f"/products/{product}/diff?{both}", None),
            ("the product as of a day", f"/products/{product}/as-of?as_of=2100-01-01", None),
        ):
            took = page_time(app, url)
            yield Figure(f"… {name}", took * 1000, limit=limit, unit="ms")
        for engine in db.engines.values():
            engine.dispose()


def fill(url: str, versions: int) -> None:
    """As many transactions as versions; nobody waits for the disk meanwhile."""
    dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(FILL)
    cursor.execute(WRITE.format(versions=versions))
    cursor.execute("ANALYZE")
    connection.close()


def page_time(app: Any, url: str) -> float:
    client = signed_in(app)

    def ask() -> None:
        answer = client.get(url)
        if answer.status_code != 200 or b"Apple" not in answer.data:
            raise SystemExit(f"{url} answered {answer.status}")

    ask()  # templates are compiled once
    return median(ask, 9)


def signed_in(app: Any) -> Any:
    from app.db import unit_of_work
    from app.models.users import User
    from app.services import users
    from app.services.permissions import ensure_built_in_roles

    with unit_of_work() as session:
        ann: UUID | None = session.query(User.uuid).filter_by(username="ann").scalar()
        if ann is None:
            ensure_built_in_roles(session)
            user = users.create(session, "ann", by=None, name="Ann Lee")
            users.make_administrator(session, user, by=None)
    with unit_of_work() as session:
        return enter(app, app.test_client(), session.query(User).filter_by(username="ann").one())


if __name__ == "__main__":
    main()
