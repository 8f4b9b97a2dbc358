"""Pictures of products."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from sqlalchemy import text

from app.models.files import StoredFile
from app.models.product_images import ProductImage
from app.models.products import Product
from app.services import files, product_images
from app.testing.samples import sample


@pytest.fixture
def milk(session):
    return sample(session, Product, description="Milk")


@pytest.fixture
def add(session, milk, tmp_path):
    def add(colour, **told):
        stream = io.BytesIO()
        Image.new("RGB", (60, 40), colour).save(stream, "PNG")
        stream.seek(0)
        return product_images.add(session, milk, stream, folder=tmp_path, **told)

    return add


def primary(session):
    return session.query(ProductImage).filter_by(is_primary=True).one()


def test_the_first_picture_stands_for_the_product(session, add):
    front = add("red", caption="Front")
    add("blue")
    assert primary(session) is front
    assert (front.width, front.height, front.alt) == (60, 40, "Front")


def test_another_picture_is_put_first(session, add):
    add("red")
    back = add("blue")
    product_images.put_first(session, back)
    assert primary(session) is back


def test_when_the_first_goes_the_next_one_stands_for_the_product(session, add):
    front, back, side = add("red"), add("blue"), add("green")
    product_images.remove(session, front)
    assert primary(session) is back
    product_images.remove(session, side)
    assert primary(session) is back


def test_a_picture_is_there_once(add):
    add("red")
    with pytest.raises(product_images.AlreadyThere):
        add("red")


def test_a_product_has_at_most_so_many_pictures(add, monkeypatch):
    monkeypatch.setattr(product_images, "MOST", 1)
    add("red")
    with pytest.raises(product_images.EnoughPictures):
        add("blue")


def test_the_files_of_a_picture_that_can_be_brought_back_are_not_swept(session, add, tmp_path):
    image = add("red")
    session.commit()
    session.execute(text("SELECT set_config('sk.change_set', '', true)"))  # another change set
    product_images.remove(session, image)
    session.commit()
    later = datetime.now(UTC) + timedelta(days=2)
    assert files.sweep(session, tmp_path, now=later).rows == 0
    assert session.query(StoredFile).count() == 1  # it is so small that both forms are the same
