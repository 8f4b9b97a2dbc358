"""What an ordered item is asked on pages of its own: which product it is, and what was paid."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.models.orders import OrderItem
from app.models.products import Product
from app.testing.pages import fields_of
from app.testing.samples import sample


@pytest.fixture
def wish(session):
    """Something that was ordered by its words only."""
    return sample(session, OrderItem, description="That oat thing", product_uuid=None)


def send(client, url, **told):
    return client.post(url, data=fields_of(client.get(url).text) | told)


def test_the_product_of_a_wish_is_chosen(session, signed_in, wish):
    product = sample(session, Product, description="Oat drink")
    client = signed_in("*")
    page = f"/order-items/{wish.uuid}"
    assert f'href="{page}/product"' in client.get(page).text
    assert send(client, f"{page}/product", product=str(product.uuid)).status_code == 302
    session.expire_all()
    assert (wish.product, wish.description) == (product, "Oat drink")
    assert [event.kind for event in wish.events][-1] == "product_resolved"
    assert f'href="{page}/product"' not in client.get(page).text


def test_no_product_is_no_answer(session, signed_in, wish):
    answer = send(signed_in("*"), f"/order-items/{wish.uuid}/product")
    assert answer.status_code == 422
    assert 'class="errors"' in answer.text


def test_payments_are_written_down_one_by_one(session, signed_in, wish):
    client = signed_in("*")
    url = f"/order-items/{wish.uuid}/pay"
    for amount in ("2.50", "1"):
        assert send(client, url, paid_amount=amount, payment_receipt="4711").status_code == 302
    session.expire_all()
    assert (wish.paid_amount, wish.payment_receipt) == (Decimal("3.50"), "4711")
    assert "3.50" in client.get(f"/order-items/{wish.uuid}").text


@pytest.mark.parametrize("amount", ["", "0", "-1", "much"])
def test_what_is_no_payment_is_refused(session, signed_in, wish, amount):
    answer = send(signed_in("*"), f"/order-items/{wish.uuid}/pay", paid_amount=amount)
    assert answer.status_code == 422
    session.expire_all()
    assert wish.paid_amount == 0


def test_whoever_only_looks_is_not_asked(signed_in, wish):
    client = signed_in("order_items.list", "order_items.view")
    assert "/pay" not in client.get(f"/order-items/{wish.uuid}").text
    assert client.get(f"/order-items/{wish.uuid}/pay").status_code == 403
