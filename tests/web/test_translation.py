"""Every word of the screen can be translated, and German is."""

import re
from datetime import date
from decimal import Decimal
from uuid import uuid4

import flask_babel
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from lxml import html

from app.models.products import Product, ProductPrice
from app.services import settings, users
from app.testing.pages import fields_of
from app.testing.samples import sample
from app.web.messages import ROOT
from tests.web.untranslated import DATA, untranslated

FOLDER = ROOT / "app" / "translations"
KEYWORDS = {"_": None, "_l": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None}


@pytest.fixture(scope="module")
def template():
    with (FOLDER / "messages.pot").open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def german():
    with (FOLDER / "de" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file)


def assert_translated(answer, marked, template):
    assert "⟦" in answer.text
    assert untranslated(answer.text) == []
    unknown = {text for text in marked.asked if text not in template and "⟦" not in text}
    assert sorted(text for text in unknown if not DATA.fullmatch(text)) == []


def pages_of(view, record):
    there = {"list": "", "create": "new", "edit": f"{record.uuid}/edit"}
    there |= {"view": f"{record.uuid}", "delete": f"{record.uuid}/delete"}
    found = [tail for page, tail in there.items() if page in view.allow]
    return found + ([f"{record.uuid}/history"] if view().has_history else [])


def views():
    from app.db.projects import load_models
    from app.plugins import Registry, load_plugins

    registry = Registry(load_plugins())
    load_models(registry)
    return [view for view in registry.all("views").values() if hasattr(view, "model")]


def questions():
    """By view, the places among the verbs of its filters that are to be shown.

    The first shows all its filters. Of the others those in which a kind of filter asks what it
    asked in no view before.
    """
    shown, found = set(), {}
    for view in views():
        filters = view.grid.bound(view.model).filters().values()
        found[view.key] = []
        for place in range(max(len(one.verbs) for one in filters)):
            asked = {(type(one), one.verbs[place % len(one.verbs)]) for one in filters}
            if place == 0 or asked - shown:
                found[view.key].append(place)
                shown |= asked
    return found


QUESTIONS = questions()


@pytest.mark.parametrize("view", views(), ids=lambda view: view.key)
def test_the_pages_of_a_view_can_be_translated(session, signed_in, marked, template, view):
    record = sample(session, view.model)
    session.commit()
    client = signed_in("*")
    base = f"/{view.key.replace('_', '-')}/"
    for tail in pages_of(view, record):
        answer = client.get(base + tail)
        assert answer.status_code == 200, tail
        assert_translated(answer, marked, template)
    filters = view.grid.bound(view.model).filters()
    for place in QUESTIONS[view.key]:
        asked = dict.fromkeys(filters, "7") | {"add": next(iter(filters))}
        asked |= {
            f"{name}.verb": one.verbs[place % len(one.verbs)] for name, one in filters.items()
        }
        assert_translated(client.get(base, query_string=asked), marked, template)


@pytest.mark.parametrize("view", views(), ids=lambda view: view.key)
def test_a_form_with_errors_can_be_translated(signed_in, marked, template, view):
    if "create" not in view.allow:
        return
    client, url = signed_in("*"), f"/{view.key.replace('_', '-')}/new"
    form = html.fromstring(client.get(url).text).cssselect("form.form")[0]
    for text in ("", "7,7,7", "\0", "7" * 600):
        given = {name: text for name in form.fields if name != "csrf_token"}
        answer = client.post(url, data={**given, "csrf_token": form.fields["csrf_token"]})
        if answer.status_code == 422:
            assert_translated(answer, marked, template)


def test_what_happened_to_a_record_can_be_translated(session, signed_in, marked, template):
    product = sample(session, Product)
    client = signed_in("*")
    url = f"/products/{product.uuid}"
    form = html.fromstring(client.get(f"{url}/edit").text).cssselect("form.form")[0]
    data = dict(form.form_values()) | {"size": "7", "active": "", "unit_of_measure": "each"}
    client.post(f"{url}/edit", data=data)
    sample(session, ProductPrice, product_uuid=product.uuid)
    session.commit()
    for tail in ("", "/history", "/delete"):
        assert_translated(client.get(url + tail), marked, template)
    revert = html.fromstring(client.get(url).text).xpath("//a[contains(@href, '/revert/')]/@href")
    for link in revert:
        assert_translated(client.get(link), marked, template)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search?q=7",
        "/search?q=pro",
        "/scan",
        "/account",
        "/account/password",
        "/x/y",
        "/problems/",
        "/problems/no_price",
        "/jobs/checklist",
        "/status",
    ],
)
def test_the_other_pages_can_be_translated(session, signed_in, marked, template, path):
    sample(session, ProductPrice)
    answer = signed_in("*").get(path)
    assert_translated(answer, marked, template)


def test_the_pages_for_a_user_can_be_translated(session, signed_in, marked, template):
    bob = users.create(session, f"ann{uuid4().hex[:6]}", by=None)
    session.commit()
    client, url = signed_in("*"), f"/users/{bob.uuid}/password"
    page = client.get(url)
    assert_translated(page, marked, template)
    token = html.fromstring(page.text).xpath("//form//input[@name='csrf_token']/@value")[0]
    given = {"csrf_token": token, "new": "7", "again": "7"}
    assert_translated(client.post(url, data=given), marked, template)


def test_the_door_can_be_translated(client, marked, template):
    page = client.get("/login")
    assert_translated(page, marked, template)
    token = html.fromstring(page.text).xpath("//input[@name='csrf_token']/@value")[0]
    given = {"csrf_token": token, "username": "7", "password": "7"}
    assert_translated(client.post("/login", data=given), marked, template)
    assert_translated(client.get("/welcome/x"), marked, template)


def test_a_refused_page_can_be_translated(signed_in, marked, template):
    answer = signed_in("nothing.at_all").get("/products/")
    assert answer.status_code == 403
    assert_translated(answer, marked, template)


def found_in_source():
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT, methods, options, KEYWORDS, comment_tags=())
    return {message[2] for message in found}


def test_the_template_is_up_to_date(template):
    known = {message.id for message in template if message.id}
    found = {tuple(one) if isinstance(one, (list, tuple)) else one for one in found_in_source()}
    told = "run the commands of docs/how-to/translate.md"
    assert (sorted(map(str, found - known)), sorted(map(str, known - found))) == ([], []), told


def test_german_is_complete_and_up_to_date(template, german):
    assert {message.id for message in template} == {message.id for message in german}
    assert [message.id for message in german if message.id and not all_of(message.string)] == []
    assert [message.id for message in german if message.id and message.fuzzy] == []


def test_german_keeps_every_placeholder(german):
    for message in german:
        if message.id:
            assert [str(error) for error in message.check()] == [], message.id
            wanted = {name for text in texts_of(message.id) for name in PLACE.findall(text)}
            for text in texts_of(message.string):
                assert set(PLACE.findall(text)) <= wanted, message.id
            told = {name for text in texts_of(message.string) for name in PLACE.findall(text)}
            assert told == wanted, message.id


def test_what_the_app_reads_is_what_was_translated(german):
    with (FOLDER / "de" / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        compiled = read_mo(file)
    theirs = {texts_of(message.id): texts_of(message.string) for message in compiled if message.id}
    assert theirs == {texts_of(m.id): texts_of(m.string) for m in german if m.id}


@pytest.fixture
def in_german(app, session):
    settings.save(session, "web.locale", "de")
    session.commit()
    app.extensions["stored_settings"].expire()
    flask_babel.refresh()  # requests of a test share what Flask-Babel remembers of one
    yield
    flask_babel.refresh()


def test_the_home_page_is_in_german(session, in_german, signed_in):
    sample(session, Product)
    page = html.fromstring(signed_in("*").get("/").text)
    assert page.get("lang") == "de"
    assert "Guten Tag, Ann Lee" in page.text_content()
    doors = [door.text_content().strip() for door in page.cssselect(".side .doors a")]
    assert {"Artikel", "Warengruppen", "Lieferanten", "Verkaufspreise"} <= set(doors)


def test_numbers_and_days_of_a_grid_are_german(session, in_german, signed_in):
    sample(
        session, ProductPrice, price=Decimal("1234.5"), starts_on=date(2026, 11, 23), kind="sale"
    )
    session.commit()
    client = signed_in("*")
    told = html.fromstring(client.get("/product-prices/?price=1.234").text).text_content()
    assert "ist keine Zahl" in told  # it may be a thousand or not, so it is refused
    grid = html.fromstring(client.get("/product-prices/?price=1.234,5").text)
    text = grid.cssselect("#grid")[0].text_content()
    for part in ("1.234,50", "23.11.2026", "Angebot", "1–1 von 1"):
        assert part in text


def test_a_number_in_a_german_form_has_a_comma(session, in_german, signed_in):
    price = sample(session, ProductPrice, price=Decimal("2.49"))
    session.commit()
    client, url = signed_in("*"), f"/product-prices/{price.uuid}/edit"
    data = fields_of(client.get(url).text)
    assert data["price"] == "2,49"
    assert client.post(url, data={**data, "price": "1.500"}).status_code == 422
    assert client.post(url, data={**data, "price": "3,5"}).status_code == 302
    assert price.price == Decimal("3.5")


PLACE = re.compile(r"%\((\w+)\)[sd]")


def texts_of(told):
    return tuple(told) if isinstance(told, (list, tuple)) else (told,)


def all_of(told):
    return all(texts_of(told))
