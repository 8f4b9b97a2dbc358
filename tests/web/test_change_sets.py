"""The pages of change sets: what one touched, and its undo with a preview."""

import pytest
from sqlalchemy import select, text

from app.db import unit_of_work
from app.db.unit_of_work import change_set_of
from app.models.products import Product
from app.testing.pages import token_of


@pytest.fixture
def imported(session):
    with unit_of_work(by="ann", origin="import", reason="autumn prices") as work:
        rows = "SELECT i::text, 'Granola ' || i FROM generate_series(1, 60) i"
        work.execute(text(f"INSERT INTO product (number, description) {rows}"))
        return change_set_of(work)


def change(statement):
    with unit_of_work(by="bob", origin="cli") as work:
        work.execute(text(statement))
        return change_set_of(work)


def test_nobody_and_who_may_not_is_kept_out(client, signed_in, imported):
    assert client.get("/change-sets/").status_code in {302, 303}
    client = signed_in("products.view")
    for page in ("/change-sets/", f"/change-sets/{imported}", f"/change-sets/{imported}/undo"):
        assert client.get(page).status_code == 403


def test_change_sets_are_listed_and_filtered(signed_in, imported):
    client = signed_in("*")
    assert "autumn prices" in client.get("/change-sets/?who=ann&origin=import").text
    for nothing in ("?who=nobody", "?origin=batch", "?to=2000-01-01", "?before=1"):
        assert "autumn prices" not in client.get(f"/change-sets/{nothing}").text


def test_any_address_is_answered(signed_in, imported):
    client = signed_in("*")
    for tail in ("?before=x", "?from=x&to=9999-12-31", "?run=x", "?who=%00", "?origin=x"):
        assert client.get(f"/change-sets/{tail}").status_code == 200, tail
    for tail in ("?table=x", "?after=x", "?table=product&after=x"):
        assert client.get(f"/change-sets/{imported}{tail}").status_code == 200, tail
    assert client.get("/change-sets/999999999999").status_code == 404
    assert client.get("/change-sets/999999999999/undo").status_code == 404


def test_all_that_it_touched_is_there_page_by_page(signed_in, imported):
    page = signed_in("*").get(f"/change-sets/{imported}")
    assert page.text.count("Granola") == 50
    assert "autumn prices" in page.text


def test_who_may_not_see_a_table_sees_only_how_much(signed_in, imported):
    page = signed_in("change_sets.view").get(f"/change-sets/{imported}").text
    assert "Granola" not in page
    assert "60 created" in page


def test_an_undo_is_shown_first_and_told_afterwards(session, signed_in, imported):
    change("UPDATE product SET size = '1 oz' WHERE number = '7'")
    client = signed_in("*")
    url = f"/change-sets/{imported}/undo"
    page = client.get(url)
    assert "59 deleted again" in page.text
    assert "Changed since" in page.text
    assert len(session.scalars(select(Product)).all()) == 60
    answer = client.post(url, data={"csrf_token": token_of(page.text)})
    assert answer.status_code == 302
    assert [p.number for p in session.scalars(select(Product))] == ["7"]
    told = client.get(answer.location).text
    assert "Undone." in told
    assert "bob" in told


def test_who_overrules_undoes_all(session, signed_in, imported):
    change("UPDATE product SET size = '1 oz' WHERE number = '7'")
    client = signed_in("*")
    url = f"/change-sets/{imported}/undo?overrule=yes"
    client.post(url, data={"csrf_token": token_of(client.get(url).text), "overrule": "yes"})
    assert session.scalars(select(Product)).all() == []


def test_who_may_not_delete_products_may_not_undo_their_import(session, signed_in, imported):
    client = signed_in("change_sets.undo", "change_sets.view", "products.edit", "products.view")
    url = f"/change-sets/{imported}/undo"
    page = client.get(url)
    assert "ask an administrator" in page.text
    answer = client.post(url, data={"csrf_token": token_of(page.text)})
    assert answer.status_code == 403
    session.rollback()
    assert len(session.scalars(select(Product)).all()) == 60


def test_nobody_gains_rights_by_an_undo(session, signed_in):
    number = change("INSERT INTO role (name) VALUES ('Buyers')")
    client = signed_in("change_sets.undo", "roles.view", "roles.delete", "roles.edit")
    assert "ask an administrator" in client.get(f"/change-sets/{number}/undo").text


def test_what_is_undone_already_says_so(signed_in, imported):
    change("DELETE FROM product")
    assert "nothing to undo" in signed_in("*").get(f"/change-sets/{imported}/undo").text


def test_the_history_of_a_record_leads_to_its_change_sets(session, signed_in, imported):
    uuid = session.scalar(select(Product.uuid).limit(1))
    assert f'href="/change-sets/{imported}"' in signed_in("*").get(f"/products/{uuid}").text


def test_a_large_undo_is_asked_of_a_worker_once(signed_in, session, imported, monkeypatch):
    monkeypatch.setattr("app.services.undo_work.LARGE", 10)
    client, address = signed_in("*"), f"/change-sets/{imported}/undo"
    form = {"csrf_token": token_of(client.get(address).text), "token": "one"}
    first, second = client.post(address, data=form), client.post(address, data=form)
    assert first.location == second.location
    assert "Waiting for a worker" in client.get(first.location).text
    assert session.query(Product).count() == 60
