"""`storekeeper products` and `storekeeper files`: what is done once a day."""

from __future__ import annotations

import pytest
from sqlalchemy import text


@pytest.fixture
def shop(own_database):
    """A product whose vendor asks more since yesterday; the configuration of its database."""
    from app import create_app
    from app.db import db, unit_of_work

    with create_app(own_database, web=False).app_context():
        with unit_of_work(by="ann") as work:
            work.execute(
                text("""
                    WITH p AS (INSERT INTO product (number, description) VALUES ('1', 'Milk')
                               RETURNING uuid),
                         v AS (INSERT INTO vendor (number, name) VALUES ('7', 'Farm')
                               RETURNING uuid)
                    INSERT INTO future_cost (product_uuid, vendor_uuid, case_cost, starts_on)
                    SELECT p.uuid, v.uuid, 2, current_date - 1 FROM p, v
                """)
            )
        for engine in db.engines.values():
            engine.dispose()
    return own_database


def test_what_is_done_once_a_day_is_done_once(storekeeper, shop, tmp_path):
    config = {**shop, "data.folder": str(tmp_path)}
    assert storekeeper("products", "costs", "--json", config=config).json == {"changed": 1}
    assert storekeeper("products", "costs", "--json", config=config).json == {"changed": 0}
    assert storekeeper("products", "figures", "--json", config=config).json == {"changed": 1}
    answer = storekeeper("products", "figures", config=config)
    assert (answer.code, answer.out) == (0, "Products whose figures changed: 0\n")
    swept = storekeeper("files", "sweep", "--json", config=config).json
    assert swept == {"rows": 0, "files": 0, "size": 0}
    shown = storekeeper("files", "sweep", config=config)
    assert shown.out == "Taken away: 0 files, 0.0 MB.\n"
