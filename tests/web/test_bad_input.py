"""What cannot be is one sentence at its field, and nothing is written."""

from decimal import Decimal

import pytest
from lxml import html

from app.models.departments import Department
from app.models.products import Product, ProductCode, ProductPrice
from app.testing.pages import fields_of, token_of
from app.testing.samples import sample


@pytest.fixture
def milk(session):
    found = sample(session, Product, number="1", description="Milk")
    sample(session, ProductPrice, product=found, kind="regular", price=Decimal("2.29"))
    session.commit()
    return found


def told(answer):
    """What a form says is wrong with it."""
    assert answer.status_code == 422
    page = html.fromstring(answer.text)
    return " ".join(" ".join(one.itertext()) for one in page.xpath("//*[@role='alert']"))


def send(client, url, **given):
    return client.post(url, data={**fields_of(client.get(url).text), **given})


@pytest.mark.parametrize(
    ("url", "given", "sentence"),
    [
        ("/product-prices/new?product={}", {"price": "1.99"}, "overlap with another price"),
        ("/product-prices/new?product={}", {"price": "-1", "kind": "sale"}, "not be negative"),
        ("/product-codes/new?product={}", {"gtin": "036000291453"}, "check digit"),
        ("/products/new", {"number": "1", "description": "Oat"}, "already one with this number"),
        ("/products/{}/edit", {"pack_size": "-6"}, "more than zero"),
    ],
)
def test_what_cannot_be_is_refused_in_words(session, signed_in, milk, url, given, sentence):
    before = [session.query(m).count() for m in (Product, ProductCode, ProductPrice)]
    assert sentence in told(send(signed_in("*"), url.format(milk.uuid), **given))
    session.rollback()
    assert [session.query(m).count() for m in (Product, ProductCode, ProductPrice)] == before


def test_what_is_in_use_says_by_what_with_a_count_and_a_link(session, signed_in, milk):
    dairy = sample(session, Department, name="Dairy", number=4)
    milk.department = dairy
    session.commit()
    client, url = signed_in("*"), f"/departments/{dairy.uuid}/delete"
    page = html.fromstring(client.get(url).text)
    (line,) = page.xpath("//ul[@class='lines']/li")
    assert " ".join(line.text_content().split()) == "Products · show 1 in use"
    assert "Milk" in client.get(line.xpath(".//a/@href")[0]).text
    home = client.get("/products/").text
    answer = client.post(url, data={"csrf_token": token_of(home)})
    assert answer.status_code == 422
    assert "“Dairy” is still in use by 1 × product" in html.fromstring(answer.text).text_content()
    assert session.get(Department, dairy.uuid) is not None
