"""Pages of problem reports: what was found, page by page, with links, and looking now."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from lxml import html
from sqlalchemy import select

from app.models.problems import ProblemFinding, ProblemLook
from app.models.products import Product, ProductPrice
from app.models.runs import Run
from app.services import problems
from app.testing.pages import token_of

ALL = ("problems.list", "problems.view", "problems.look", "products.view", "runs.view")


@pytest.fixture
def look(app, session):
    reports = app.extensions["storekeeper"].all("problem_reports")

    def now(key="no_price"):
        tally = problems.look(session, reports[key])
        session.commit()
        return tally

    return now


@pytest.fixture
def milk(session):
    made = Product(number="7", description="Milk")
    session.add(made)
    session.flush()
    return made


def page_of(answer):
    assert answer.status_code == 200
    return html.fromstring(answer.text)


def names(page):
    return [one.text_content() for one in page.cssselect("tbody td.title")]


def test_every_report_is_listed_with_its_last_look_and_trend(session, signed_in, look, milk):
    client = signed_in(*ALL)
    page = page_of(client.get("/problems/"))
    assert "not yet" in page.text_content()
    for name in (
        "Products without a price", "Products that cost more than they sell for",
        "Codes with a wrong check digit", "Prices that end soon with none to follow",
        "Customers that are there twice",
    ):  # fmt: skip
        assert name in names(page)
    for ago in (3, 2):
        at = datetime.now(UTC) - timedelta(days=ago)
        session.add(ProblemLook(report="no_price", found=ago, new=0, solved=0, seconds=1,
                                looked_at=at))  # fmt: skip
    look()
    page = page_of(client.get("/problems/"))
    [points] = page.xpath("//tr[contains(., 'without a price')]//polyline/@points")
    assert points == "0.0,2.0 40.0,8.7 80.0,15.3"


def test_a_finding_leads_to_its_record_for_those_who_may_see_it(signed_in, look, milk):
    look()
    page = page_of(signed_in(*ALL).get("/problems/no_price"))
    [link] = page.cssselect("tbody td.title a")
    assert link.get("href") == f"/products/{milk.uuid}"
    page = page_of(signed_in("problems.view").get("/problems/no_price"))
    assert names(page) == ["Milk"]
    assert not page.cssselect("tbody td.title a")


def test_what_is_solved_moves_from_one_list_to_the_other(session, signed_in, look, milk):
    look()
    client = signed_in(*ALL)
    assert names(page_of(client.get("/problems/no_price?state=new"))) == ["Milk"]
    session.add(ProductPrice(product=milk, price=Decimal(2)))
    session.flush()
    look()
    assert names(page_of(client.get("/problems/no_price"))) == []
    assert names(page_of(client.get("/problems/no_price?state=new"))) == []
    assert names(page_of(client.get("/problems/no_price?state=solved"))) == ["Milk"]


def test_many_findings_are_shown_a_page_at_a_time(session, signed_in, look):
    session.add_all(Product(number=str(n), description=f"Milk {n}") for n in range(120))
    session.flush()
    look()
    client, url, seen = signed_in(*ALL), "/problems/no_price", []
    while url:
        page = page_of(client.get(url))
        seen.append(names(page))
        url = next(iter(page.xpath("//a[@rel='next']/@href")), None)
    assert [len(one) for one in seen] == [50, 50, 20]
    assert len({name for one in seen for name in one}) == 120
    lines = client.get("/problems/no_price.csv").text.lstrip("\ufeff").splitlines()
    assert len(lines) == 121
    assert lines[0] == "name,number,since"


def test_a_formula_in_a_name_is_text_in_the_file(session, signed_in, look, milk):
    milk.description = "=1+2"
    session.flush()
    look()
    assert "'=1+2,7," in signed_in(*ALL).get("/problems/no_price.csv").text


@pytest.mark.parametrize(
    "url", ["/problems/none", "/problems/none.csv", "/problems/no_price?state=odd"]
)
def test_what_is_not_there_is_said_so(signed_in, url):
    assert signed_in(*ALL).get(url).status_code == 404


def test_an_address_that_somebody_spoiled_shows_the_first_page(signed_in, look, milk):
    look()
    assert names(page_of(signed_in(*ALL).get("/problems/no_price?after=%00x"))) == ["Milk"]


def test_looking_now_is_a_run_of_one_report_or_of_all(session, signed_in):
    client = signed_in(*ALL)
    token = token_of(client.get("/problems/").text)
    for given in ({"report": "no_price"}, {}):
        answer = client.post("/problems/look", data={"csrf_token": token, **given})
        run = session.scalars(select(Run).order_by(Run.asked_at.desc()).limit(1)).one()
        assert answer.location == f"/runs/{run.uuid}"
        assert run.parameters == {"reports": list(given.values())}
    wrong = client.post("/problems/look", data={"csrf_token": token, "report": "none"})
    assert wrong.status_code == 404


def test_who_may_only_read_is_not_offered_to_look(signed_in, look, milk):
    look()
    client = signed_in("problems.list", "problems.view")
    assert "Look now" not in client.get("/problems/").text
    token = token_of(client.get("/problems/").text)
    assert client.post("/problems/look", data={"csrf_token": token}).status_code == 403


def test_what_a_fact_is_shows_as_people_write_it(session, signed_in, look, milk):
    facts = {"number": "7", "price": 2.5, "ends_on": "2026-12-01"}
    session.add(
        ProblemFinding(report="price_ends", record_uuid=milk.uuid, name="Milk", facts=facts)
    )
    session.commit()
    text = page_of(signed_in(*ALL).get("/problems/price_ends")).text_content()
    assert "2.50" in text
    assert "Dec 1, 2026" in text
