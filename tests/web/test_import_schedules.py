"""A person plans an import; it is a job like others, and nobody plans what they may not run."""

import pytest
from sqlalchemy import select

from app.config import Config, Settings
from app.config.core import CORE_SETTINGS
from app.models.jobs import JobClock, ShopJob
from app.models.runs import Run
from app.testing.pages import fields_of, token_of

PAGE = "/imports/products-csv/schedule"
RENAMED = "Artikel;Text;Farbe\n1;Yogurt;white\n"


@pytest.fixture
def folder(app, tmp_path, monkeypatch):
    """The folder for imports, with a file."""
    told = {"import.folder": str(tmp_path / "in"), "data.folder": str(tmp_path / "data")}
    settings = Settings(Config.of(told), CORE_SETTINGS)
    monkeypatch.setitem(app.extensions, "settings", settings)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text("number,description\n1,Milk\n")
    return tmp_path / "in"


@pytest.fixture
def ann(signed_in, folder):
    return signed_in("*")


def plan(client, page=PAGE, **said):
    fields = {"cron": "15 2 * * *", "path": "a.csv"}
    return client.post(page, data=fields_of(client.get(page).text) | fields | said)


def jobs(session):
    session.expire_all()
    return session.scalars(select(ShopJob).where(ShopJob.key.contains(":"))).all()


def test_an_import_is_planned_and_planned_anew(ann, session):
    answer = plan(ann, max_delete="5", warn="y", encoding="cp1252")
    (job,) = jobs(session)
    assert answer.location.endswith(f"/jobs/{job.uuid}")
    assert (job.key, job.cron) == ("import:products-csv", "15 2 * * *")
    assert job.parameters == {"handler": "products-csv", "path": "a.csv",
                              "reading": {"encoding": "cp1252"},
                              "options": {"max_delete": "5", "warn": True}}  # fmt: skip
    assert session.get(JobClock, job.uuid) is not None
    page = ann.get(answer.location).text
    assert "Products from a CSV file" in page
    assert "02:15" in page
    assert f'href="{PAGE}"' in page
    assert "Otherwise than it was made" not in page
    told = fields_of(ann.get(PAGE).text)
    assert (told["max_delete"], told["encoding"], told["warn"]) == ("5", "cp1252", "y")
    plan(ann, cron="0 3 * * *")
    assert [job.cron for job in jobs(session)] == ["0 3 * * *"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"cron": "often"}, "often"),
        ({"cron": ""}, "Please fill this in."),
        ({"path": "../a.csv"}, "../a.csv is not in the folder for imports."),
        ({"path": "b.csv"}, "There is no file b.csv in the folder for imports."),
        ({"path": "a\0.csv"}, "This text has a control character; type it again."),
        ({"encoding": "klingon"}, "There is no encoding called"),
        ({"max_delete": "some"}, "Write a number such as 100, or 5%."),
    ],
)
def test_what_cannot_be_planned_is_told(ann, session, said, words):
    answer = plan(ann, **said)
    assert answer.status_code == 422
    assert words in answer.text
    assert jobs(session) == []


def test_a_link_out_of_the_folder_is_not_followed(ann, session, folder):
    (folder.parent / "secret.csv").write_text("number,description\n1,Milk\n")
    (folder / "link.csv").symlink_to(folder.parent / "secret.csv")
    assert "link.csv is not in the folder" in plan(ann, path="link.csv").text


def test_without_a_folder_the_page_says_what_is_missing(signed_in, session):
    client = signed_in("*")
    assert "No folder for imports is configured yet" in client.get(PAGE).text
    answer = plan(client)
    assert answer.status_code == 422
    assert "No folder for imports is configured; set import.folder." in answer.text


def test_a_file_with_strange_columns_is_planned_as_somebody_last_said(ann, session, folder):
    (folder / "b.csv").write_text(RENAMED)
    answer = plan(ann, path="b.csv")
    assert "is needed: say which column it is. Bring in the file by hand first" in answer.text
    with (folder / "b.csv").open("rb") as file:
        token = token_of(ann.get("/imports/").text)
        url = ann.post("/imports/products-csv", data={"csrf_token": token, "file": file}).location
    fields = fields_of(ann.get(url).text) | {"column-0": "number", "column-1": "description"}
    ann.post(url, data=fields)
    plan(ann, path="b.csv")
    (job,) = jobs(session)
    assert job.parameters["options"] == {"map": {"number": "Artikel", "description": "Text"}}


def test_a_planned_import_is_deleted_like_no_job_of_code(ann, session):
    plan(ann)
    (job,) = jobs(session)
    page = ann.get(f"/jobs/{job.uuid}/delete").text
    ann.post(f"/jobs/{job.uuid}/delete", data={"csrf_token": token_of(page)})
    assert jobs(session) == []


def test_who_may_not_run_an_import_cannot_plan_or_begin_it(ann, signed_in, session):
    plan(ann)
    (job,) = jobs(session)
    bob = signed_in("imports.schedule", "imports.start", "jobs.view", "jobs.edit", "jobs.run")
    assert bob.get(PAGE).status_code == 403
    page = bob.get(f"/jobs/{job.uuid}/edit").text
    answer = bob.post(f"/jobs/{job.uuid}/edit", data=fields_of(page) | {"cron": "* * * * *"})
    assert answer.status_code == 422
    assert "an import that you may not run" in answer.text
    bob.post(f"/jobs/{job.uuid}/run", data={"csrf_token": token_of(page)})
    assert "an import that you may not run" in bob.get(f"/jobs/{job.uuid}").text
    assert session.scalars(select(Run)).all() == []


def test_who_may_only_run_imports_cannot_plan_them(ann, signed_in):
    assert "Schedule …" in ann.get("/imports/products-csv").text
    bob = signed_in("imports.start", *(right for right in WRITES))
    assert bob.get(PAGE).status_code == 403
    assert "Schedule …" not in bob.get("/imports/products-csv").text


WRITES = tuple(
    f"{view}.{verb}"
    for view in ("products", "product_codes", "product_costs", "product_prices", "departments",
                 "categories", "brands", "vendors")
    for verb in ("create", "edit")
)  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"parameters": ""},
        {"parameters": "{"},
        {"parameters": "[]"},
        {"parameters": '{"handler": ["products-csv"]}'},
        {"parameters": '{"handler": "products-csv"}'},
        {"parameters": '{"handler": "sales-csv", "path": "a.csv"}'},
        {"parameters": '{"handler": "products-csv", "path": 5}'},
        {"parameters": '{"handler": "products-csv", "path": "a.csv", "content": "x"}'},
        {"parameters": '{"handler": "products-csv", "path": "a.csv", "options": []}'},
        {"parameters": '{"handler": "products-csv", "path": "a.csv", "options": {"x": 1}}'},
        {"parameters": '{"handler": "products-csv", "path": "a.csv", "options": {"models": "x"}}'},
        {"cron": "", "every_seconds": ""},
    ],
)
def test_a_planned_import_stays_one(ann, session, wrong):
    plan(ann, warn="y")
    (job,) = jobs(session)
    page = f"/jobs/{job.uuid}/edit"
    before = dict(job.parameters), job.cron
    answer = ann.post(page, data=fields_of(ann.get(page).text) | wrong)
    assert answer.status_code == 422
    (job,) = jobs(session)
    assert (job.parameters, job.cron) == before


def test_the_rules_of_a_planned_import_are_those_of_a_job(ann, session):
    plan(ann, warn="y")
    (job,) = jobs(session)
    page = f"/jobs/{job.uuid}/edit"
    fields = fields_of(ann.get(page).text)
    assert '"warn": true' in fields["parameters"]
    assert ann.post(page, data=fields | {"overlap": "queue"}).status_code == 302
    (job,) = jobs(session)
    assert (job.overlap, job.parameters["options"]) == ("queue", {"warn": True})
