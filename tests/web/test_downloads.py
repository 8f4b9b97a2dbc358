"""The grid as a file: exactly what is on the screen, for whoever may."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook, load_workbook
from sqlalchemy import text

from app import create_app
from app.db import db, unit_of_work
from app.models.products import Product
from app.models.runs import Run
from app.models.users import Role, RolePermission
from app.services import users
from app.testing.pages import enter, token_of
from app.testing.samples import sample
from app.web.master.downloading import MayNot
from app.work import executing


def rows_of(answer):
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


@pytest.fixture
def goods(session):
    for number, told in (("1", "Milk"), ("2", "=Tea"), ("3", "Oat milk")):
        sample(session, Product, number=number, description=told)
    session.commit()


def test_it_has_the_columns_filters_and_order_of_the_grid(goods, signed_in):
    client = signed_in("products.list", "products.export")
    address = "/products/download?format=csv&column=number&column=description&sort=-number"
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'attachment; filename="products-20' in answer.headers["Content-Disposition"]
    assert rows_of(answer)[1:] == [
        ["Oat milk", "3"],
        ["'=Tea'", "2"],
        ["Milk", "1"],
    ]
    found = rows_of(client.get(f"{address}&description=milk"))
    assert [row[1] for row in found[1:]] == ["3", "1"]


def test_a_workbook_has_the_same_rows(goods, signed_in, tmp_path):
    client = signed_in("products.list", "products.export")
    path = tmp_path / "products.xlsx"
    path.write_bytes(
        client.get("/products/download?format=xlsx&column=number&column=description").data
    )
    sheet = load_workbook(path).get_sheet_by_index(0).to_python()
    assert sheet[1:] == [["'=Tea'", "2"], ["Milk", "1"], ["Oat milk", "3"]]


def test_it_goes_over_many_pages(session, signed_in):
    session.execute(
        text(
            "INSERT INTO brand (name) SELECT 'Brand ' || lpad(n::text, 5, '0')"
            " FROM generate_series(1, 1234) n"
        )
    )
    session.commit()
    client = signed_in("brands.list", "brands.export")
    found = [row[0] for row in rows_of(client.get("/brands/download?column=name"))[1:]]
    assert found == [f"Brand {number:05}" for number in range(1, 1235)]


def test_whoever_may_only_look_gets_no_file_and_is_offered_none(goods, signed_in):
    client = signed_in("products.list")
    assert client.get("/products/download").status_code == 403
    assert "/products/download" not in client.get("/products/").text
    client = signed_in("products.list", "products.export")
    assert "/products/download?format=xlsx" in client.get("/products/").text


@pytest.fixture
def big_shop(own_database, tmp_path):
    """The app with 10,500 brands, on databases of its own since a worker commits."""
    secret = {"web.secret_key": "only-for-tests-0123456789abcdef0123456789"}
    app = create_app({**own_database, **secret, "data.folder": str(tmp_path)})
    app.testing = True
    app.extensions["worker"] = create_app(app.extensions["settings"].config, web=False)
    brands = "INSERT INTO brand (name) SELECT 'Brand ' || n FROM generate_series(1, 10500) n"
    with app.app_context():
        with unit_of_work() as session:
            session.execute(text(brands))
        yield app
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def ann(big_shop):
    """Somebody who may look at brands and take them along."""
    with unit_of_work() as session:
        user = users.create(session, "ann", by=None, name="Ann Lee")
        may = ("brands.list", "brands.export", "runs.list", "runs.view")
        user.roles.append(
            Role(name="Buyer", permissions=[RolePermission(permission=one) for one in may])
        )
        session.flush()
        session.expunge(user)
        return user


@pytest.fixture
def ask(big_shop, ann):
    """`ask("csv")` asks for the file of all brands, twice; tells ann's browser and the run."""

    def ask(kind):
        client = enter(big_shop, big_shop.test_client(), ann)
        page = client.get("/brands/?column=name&name=brand").text
        address = unescape(re.search(rf'action="([^"]+format={kind}[^"]*)"', page)[1])
        asked = {"csrf_token": token_of(page), "token": "a"}
        answer, again = (client.post(address, data=asked) for _ in range(2))
        assert answer.status_code == 303
        assert again.location == answer.location
        return client, UUID(answer.location.rpartition("/")[2])

    return ask


def work_on(app, run):
    worker = app.extensions["worker"]
    told = {"settings": worker.extensions["settings"], "registry": worker.extensions["storekeeper"]}
    with worker.app_context():
        executing.execute(run, **told)
    with unit_of_work() as session:
        found = session.get_one(Run, run)
        return found.state, found.message, found.counts


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_large_one_is_a_run_whose_file_a_worker_writes(big_shop, ask, kind):
    client, run = ask(kind)
    assert client.get("/brands/download?column=name").status_code == 302
    assert work_on(big_shop, run) == ("succeeded", None, {"rows": {"written": 10500}})
    page = client.get(f"/runs/{run}").text
    file = re.search(rf'href="(/runs/{run}/files/[^"]+)"', page)[1]
    assert re.search(rf"brands-20\d\d-\d\d-\d\d\.{kind}", page)
    with client.get(file) as answer:
        sent = answer.data
    if kind == "csv":
        found = sent.decode("utf-8-sig").splitlines()
    else:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(sent)).get_sheet_by_index(0).to_python()
        found = [row[0] for row in rows]
    assert len(found) == 10501
    assert sorted(found[1:]) == sorted(f"Brand {number}" for number in range(1, 10501))


def test_who_lost_the_right_meanwhile_gets_no_file(big_shop, ask):
    _client, run = ask("csv")
    with unit_of_work() as session:
        session.execute(text("DELETE FROM role_permission WHERE permission = 'brands.export'"))
    state, message, _ = work_on(big_shop, run)
    assert (state, message) == ("failed", MayNot.__doc__)


def test_a_grid_as_of_a_day_is_downloaded_as_of_that_day(goods, signed_in):
    client = signed_in("products.list", "products.export")
    answer = client.get("/products/download?as_of=2020-01-01&column=number")
    assert len(rows_of(answer)) == 1
