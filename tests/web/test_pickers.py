"""A record among many of one name is kept, chosen and told apart."""

import pytest
from lxml import html

from app.models.departments import Category, Department
from app.models.products import Product
from app.testing.pages import fields_of, token_of


@pytest.fixture
def fruit(session):
    """Two categories of one name, and too many for a list; a product of the second."""
    produce, grocery = Department(number=1, name="Produce"), Department(number=2, name="Grocery")
    many = [Category(name=f"Category {n:03}", department=grocery) for n in range(101)]
    first, second = (Category(name="Tropical", department=d) for d in (produce, grocery))
    session.add_all([*many, first, second])
    product = Product(number="1", description="Bananas", category=second)
    session.add(product)
    session.commit()
    return product, first, second


def save(client, product, **typed):
    url = f"/products/{product.uuid}/edit"
    page = client.get(url).text
    fields = fields_of(page) | typed
    return client.post(url, data=fields | {"csrf_token": token_of(page)})


def pairs_of(client, product):
    """What a browser sends for the category: the text, then the key."""
    page = html.fromstring(client.get(f"/products/{product.uuid}/edit").text)
    return page.xpath("//input[@name='category']/@value")


def test_a_record_of_a_name_that_others_have_is_kept(session, signed_in, fruit):
    product, _first, second = fruit
    client = signed_in("*")
    assert pairs_of(client, product) == ["Tropical", str(second.uuid)]
    answer = save(client, product, category=pairs_of(client, product), size="1 lb")
    assert answer.status_code == 302, answer.text
    session.refresh(product)
    assert (product.size, product.category) == ("1 lb", second)


def test_the_other_one_can_be_chosen_and_is_told_apart(session, signed_in, fruit):
    product, first, _second = fruit
    client = signed_in("*")
    offered = client.get("/categories/options?field=category&category=trop").text
    assert 'value="Tropical (Produce)"' in offered
    answer = save(client, product, category=["Tropical (Produce)", str(first.uuid)])
    assert answer.status_code == 302, answer.text
    session.refresh(product)
    assert product.category == first


def test_a_text_that_is_typed_over_counts_more_than_the_key_before_it(session, signed_in, fruit):
    product, first, _second = fruit
    client = signed_in("*")
    assert save(client, product, category=["Category 007", str(first.uuid)]).status_code == 302
    session.refresh(product)
    assert product.category.name == "Category 007"
    assert save(client, product, category=["", str(first.uuid)]).status_code == 302
    session.refresh(product)
    assert product.category is None
    refused = save(client, product, category=["Tropical", ""])
    assert refused.status_code == 422
    assert "There is more than one" in refused.text
