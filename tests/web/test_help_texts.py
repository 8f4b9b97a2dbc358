"""The help of a page: written in place, shown safely."""

from __future__ import annotations

import pytest
from lxml import html

from app.models.help_texts import FieldHelp
from app.models.vendors import Vendor
from app.services import help_texts
from app.testing.pages import token_of
from app.testing.samples import sample
from app.web.markdown import markdown


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[here](javascript:alert(1))",
        "[here](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](https://e.org 'a\" onclick=alert(1) b=\"')",
        "![x](https://e.org/x.png)",
        "<javascript:alert(1)>",
        "`<script>`",
    ],
)
def test_markdown_gives_no_script_no_picture_and_no_odd_link(text):
    page = html.fromstring(f"<div>{markdown(text)}</div>")
    assert not page.cssselect("script, img, iframe, style")
    for link in page.cssselect("a"):
        assert link.get("href").startswith("https://")
        assert set(link.attrib) <= {"href", "rel", "title"}


def test_help_is_written_where_it_is_shown(session, signed_in):
    client = signed_in("vendors.list", "page_helps.edit")
    page = client.get("/vendors/").text
    told = {"csrf_token": token_of(page), "text": "Ask **Ann** first.", "next": "/vendors/"}
    answer = client.post("/page-helps/of/vendors", data=told)
    assert answer.location == "/vendors/"
    assert "<strong>Ann</strong>" in client.get("/vendors/").text
    told["text"] = ""
    client.post("/page-helps/of/vendors", data=told)
    assert help_texts.of_page(session, "vendors") is None


def test_whoever_may_not_write_help_sees_it_only(session, signed_in):
    help_texts.write(session, "vendors", text="Ask Ann.")
    client = signed_in("vendors.list")
    page = client.get("/vendors/").text
    assert "Ask Ann." in page
    assert "/page-helps/of/vendors" not in page
    token = token_of(page)
    answer = client.post("/page-helps/of/vendors", data={"csrf_token": token, "text": "x"})
    assert answer.status_code == 403


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//evil.example", "https://a b"])
def test_only_addresses_of_the_web_are_taken(session, url):
    with pytest.raises(help_texts.NotOfTheWeb):
        help_texts.write(session, "vendors", text="", url=url)


def test_a_help_of_a_page_that_is_none_is_refused(session, signed_in):
    client = signed_in("*")
    token = token_of(client.get("/vendors/").text)
    client.post("/page-helps/of/nothing", data={"csrf_token": token, "text": "x"})
    assert help_texts.of_page(session, "nothing") is None


def test_a_field_has_its_help_beside_it(session, signed_in):
    sample(session, Vendor)
    session.add(FieldHelp(page="vendors", field="terms", text="As *net 30*."))
    session.flush()
    assert "<em>net 30</em>" in signed_in("*").get("/vendors/new").text
