"""Whoever may not write something by hand cannot have it written by an import."""

import io

import pytest
from sqlalchemy import select

from app.models.runs import Run, RunFile
from app.testing.pages import token_of

CSV = "number,description\n1,Yogurt\n"


def sent(client, key="products-csv", content=CSV, name="a.csv", **more):
    page = client.get("/imports/").text
    data = {"token": "t1", "csrf_token": token_of(page), **more}
    if content is not None:
        data["file"] = (io.BytesIO(content.encode()), name)
    return client.post(f"/imports/{key}", data=data, content_type="multipart/form-data")


@pytest.fixture
def ann(signed_in):
    return signed_in("*")


def test_a_file_is_kept_and_a_run_waits(ann, session):
    answer = sent(ann, dry_run="y", reason="Spring")
    run = session.scalars(select(Run)).one()
    assert answer.status_code == 303
    assert answer.location.endswith(f"/runs/{run.uuid}")
    assert (run.state, run.dry_run, run.lock) == ("waiting", True, "import:products-csv")
    assert session.scalars(select(RunFile)).one().name == "a.csv"
    assert "Waiting for a worker" in ann.get(answer.location).text


def test_two_clicks_ask_once(ann, session):
    first, second = sent(ann), sent(ann)
    assert first.location == second.location
    assert len(session.scalars(select(Run)).all()) == 1


@pytest.mark.parametrize(
    ("content", "said"), [("", "This file is empty."), (None, "Choose a file.")]
)
def test_a_form_without_content_says_so(ann, session, content, said):
    answer = sent(ann, content=content)
    assert answer.status_code == 422
    assert said in answer.text
    assert session.scalars(select(Run)).all() == []


def test_an_unknown_import_is_not_found(ann):
    assert ann.get("/imports/nothing").status_code == 404
    assert sent(ann, key="nothing").status_code == 404


RIGHTS = ("imports.list", "imports.start", "runs.view", "runs.start")
WRITES = tuple(
    f"{view}.{verb}"
    for view in ("products", "product_codes", "product_costs", "product_prices", "departments",
                 "categories", "brands", "vendors")
    for verb in ("create", "edit")
)  # fmt: skip


def test_who_may_not_edit_products_cannot_import_them(signed_in, session):
    client = signed_in(*RIGHTS, *(right for right in WRITES if right != "product_prices.edit"))
    assert client.get("/imports/products-csv").status_code == 403
    assert "Products from a CSV file" not in client.get("/imports/").text


def test_who_may_edit_what_it_writes_may_import(signed_in, session):
    client = signed_in(*RIGHTS, *WRITES)
    assert client.get("/imports/products-csv").status_code == 200
    assert sent(client).status_code == 303


def test_a_run_is_repeated_by_those_only_who_could_begin_it(ann, signed_in, session):
    run = sent(ann).location
    bob = signed_in(*RIGHTS)
    page = bob.get(run).text
    assert "Run again" not in page
    assert "a.csv" not in page.split("Parameters")[0]  # nor is its file for him
    token = token_of(page)
    assert bob.post(f"{run}/again", data={"csrf_token": token}).status_code == 403
    file = session.scalars(select(RunFile)).one()
    assert bob.get(f"{run}/files/{file.uuid}").status_code == 403
