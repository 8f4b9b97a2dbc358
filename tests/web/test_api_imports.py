"""A program asks for an import with a token of its user, and can do what that user may."""

from io import BytesIO

import pytest
from sqlalchemy import select

from app.config import Config, Settings
from app.config.core import CORE_SETTINGS
from app.importing.handler import ImportHandler
from app.models.runs import Run
from app.models.users import User
from app.services import tokens

CSV = b"number,description\n1,Milk\n"
PLACE = "/api/imports/products-csv"
WRITES = tuple(
    f"{view}.{verb}"
    for view in ("products", "product_codes", "product_costs", "product_prices", "departments",
                 "categories", "brands", "vendors")
    for verb in ("create", "edit")
)  # fmt: skip


class FromTill(ImportHandler):
    key, title = "from-till", "From the till"


@pytest.fixture
def folder(app, tmp_path, monkeypatch):
    """The folder for imports, with a file."""
    settings = Settings(Config.of({"import.folder": str(tmp_path)}), CORE_SETTINGS)
    monkeypatch.setitem(app.extensions, "settings", settings)
    (tmp_path / "a.csv").write_bytes(CSV)
    return tmp_path


@pytest.fixture
def key(signed_in, session):
    """`key("*")` is the header with a token of somebody with these permissions."""

    def make(*permissions):
        before = set(session.scalars(select(User.uuid)))
        signed_in(*permissions)
        user = session.scalars(select(User).where(User.uuid.not_in(before))).one()
        _token, text = tokens.create(session, user, "till", by="ann")
        session.commit()
        return {"Authorization": f"Bearer {text}"}

    return make


def ask(client, headers, place=PLACE, **said):
    data = {"file": (BytesIO(CSV), "a.csv"), **said}
    return client.post(place, headers=headers, data=data)


def test_a_run_is_asked_for_and_looked_at(client, key, session):
    headers = key("*")
    answer = ask(client, headers, options='{"strict": true}', dry_run="true", reason="Nightly")
    assert answer.status_code == 202, answer.text
    run = session.scalars(select(Run)).one()
    assert answer.json["run"] == str(run.uuid)
    assert (run.dry_run, run.parameters["options"]) == (True, {"strict": True})
    found = client.get(answer.json["url"], headers=headers).json
    assert (found["state"], found["page"]) == ("waiting", f"/runs/{run.uuid}")


def test_an_idempotency_key_asks_once(client, key, session):
    headers = key("*") | {"Idempotency-Key": "2026-11-24"}
    assert ask(client, headers).json["run"] == ask(client, headers).json["run"]
    assert len(session.scalars(select(Run)).all()) == 1
    assert ask(client, headers | {"Idempotency-Key": "x" * 201}).status_code == 422


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer sk_wrong"}])
def test_without_a_token_nothing_is_asked_for(client, session, headers):
    answer = ask(client, headers)
    assert (answer.status_code, session.scalars(select(Run)).all()) == (401, [])
    assert "token" in answer.json["error"]
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_the_session_of_a_browser_is_no_token(signed_in, session):
    assert ask(signed_in("*"), {}).status_code == 401


def test_a_token_may_what_its_user_may(client, key, session):
    answer = ask(client, key("imports.start", "products.create"))
    assert (answer.status_code, answer.json["error"]) == (403, "You may not run this import.")


def test_a_program_does_not_approve_for_people_nor_turn_the_history_off(client, key, session):
    headers = key("imports.start", "runs.start", *WRITES)
    approve = '{"approve": "018f0000-0000-7000-8000-000000000000"}'
    for options in (approve, '{"versioning": false}'):
        answer = ask(client, headers, options=options)
        assert answer.status_code == 422, options
        assert session.scalars(select(Run)).all() == []
    assert ask(client, headers).status_code == 202


@pytest.mark.parametrize(
    "said",
    [
        {"options": "{"},
        {"options": "[" * 100_000},
        {"options": '{"nothing": 1}'},
        {"options": '{"models": ["no such"]}'},
        {"options": '{"models": 5}'},
        {"options": '{"min_rows": NaN}'},
        {"options": '{"min_rows": 1e999}'},
        {"options": '{"approve": 5}'},
        {"options": '{"map": {"number": "\\u0000"}}'},
        {"options": '{"map": {"number": "\\ud800"}}'},
        {"options": "[]"},
        {"dry_run": '"yes"'},
        {"reading": '{"delimiter": "ab"}'},
        {"reading": "5"},
        {"reason": "a\0b"},
        {"reason": "long " * 100},
        {"what": "1"},
        {"file": (BytesIO(b""), "a.csv")},
        {"path": "a.csv"},
    ],
    ids=str,
)
def test_what_cannot_be_is_a_sentence_in_json(client, key, session, said):
    answer = ask(client, key("*"), **said)
    assert answer.status_code == 422
    assert answer.json["error"].endswith(".")
    assert session.scalars(select(Run)).all() == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "Send the file as the part “file” of a form, or name it as the path."),
        ({"path": "b.csv"}, "There is no file b.csv in the folder for imports."),
        ({"path": "../b.csv"}, "../b.csv is not in the folder for imports."),
        ({"path": 5}, "path cannot be 5."),
        ([], "Send an object of JSON."),
    ],
)
def test_a_file_of_the_server_that_cannot_be_is_told(client, key, folder, session, body, words):
    answer = client.post(PLACE, headers=key("*"), json=body)
    assert (answer.status_code, answer.json["error"]) == (422, words)
    assert session.scalars(select(Run)).all() == []


def test_a_file_of_the_server_is_named(client, key, folder, session):
    body = {"path": "a.csv", "reading": {"encoding": "cp1252"}, "options": {"update": False}}
    answer = client.post(PLACE, headers=key("*"), json=body)
    assert answer.status_code == 202
    assert session.scalars(select(Run)).one().parameters == {"handler": "products-csv", **body}


def test_what_is_not_there_is_told_as_json_too(client, key):
    headers = key("*")
    unknown = "/api/runs/018f0000-0000-7000-8000-000000000000"
    for answer, status in (
        (ask(client, headers, "/api/imports/nothing"), 404),
        (client.get(unknown, headers=headers), 404),
        (client.get("/api/nowhere", headers=headers), 404),
        (client.get(PLACE, headers=headers), 405),
    ):
        assert answer.status_code == status
        assert answer.json["error"].endswith(".")


def test_a_file_that_is_too_large_is_told_as_json_too(client, key):
    answer = client.post(
        PLACE, headers=key("*"), content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(65 * 2**20)},
    )  # fmt: skip
    assert (answer.status_code, "too large" in answer.json["error"]) == (413, True)


def test_a_run_of_somebody_else_is_for_who_may_look_at_runs(client, key):
    run = ask(client, key("*")).location
    assert client.get(run, headers=key("imports.start")).status_code == 403
    assert client.get(run, headers=key("runs.view")).json["state"] == "waiting"


def test_a_program_that_reads_no_file_of_this_kind_is_told(app, client, key, monkeypatch):
    headers = key("*")
    known = app.extensions["storekeeper"].all("importing") | {"from-till": FromTill}
    monkeypatch.setitem(app.extensions["storekeeper"]._known, "importing", known)
    place = "/api/imports/from-till"
    assert (
        ask(client, headers, place).json["error"]
        == "This import reads no file, and so has no file."
    )
    assert client.post(place, headers=headers, json={"path": "a.csv"}).status_code == 422
    answer = client.post(place, headers=headers, json={"dry_run": True})
    assert (answer.status_code, answer.json["key"]) == (202, "import:from-till")
