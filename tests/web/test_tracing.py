"""The number of a request leads from a change set to the log, and from an error page too."""

import re

import pytest
from sqlalchemy import select

from app.db import db
from app.db.versioning import ChangeSet
from app.testing.pages import fields_of

ID = r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}"


def test_every_answer_has_a_number_of_its_own(client):
    first, second = (client.get("/healthz").headers["X-Request-ID"] for _ in range(2))
    assert re.fullmatch(ID, first)
    assert first != second


def test_nobody_but_a_trusted_proxy_chooses_the_number(client):
    answer = client.get("/healthz", headers={"X-Request-ID": "chosen-by-them"})
    assert re.fullmatch(ID, answer.headers["X-Request-ID"])


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("chosen-by-proxy-1", True),
        ("x" * 65, False),
        ("short", False),
        ("with blank inside", False),
        ("<script>alert(1)</script>", False),
    ],
)
def test_the_number_of_a_proxy_is_taken_if_it_is_sane(app_config, given, taken):
    from app import create_app

    app = create_app({**app_config, "web.proxies": "1"})
    answer = app.test_client().get("/healthz", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) is taken


@pytest.fixture
def ann(signed_in):
    return signed_in("*")


def test_an_error_page_shows_the_number(ann):
    answer = ann.get("/nothing-here")
    assert answer.headers["X-Request-ID"] in answer.get_data(as_text=True)


def test_a_change_set_leads_to_the_line_of_the_log(ann, caplog):
    caplog.set_level("INFO", "storekeeper.history")
    page = ann.get("/brands/new")
    answer = ann.post(
        "/brands/new", data={**fields_of(page.get_data(as_text=True)), "name": "Nice & Low"}
    )
    assert answer.status_code in (302, 303)
    written = db.session.scalars(select(ChangeSet).order_by(ChangeSet.id.desc()).limit(1)).one()
    assert written.request_id == answer.headers["X-Request-ID"]
    told = [r for r in caplog.records if getattr(r, "change_set", None) == written.id]
    assert [one.getMessage() for one in told] == [f"change set {written.id} was committed"]
    page = ann.get(f"/change-sets/{written.id}")
    assert written.request_id in page.get_data(as_text=True)


def test_what_is_rolled_back_is_not_told(app, session, caplog):
    from app.db import unit_of_work
    from app.models.brands import Brand

    caplog.set_level("INFO", "storekeeper.history")
    with unit_of_work(by="ann", dry_run=True) as work:
        work.add(Brand(name="Never"))
        work.flush()
    with unit_of_work(by="ann") as work:
        work.scalars(select(Brand).limit(1)).all()
    assert caplog.records == []
