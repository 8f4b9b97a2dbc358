"""What people do to a record beside editing it: offered on its page, done once, written down."""

from __future__ import annotations

from app.models.orders import CustomerOrder, OrderItem
from app.models.products import Product
from app.models.purchases import Purchase
from app.models.upgrades import Upgrade
from app.testing.pages import fields_of, token_of
from app.testing.samples import sample


def moved(client, record, page, move, **more):
    token = token_of(client.get(page).text)
    return client.post(f"{page}/move", data={"csrf_token": token, "move": move, **more})


def test_a_move_is_offered_done_and_told(session, signed_in):
    product = sample(session, Product)
    item = sample(session, OrderItem, product_uuid=product.uuid)
    client = signed_in("*")
    page = f"/order-items/{item.uuid}"
    assert 'value="ready"' in client.get(page).text
    assert moved(client, item, page, "ready", note="She called <b>").status_code == 303
    text = client.get(page).text
    assert "She called &lt;b&gt;" in text
    assert 'value="placed"' in text
    session.expire_all()
    assert item.state == "ready"


def test_a_move_that_is_not_offered_any_more_does_nothing(session, signed_in):
    item = sample(session, OrderItem)
    client = signed_in("*")
    page = f"/order-items/{item.uuid}"
    moved(client, item, page, "delivered")
    session.expire_all()
    assert item.state == "new"
    assert "Somebody else was faster" in client.get(page).text


def test_a_refusal_is_a_sentence(session, signed_in):
    purchase = sample(session, Purchase)
    client = signed_in("*")
    page = f"/purchases/{purchase.uuid}"
    moved(client, purchase, page, "ordered")
    assert "Nothing is ordered yet" in client.get(page).text


def test_whoever_may_not_edit_may_not_move(session, signed_in):
    upgrade = sample(session, Upgrade)
    client = signed_in("upgrades.list", "upgrades.view")
    page = f"/upgrades/{upgrade.uuid}"
    text = client.get(page).text
    assert "What next" not in text
    token = token_of(text)
    answer = client.post(f"{page}/move", data={"csrf_token": token, "move": "again"})
    assert answer.status_code == 403


def test_an_item_of_an_order_takes_what_its_product_says(session, signed_in):
    product = sample(session, Product, description="Oat drink")
    order = sample(session, CustomerOrder)
    client = signed_in("*")
    for _ in range(2):
        url = f"/order-items/new?order={order.uuid}"
        told = fields_of(client.get(url).text) | {"product": str(product.uuid)}
        assert client.post(url, data=told).status_code == 302
    session.expire_all()
    assert [(i.sequence, i.description, i.events[0].kind) for i in order.items] == [
        (1, "Oat drink", "new"),
        (2, "Oat drink", "new"),
    ]
