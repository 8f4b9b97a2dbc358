"""Whoever may not write something by hand cannot have it written by an import."""

import pytest
import xlsxwriter
from lxml import html
from sqlalchemy import select

from app.models.runs import Run, RunFile
from app.testing.pages import fields_of, token_of
from tests.web.importing import RIGHTS, WRITES, chosen, done, sent


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


def test_who_may_not_edit_products_cannot_import_them(signed_in, session):
    client = signed_in(*RIGHTS, *(right for right in WRITES if right != "product_prices.edit"))
    assert client.get("/imports/products-csv").status_code == 403
    assert "Products from a CSV file" not in client.get("/imports/").text


def test_who_may_edit_what_it_writes_may_import(signed_in, session):
    client = signed_in(*RIGHTS, *WRITES)
    assert client.get("/imports/products-csv").status_code == 200
    assert sent(client).status_code == 303


def test_every_table_that_one_may_write_can_be_brought_in(signed_in, session):
    client = signed_in(*RIGHTS, "departments.create", "departments.edit", "brands.edit")
    page = html.fromstring(client.get("/imports/").text)
    assert [a.get("href") for a in page.cssselect(".table-imports a")] == [
        "/imports/department-table"
    ]
    assert client.get("/imports/department-table").status_code == 200
    assert client.get("/imports/brand-table").status_code == 403
    everything = html.fromstring(signed_in("*").get("/imports/").text)
    links = {a.get("href") for a in everything.cssselect(".table-imports a")}
    assert {"/imports/brand-table", "/imports/customer-table"} <= links
    assert not links & {"/imports/user-table", "/imports/setting-table"}


def test_a_workbook_is_taken_like_a_csv_file(app, ann, session, tmp_path):
    path = tmp_path / "departments.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate((("number", "name"), (70, "Cheese"), (80, "Bread"))):
            sheet.write_row(number, 0, row)
    answer = sent(ann, "department-table", content=path.read_bytes(), name=path.name)
    assert answer.status_code == 303, answer.text
    assert done(app, session).counts["department"]["created"] == 2


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


def test_what_a_worker_did_is_asked_for_again(app, ann, session):
    run = sent(ann, dry_run="y").location
    done(app, session)
    page = ann.get(run).text
    again = ann.post(f"{run}/again", data={"csrf_token": token_of(page), "write": "1"})
    assert again.location != run
    session.expire_all()
    assert session.scalars(select(Run).filter_by(state="waiting")).one().dry_run is False


RENAMED = "Artikel;Text;Farbe\n1;Yogurt;white\n2;Milk;blue\n"


def proposed(client, content=RENAMED, **more):
    """The address and the fields of the page with the columns."""
    answer = chosen(client, content=content, **more)
    page = client.get(answer.location).text
    return answer.location, page, fields_of(page)


def test_columns_are_shown_with_samples_and_mapped_by_hand(ann, session):
    url, page, fields = proposed(ann)
    assert "Artikel" in page
    assert "<q>Yogurt</q> <q>Milk</q>" in page
    assert (fields["column-0"], fields["dry_run"]) == ("", "y")
    answer = ann.post(url, data=fields | {"column-0": "number", "column-1": "description"})
    run = session.scalars(select(Run)).one()
    assert run.parameters["options"] == {"map": {"number": "Artikel", "description": "Text"}}
    assert "Item text" not in ann.get(answer.location).text


def test_a_file_with_the_same_header_is_mapped_as_the_last_one(ann):
    url, _, fields = proposed(ann)
    ann.post(url, data=fields | {"column-0": "number", "column-1": "description"})
    _, page, fields = proposed(ann, RENAMED + "3;Tea;red\n")
    assert [fields[f"column-{n}"] for n in range(3)] == ["number", "description", ""]
    assert "as Ann Lee said on" in page


WIDE = ["number", *(f"x{n}" for n in range(2, 310)), "description", *(f"y{n}" for n in range(10))]


def test_of_a_file_with_too_many_columns_the_first_and_the_known_ones_are_shown(ann, session):
    content = ",".join(WIDE) + "\n" + ",".join(["1"] * len(WIDE)) + "\n"
    url, page, fields = proposed(ann, content)
    assert "Here are the first 300 columns, and others that go to a field. 19 other" in page
    assert len([name for name in fields if name.startswith("column-")]) == 301
    assert (fields["column-309"], "column-308" in fields) == ("description", False)
    wrong = ann.post(url, data=fields | {"column-0": "", "column-309": ""})
    assert (wrong.status_code, 'name="column-309"' in wrong.text) == (422, True)
    ann.post(url, data=fields)
    run = session.scalars(select(Run)).one()
    assert "map" not in run.parameters.get("options", {})


def test_a_file_with_few_columns_leaves_none_out(ann):
    assert "Here are the first" not in proposed(ann)[1]


def test_a_needed_field_without_a_column_and_one_with_two_are_told_before_anything_runs(
    ann, session
):
    url, _, fields = proposed(ann)
    answer = ann.post(url, data=fields | {"column-1": "description", "column-2": "description"})
    assert answer.status_code == 422
    assert "Number is needed: say which column it is." in answer.text
    assert "Description comes from another column already." in answer.text
    assert session.scalars(select(Run)).all() == []


def test_options_are_those_of_the_command_line(ann, session):
    said = {"models": "product", "update": "no", "max_create": "5%", "min_rows": "2", "warn": "y"}
    sent(ann, **said)
    assert session.scalars(select(Run)).one().parameters["options"] == {
        "models": ["product"], "update": False, "max_create": "5%", "min_rows": 2, "warn": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"max_create": "many"}, "Write a number such as 100, or 5%."),
        ({"min_rows": "-1"}, "Write a whole number, such as 1000."),
    ],
)
def test_an_option_that_is_none_is_told_at_its_field(ann, session, said, words):
    answer = sent(ann, **said)
    assert answer.status_code == 422
    assert words in answer.text
    assert session.scalars(select(Run)).all() == []


def test_what_is_no_table_is_told_at_once(ann):
    answer = chosen(ann, content="%PDF-1.7 no table", name="wrong.csv")
    assert answer.status_code == 422
    assert "The file wrong.csv is no CSV: it looks like a PDF." in answer.text


def test_a_waiting_file_is_for_its_person_only(ann, signed_in):
    url = chosen(ann).location
    assert signed_in("*").get(url).status_code == 303
    assert ann.get("/imports/products-csv/columns/nonsense").location.endswith(
        "/imports/products-csv"
    )
