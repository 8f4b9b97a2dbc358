"""The way back after the login leads nowhere else."""

import pytest

from tests.web.door import PASSWORD, token_of

HOSTILE = [
    "//evil.example", "///evil.example", "////evil.example", "/\\evil.example",
    "\\\\evil.example", "\\/evil.example", "/\\/evil.example", "/\t/evil.example",
    "/\n/evil.example", "/\r/evil.example", "\t//evil.example", " //evil.example",
    "/ /evil.example", "http://evil.example", "https://evil.example", "HTTP://evil.example",
    "http:evil.example", "https:/evil.example", "http:///evil.example", "//evil.example/..",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,hi", "vbscript:x",
    "ftp://evil.example", "evil.example", "www.evil.example/", "@evil.example",
    "//user@evil.example", "//evil.example:80", "http://localhost@evil.example",
    "//localhost.evil.example", "/.//evil.example", "/..//evil.example",
    "/%0d%0aLocation:x//evil.example", "/a\r\nSet-Cookie: x=1", "/\0/evil.example", "//[::1]",
    "//[evil", "/\x7f/evil.example", "?//evil.example", "#//evil.example", ".//evil.example",
    "/" + "a" * 3000, "/\u3000/evil.example//", "//%65vil.example", "\u2028//evil.example",
    "///\\evil.example",
]  # fmt: skip


@pytest.mark.parametrize("target", HOSTILE)
def test_nobody_is_sent_elsewhere_after_the_login(client, ann, target):
    token = token_of(client.get("/login", query_string={"next": target}))
    form = {"csrf_token": token, "username": "ann", "password": PASSWORD, "next": target}
    answer = client.post("/login", query_string={"next": target}, data=form)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"
    assert client.get("/login", query_string={"next": target}).headers["Location"] == "/"


@pytest.mark.parametrize("target", ["/products?sort=-name&page=2", "/brands/", "/a?b=http://c//d"])
def test_people_come_back_to_where_they_were(client, ann, target):
    token = token_of(client.get("/login"))
    form = {"csrf_token": token, "username": "ann", "password": PASSWORD}
    answer = client.post("/login", query_string={"next": target}, data=form)
    assert answer.headers["Location"] == target


def test_after_the_login_a_form_that_was_sent_comes_back(client, ann):
    """The page of the form; what was typed is put back by the browser."""
    assert client.post("/products").headers["Location"] == "/login?next=/products"
    assert client.post("/person").headers["Location"] == "/login"
