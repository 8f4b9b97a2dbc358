"""The product grid with 1,000,000 products, against its best SQL by hand.

python -m benchmarks.grid [--products N] [--json]

On a server with PostgreSQL's default settings; the times are medians without the drawing of HTML.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from werkzeug.datastructures import MultiDict

from app.testing.server import TestServer
from benchmarks.common import Figure, durable_server, table

FILL = """
INSERT INTO department (number, name) SELECT i, 'Department ' || i FROM generate_series(1, 30) i;
INSERT INTO brand (name) SELECT 'Brand ' || i FROM generate_series(1, 2000) i;
CREATE TEMP TABLE word AS SELECT row_number() OVER () AS n, w FROM unnest(string_to_array(
  'apple banana yogurt sauce milk bread butter cheese chicken soup pasta tomato onion garlic rice '
  'bean corn pepper salt sugar flour honey almond walnut coffee tea juice water cola beer wine '
  'chips '
  'cookie cracker cereal granola oat bar candy chocolate vanilla strawberry blueberry cherry peach '
  'mango lemon lime orange grape melon carrot celery lettuce spinach kale potato squash mushroom '
  'turkey beef pork ham bacon sausage salmon tuna shrimp crab egg cream ice frozen pizza burrito '
  'organic natural light classic original spicy mild sweet sour smoked roasted whole sliced diced',
  ' ')) w;
INSERT INTO product (number, description, size, department_uuid, brand_uuid)
SELECT i::text, initcap(a.w || ' ' || b.w || ' ' || c.w) || ' ' || i % 997,
       (i % 40 + 1) || ' oz', d.uuid, r.uuid
  FROM generate_series(1, :count) i
  JOIN word a ON a.n = 1 + hashint4(i) & 63 JOIN word b ON b.n = 1 + hashint4(i + 7777777) & 63
  JOIN word c ON c.n = 1 + hashint4(i + 99999999) & 63
  JOIN department d ON d.number = 1 + (hashint4(i + 5) & 1023) % 30
  JOIN brand r ON r.name = 'Brand ' || (1 + (hashint4(i + 11) & 65535) % 2000);
INSERT INTO product_code (product_uuid, gtin, kind, is_primary)
SELECT uuid, lpad(number, 14, '0'), 'upc_a', true FROM product;
INSERT INTO product_price (product_uuid, kind, price)
SELECT uuid, 'regular', 1 + (hashtext(number) & 1023) / 100.0 FROM product;
"""

BY_HAND = """
WITH found AS MATERIALIZED (
  SELECT uuid, number, description, size, department_uuid, brand_uuid FROM product
   WHERE description ILIKE :like AND department_uuid = :department),
page AS (SELECT * FROM found ORDER BY lower(description), uuid LIMIT 51)
SELECT p.*, d.name, b.name,
       (SELECT gtin FROM product_code c WHERE c.product_uuid = p.uuid AND c.is_primary),
       (SELECT price FROM product_price x WHERE x.product_uuid = p.uuid AND x.kind = 'regular'
          AND x.store_uuid IS NULL AND (x.starts_on IS NULL OR x.starts_on <= current_date)
          AND (x.ends_on IS NULL OR x.ends_on >= current_date)),
       (SELECT unit_cost FROM product_cost k WHERE k.product_uuid = p.uuid AND k.is_preferred),
       (SELECT ends_on FROM product_price x WHERE x.product_uuid = p.uuid AND x.kind = 'sale'
          AND x.store_uuid IS NULL AND (x.starts_on IS NULL OR x.starts_on <= current_date)
          AND (x.ends_on IS NULL OR x.ends_on >= current_date)),
       (SELECT count(*) FROM (SELECT 1 FROM found LIMIT 10001) few)
  FROM page p LEFT JOIN department d ON d.uuid = p.department_uuid
  LEFT JOIN brand b ON b.uuid = p.brand_uuid ORDER BY lower(p.description), p.uuid
"""


def main() -> None:
    """Fill, ask both ways in turn, print the medians; exit 1 if a limit is missed."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--products", type=int, default=1_000_000)
    options.add_argument("--repeat", type=int, default=15)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with durable_server() as server:
        figures = list(measure(server, chosen.products, chosen.repeat))
    print(json.dumps([f.as_json() for f in figures], indent=2) if chosen.json else table(figures))
    sys.exit(any(figure.is_reached is False for figure in figures))


def measure(server: TestServer, products: int, repeat: int) -> Iterator[Figure]:
    """Each question with its times in milliseconds."""
    from app import create_app
    from app.db import db

    app = create_app(
        {**server.clone("bench"), "web.secret_key": "k" * 40, "web.statement_timeout": "30 min"}
    )
    with app.app_context():
        fill(db.engine, products)
        session = db.session()
        department = session.scalar(text("SELECT uuid FROM department WHERE number = 7"))
        for word in ("yogurt", "yogurt sauce"):
            asked = {"description": word, "department": str(department)}
            hand = best(lambda w=word: by_hand(session, w, department), repeat)
            ours = best(lambda a=asked: page(session, a), repeat)
            yield figure(f"contains “{word}”, department, sort", ours, hand, limit=3)
        yield figure("deep page against the first", *deep(session, repeat), limit=1.5)
        yield from back_then(session, repeat)
        hand = best(lambda: session.execute(text("SELECT count(*) FROM product")).all(), repeat)
        ours = best(lambda: page(session, {}), repeat)
        yield figure("first page without filter, against one full count", ours, hand, limit=3)


def back_then(session: Any, repeat: int) -> Iterator[Figure]:
    """The grid as of yesterday, with a history of every row, against the grid of now."""
    from app.db import as_of

    moment = as_of.Then(
        as_of.then(session, datetime.now(UTC), datetime.now(UTC).date()).change_set,
        datetime.now(UTC).date(),
    )
    with as_of.session_at(session, moment) as past:
        for word in ("", "yogurt", "yogurt sauce"):
            what = f", contains “{word}”" if word else ""
            asked = {"description": word} if word else {}
            now = best(lambda a=asked: page(session, a), repeat)
            yield figure(
                f"as of a day{what}", best(lambda a=asked: page(past, a), repeat), now, limit=3
            )


def fill(engine: Any, products: int) -> None:
    with engine.begin() as connection:
        for statement in FILL.split(";\n"):
            if statement.strip():
                values = {"count": products} if ":count" in statement else {}
                connection.execute(text(statement), values)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def page(session: Any, asked: dict[str, str]) -> Any:
    """What a request asks of the database: rows, relations, count; as the view does."""
    from app.models.products import Product
    from app.web.master.page import page_of
    from app.web.views.products import ProductView

    session.expunge_all()
    return page_of(session, Product, ProductView.grid.bound(Product), MultiDict(asked))


def by_hand(session: Any, word: str, department: Any) -> Any:
    return session.execute(text(BY_HAND), {"like": f"%{word}%", "department": department}).all()


def deep(session: Any, repeat: int) -> tuple[float, float]:
    """The last page reached by its key, and the first one."""
    last = page(session, {"last": "1"})
    before = {key: str(value) for key, value in last.back.items()}
    return best(lambda: page(session, before), repeat), best(lambda: page(session, {}), repeat)


def best(ask: Callable[[], Any], repeat: int) -> float:
    """The median time in milliseconds, after one to warm up."""
    ask()
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        ask()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def figure(what: str, ours: float, other: float, limit: float) -> Figure:
    return Figure(what, ours, other, limit, unit="ms")


if __name__ == "__main__":
    main()
