"""Pages of products: pictures, barcodes, stock, what is pending, and files of vendors."""

import io
from decimal import Decimal

import pytest
from lxml import html
from PIL import Image
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.models.departments import Department
from app.models.pending_products import PendingProduct
from app.models.product_images import ProductImage
from app.models.products import AlternateCode, Product, ProductCode, ProductCost, ProductPrice
from app.models.stock import Stock, StockMovement
from app.models.stores import Store
from app.models.taxes import Tax
from app.models.vendors import Vendor, VendorSampleFile
from app.services import files, pictures, product_images
from app.testing.pages import fields_of, token_of
from app.testing.samples import sample
from tests.web.forms import post, send


@pytest.fixture
def milk(session):
    found = sample(session, Product, number="1", description="Milk")
    sample(session, ProductCode, product_uuid=found.uuid, gtin="00036000291452", kind="upc_a",
           is_primary=True)  # fmt: skip
    session.commit()
    return found


def a_picture(colour="red"):
    stream = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(stream, "PNG")
    return stream.getvalue()


def fetch(client, url, **told):
    """The answer with a file, read to its end and closed."""
    with client.get(url, **told) as answer:
        assert answer.data is not None
        return answer


def upload(client, url, content, name="milk.png", **told):
    page = client.get(url).text
    fields = fields_of(page)
    return client.post(url, data={**fields, **told, "file": (io.BytesIO(content), name)})


def test_a_picture_is_sent_and_seen(session, signed_in, milk):
    client = signed_in("*")
    answer = upload(
        client, f"/product-images/new?product={milk.uuid}", a_picture(), caption="Front"
    )
    assert answer.status_code == 302
    page = client.get(f"/products/{milk.uuid}").text
    (source,) = html.fromstring(page).xpath('//img[@alt="Front"]/@src')
    shown = fetch(client, source)
    assert (shown.status_code, shown.mimetype) == (200, "image/webp")
    assert Image.open(io.BytesIO(shown.data)).size == (40, 40)
    grid = client.get("/products/?column=picture&column=description").text
    assert source.replace("large", "small") in grid


def test_a_picture_is_kept_by_browsers_and_runs_nothing(session, signed_in, milk):
    client = signed_in("*")
    upload(client, f"/product-images/new?product={milk.uuid}", a_picture())
    image = session.query(ProductImage).one()
    url = f"/product-images/{image.uuid}/large.webp"
    answer = fetch(client, url)
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = fetch(client, url, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert client.get(f"/product-images/{image.uuid}/huge.webp").status_code == 404


def test_pictures_are_for_those_who_may(session, app, signed_in, milk):
    folder = files.folder_of(app.extensions["settings"])
    image = product_images.add(session, milk, io.BytesIO(a_picture()), folder=folder)
    session.commit()
    url = f"/product-images/{image.uuid}/small.webp"
    assert app.test_client().get(url).status_code in {302, 303}
    client = signed_in("products.view", "products.list")
    assert client.get(url).status_code == 403
    assert "<img" not in client.get(f"/products/{milk.uuid}").text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<svg/>", "no picture"),
        (b"", "no picture"),
        (b"\0" * 2001, "too large"),
    ],
)
def test_a_bad_picture_gives_one_sentence(session, signed_in, milk, monkeypatch, content, sentence):
    monkeypatch.setattr(pictures, "MOST_BYTES", 2000)
    client = signed_in("*")
    answer = upload(client, f"/product-images/new?product={milk.uuid}", content)
    assert answer.status_code == 422
    (alert,) = html.fromstring(answer.text).cssselect(".errors li")
    assert sentence in alert.text_content()
    assert session.query(ProductImage).count() == 0


def test_a_form_without_a_file_asks_for_it(signed_in, milk):
    client = signed_in("*")
    answer = send(client, f"/product-images/new?product={milk.uuid}")
    assert (answer.status_code, "Choose a file." in answer.text) == (422, True)


def test_another_picture_is_put_first_by_a_button(session, signed_in, milk, tmp_path):
    client = signed_in("*")
    for colour in ("red", "blue"):
        upload(client, f"/product-images/new?product={milk.uuid}", a_picture(colour))
    back = session.query(ProductImage).filter_by(is_primary=False).one()
    page = f"/product-images/{back.uuid}"
    assert post(client, f"{page}/first", page).status_code == 302
    session.refresh(back)
    assert back.is_primary


def test_the_barcode_is_drawn_for_a_scanner(signed_in, milk):
    page = html.fromstring(signed_in("*").get(f"/products/{milk.uuid}").text)
    (svg,) = page.cssselect("svg.barcode")
    assert svg.get("aria-label") == "Barcode 0 36000 29145 2"
    assert [text.text for text in svg.cssselect("text")] == ["0", "36000", "29145", "2"]
    bars = [(int(bar.get("x")), int(bar.get("width"))) for bar in svg.cssselect("rect:not(.paper)")]
    assert (len(bars), bars[0], bars[-1]) == (30, (11, 1), (105, 1))


def test_stock_is_adjusted_from_the_page_of_a_product(session, signed_in, milk):
    store = sample(session, Store, name="Main Street")
    session.commit()
    client = signed_in("*")
    url = f"/stock-movements/new?product={milk.uuid}&store={store.uuid}"
    for way, quantity in (("more", "12"), ("less", "2.5"), ("count", "7")):
        assert send(client, url, way=way, quantity=quantity).status_code == 302
    assert session.query(Stock.on_hand).scalar() == 7
    assert [m.quantity for m in session.query(StockMovement).order_by(StockMovement.uuid)] == [
        12, Decimal("-2.5"), Decimal("-2.5"),
    ]  # fmt: skip
    page = client.get(f"/products/{milk.uuid}").text
    assert "Main Street" in page
    assert "Ann Lee" in page


@pytest.mark.parametrize(
    ("way", "quantity"), [("less", "-1"), ("more", "0"), ("count", "-1"), ("?", "1")]
)
def test_a_quantity_that_makes_no_sense_is_refused(session, signed_in, milk, way, quantity):
    store = sample(session, Store)
    session.commit()
    url = f"/stock-movements/new?product={milk.uuid}&store={store.uuid}"
    assert send(signed_in("*"), url, way=way, quantity=quantity).status_code == 422
    assert session.query(StockMovement).count() == 0


def test_what_somebody_may_not_see_is_not_on_the_page(session, signed_in, milk):
    sample(session, Store, name="Main Street")
    sample(session, ProductCost, product_uuid=milk.uuid, case_cost=Decimal("7.77"))
    session.commit()
    page = signed_in("products.view").get(f"/products/{milk.uuid}").text
    assert "Main Street" not in page
    assert "7.77" not in page


def test_a_product_is_found_by_another_name(session, signed_in, milk):
    sample(session, AlternateCode, product_uuid=milk.uuid, code="OLD-4711")
    session.commit()
    client = signed_in("*")
    assert "Milk" in client.get("/products/?code=old-47").text
    assert "Milk" in client.get("/products/?code=0 36000").text
    assert "Milk" not in client.get("/products/?code=x-99").text


def test_a_pending_product_is_settled(session, signed_in):
    pending = sample(session, PendingProduct, description="Oat milk", gtin="00036000291452")
    session.commit()
    client = signed_in("*")
    page = f"/pending-products/{pending.uuid}"
    url = f"{page}/settle"
    token = token_of(client.get(url).text)
    assert client.post(url, data={"csrf_token": token}).status_code == 422
    assert client.post(url, data={"csrf_token": token, "number": "77"}).status_code == 302
    product = session.query(Product).filter_by(number="77").one()
    assert (product.description, product.codes[0].kind) == ("Oat milk", "upc_a")
    assert post(client, f"{page}/ignore", page).status_code == 302
    session.refresh(pending)
    assert pending.state == "resolved"


def test_a_file_of_a_vendor_is_saved_and_never_shown(session, signed_in):
    vendor = sample(session, Vendor)
    session.commit()
    client = signed_in("*")
    url = f"/vendor-sample-files/new?vendor={vendor.uuid}"
    bad = b"<html><script>alert(1)</script>"
    answer = upload(client, url, bad, name="catalog.html", kind="catalog")
    assert answer.status_code == 302
    kept = session.query(VendorSampleFile).one()
    assert (kept.name, kept.user is not None) == ("catalog.html", True)
    got = fetch(client, f"/vendor-sample-files/{kept.uuid}/file")
    assert got.data == bad
    assert got.mimetype == "application/octet-stream"
    assert got.headers["Content-Disposition"].startswith("attachment")


def test_products_of_some_departments_are_not_deleted(session, signed_in, milk):
    milk.department = sample(session, Department, name="Tobacco", allows_deletions=False)
    session.commit()
    url = f"/products/{milk.uuid}/delete"
    answer = post(signed_in("*"), url, url)
    assert (answer.status_code, "Tobacco" in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"default_pack": "y"}, "Name the product of which this is the usual pack."),
        ({"unit": "Bottle"}, "Say how many are in the pack."),
        ({"unit": "Crate", "pack_size": "2"}, "is a pack itself"),
        ({"unit": "Milk", "pack_size": "2"}, "A product cannot be a pack of itself."),
        ({"average_weight": "0"}, "This must be more than zero."),
    ],
)
def test_a_pack_that_makes_no_sense_is_refused(session, signed_in, milk, told, sentence):
    bottle = sample(session, Product, description="Bottle")
    sample(session, Product, description="Crate", unit_uuid=bottle.uuid, pack_size=Decimal(6))
    session.commit()
    answer = send(signed_in("*"), f"/products/{milk.uuid}/edit", **told)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_the_unit_of_a_pack_does_not_become_a_pack(session, signed_in, milk):
    bottle = sample(session, Product, description="Bottle")
    sample(session, Product, description="Crate", unit_uuid=bottle.uuid, pack_size=Decimal(6))
    session.commit()
    answer = send(signed_in("*"), f"/products/{bottle.uuid}/edit", unit="Milk", pack_size="2")
    assert answer.status_code == 422
    assert "A pack is of a single product, not of another pack." in answer.text


def test_packs_in_a_circle_are_refused_whoever_writes_them(session, milk):
    crate = sample(session, Product, description="Crate", unit_uuid=milk.uuid, pack_size=Decimal(6))
    session.commit()
    circle = text("UPDATE product SET unit_uuid = :crate, pack_size = 2 WHERE uuid = :milk")
    with pytest.raises(IntegrityError, match="single product"), session.begin_nested():
        session.execute(circle, {"crate": crate.uuid, "milk": milk.uuid})


def test_a_discount_is_written_in_percent(session, signed_in, milk):
    cost = sample(session, ProductCost, product_uuid=milk.uuid, case_cost=Decimal(10))
    session.commit()
    client = signed_in("*")
    url = f"/product-costs/{cost.uuid}/edit"
    assert send(client, url, discount_share="12.5 %").status_code == 302
    session.refresh(cost)
    assert (cost.discount_share, cost.discount_cost) == (Decimal("0.125"), Decimal("8.75"))
    for wrong in ("101", "-1", "1.23456", "half"):
        assert send(client, url, discount_share=wrong).status_code == 422
    both = send(client, url, discount_amount="1")
    assert "not as both" in both.text


def test_prices_of_other_levels_stand_beside_the_one_for_everybody(session, signed_in, milk):
    sample(session, ProductPrice, product_uuid=milk.uuid, price=Decimal("2.49"))
    sample(session, ProductPrice, product_uuid=milk.uuid, price=Decimal("1.99"), level=2)
    session.commit()
    grid = html.fromstring(signed_in("*").get("/products/?description=Milk").text)
    assert [cell.text_content().strip() for cell in grid.cssselect("td.lead")] == ["2.49"]


def test_too_many_pictures_is_a_sentence_too(signed_in, milk, monkeypatch):
    monkeypatch.setattr(product_images, "MOST", 0)
    answer = upload(signed_in("*"), f"/product-images/new?product={milk.uuid}", a_picture())
    assert "at most 20 pictures" in answer.text


def test_a_new_product_begins_with_what_its_department_says(session, signed_in):
    tax = sample(session, Tax, name="Food, reduced")
    sample(session, Department, name="Dairy", tax_uuid=tax.uuid, food_stampable=True)
    session.commit()
    dairy = session.query(Department).filter_by(name="Dairy").one()
    client = signed_in("*")
    told = {"number": "9", "description": "Kefir", "department": str(dairy.uuid)}
    assert send(client, "/products/new", **told).status_code == 302
    kefir = session.query(Product).filter_by(number="9").one()
    assert (kefir.food_stampable, [str(one) for one in kefir.taxes]) == (True, ["Food, reduced"])
    send(client, f"/products/{kefir.uuid}/edit", description="Kefir, plain")
    session.refresh(kefir)
    assert len(kefir.taxes) == 1
