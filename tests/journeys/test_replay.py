"""200 changes by every way there is: the versions alone rebuild each row, and half are undone."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import func, select, text

from app.db import unit_of_work
from app.db.unit_of_work import change_set_of
from app.db.versioning import ChangeSet, versions_of
from app.importing.handlers.products_csv import ProductsCsv
from app.models.brands import Brand
from app.models.departments import Category, Department
from app.models.products import Product, ProductCode, ProductCost, ProductPrice
from app.models.vendors import Vendor
from app.services import undoing
from app.testing.pages import fields_of, token_of

MODELS = (Department, Brand, Category, Vendor, Product, ProductCode, ProductCost, ProductPrice)
CHANGES, SEED = 200, 20261123
HEADER = "number,description,size,department_number,department,brand,regular_price"


class Shop:
    """Somebody at random who changes things: on the web, by ORM, by SQL, by import."""

    def __init__(self, session, client, settings, folder):
        self.session, self.client, self.settings, self.folder = session, client, settings, folder
        self.random = Random(SEED)
        self.made = 0

    def change(self):
        ways = (self.web_edit, self.web_create, self.web_delete, self.orm, self.sql, self.load)
        self.random.choices(ways, weights=(5, 2, 1, 4, 4, 2))[0]()

    def web_edit(self):
        if uuid := self._any(Product):
            page = self.client.get(f"/products/{uuid}/edit").text
            given = {**fields_of(page), self.random.choice(("size", "notes")): self._word()}
            assert self.client.post(f"/products/{uuid}/edit", data=given).status_code == 302

    def web_create(self):
        page = self.client.get("/products/new").text
        given = {**fields_of(page), "number": self._number(), "description": self._word()}
        assert self.client.post("/products/new", data=given).status_code == 302

    def web_delete(self):
        if uuid := self._any(Product):
            url = f"/products/{uuid}/delete"
            token = token_of(self.client.get(url).text)
            assert self.client.post(url, data={"csrf_token": token}).status_code == 302

    def orm(self):
        with unit_of_work(by="bob", origin="batch") as work:
            product = Product(number=self._number(), description=self._word())
            product.prices = [ProductPrice(price=Decimal(self.random.randint(1, 900)) / 100)]
            work.add(product)
            if uuid := self._any(ProductPrice):
                work.get(ProductPrice, uuid).price += Decimal("0.10")
            if (uuid := self._any(Product)) and self.random.random() < 0.2:
                work.execute(text("DELETE FROM product WHERE uuid = :uuid"), {"uuid": uuid})

    def sql(self):
        statement = self.random.choice((
            "UPDATE product SET size = :word WHERE hashtext(number || :word) % 3 = 0",
            "UPDATE product SET active = NOT active WHERE hashtext(number || :word) % 4 = 0",
            "UPDATE product_price SET price = price + 0.01 WHERE hashtext(:word) IS NOT NULL",
            "DELETE FROM product WHERE hashtext(number || :word) % 9 = 0",
            "INSERT INTO product_price (product_uuid, kind, price) SELECT uuid, 'associate', 1"
            " FROM product p WHERE hashtext(number || :word) % 5 = 0 AND NOT EXISTS (SELECT FROM"
            " product_price x WHERE x.product_uuid = p.uuid AND x.kind = 'associate')",
        ))  # fmt: skip
        with unit_of_work(by="cid", origin="sql") as work:
            work.execute(text(statement), {"word": self._word()})

    def load(self):
        lines = [
            f"{self._number()},{self._word()},{self._word()},{n},Department {n},{self._word()},1.5"
            for n in (self.random.randint(1, 4) for _ in range(self.random.randint(1, 6)))
        ]
        path = self.folder / "products.csv"
        path.write_text("\n".join([HEADER, *lines]) + "\n")
        self.session.expire_all()
        report = ProductsCsv(self.settings, path).run(by="dan")
        assert not report.rejected_count, report.rejected

    def _number(self):
        self.made += 1
        return str(self.made)

    def _word(self):
        return "".join(self.random.choices("abcdefgh", k=5))

    def _any(self, model):
        """Chosen by what people read, since keys differ from one day to the next."""
        self.session.expire_all()
        query = select(Product.uuid).order_by(Product.number)
        if model is ProductPrice:
            query = select(ProductPrice.uuid).join(
                Product, Product.uuid == ProductPrice.product_uuid
            )
            query = query.order_by(Product.number, ProductPrice.kind, ProductPrice.price)
        found = self.session.scalars(query).all()
        return self.random.choice(found) if found else None


@pytest.fixture
def shop(app, session, signed_in, tmp_path):
    return Shop(session, signed_in("*"), app.extensions["settings"], tmp_path)


def test_the_versions_rebuild_every_row_and_half_of_the_changes_are_undone(session, shop):
    first = last_change_set(session)
    states = {first: live(session)}
    while len(states) <= CHANGES:
        shop.change()
        states[last_change_set(session)] = live(session)
    numbers = sorted(states)

    for number in (*numbers[::20], numbers[-1]):
        assert replayed(session, until=number) == states[number]

    undone = session.scalars(
        select(ChangeSet.id).where(ChangeSet.id > numbers[CHANGES // 2]).order_by(ChangeSet.id)
    )
    for number in reversed(undone.all()):
        if touches(session, number):
            with unit_of_work(by="ann", origin="web") as work:
                report = undoing.undo(work, number, by="ann")
                assert report.plan.left_out == {}
                assert change_set_of(work) == report.change_set_id
    assert live(session) == states[numbers[CHANGES // 2]]
    assert replayed(session, until=last_change_set(session)) == live(session)


def live(session):
    """Every row of the shop as it is now."""
    return {
        model.__table__.name: dict(
            session.execute(
                text(f"SELECT uuid::text, to_jsonb(t) FROM {model.__table__.name} t")
            ).all()
        )
        for model in MODELS
    }


def replayed(session, *, until):
    """Every row as the versions up to a change set rebuild it, one after the other."""
    found = {}
    for model in MODELS:
        rows = found.setdefault(model.__table__.name, {})
        versions = text(
            "SELECT uuid::text, operation_type, to_jsonb(v) - '{transaction_id,"
            f"end_transaction_id,operation_type}}'::text[] FROM {versions_of(model).__table__.name}"
            " v WHERE transaction_id <= :until ORDER BY transaction_id"
        )
        for uuid, operation, state in session.execute(versions, {"until": until}):
            if operation == 2:
                del rows[uuid]
            else:
                rows[uuid] = state
    return found


def touches(session, number):
    return any(
        session.scalar(select(func.count()).where(versions_of(m).transaction_id == number))
        for m in MODELS
    )


def last_change_set(session):
    return session.scalar(select(func.max(ChangeSet.id)))
