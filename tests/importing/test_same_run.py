"""From a terminal, from the web, by schedule and by a program: one import makes the same run."""

import json
from contextlib import nullcontext
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from app.cli.importing import importing
from app.config import Config, Settings
from app.config.core import CORE_SETTINGS
from app.importing.background import IMPORT, NoSuchFile, in_folder
from app.models.jobs import ShopJob
from app.models.products import Product
from app.models.runs import Run
from app.services import tokens
from app.testing.pages import fields_of, token_of
from app.work import shop_jobs
from app.work.executing import execute
from app.work.ticking import now_of, tick

CSV = "number,description\n1,Milk\n2,\n"
WHENCE = {"content", "path"}
"""What a run says of where its file is; it is on the disk, kept, or in the folder."""


@pytest.fixture
def folder(app, tmp_path, monkeypatch):
    """The folder for imports, with a file."""
    before = app.extensions["settings"].config
    told = {"import.folder": str(tmp_path), "data.folder": before.get("data.folder")}
    settings = Settings(Config.of(told), CORE_SETTINGS)
    monkeypatch.setitem(app.extensions, "settings", settings)
    (tmp_path / "a.csv").write_text(CSV)
    return tmp_path


def done(app, session):
    """The run that waits, after a worker did it."""
    session.commit()
    (run,) = session.scalars(select(Run).where(Run.state == "waiting")).all()
    execute(run.uuid, settings=app.extensions["settings"],
            registry=app.extensions["storekeeper"])  # fmt: skip
    session.expire_all()
    return session.get(Run, run.uuid)


def as_told(run):
    """What a run row says, but for who and when."""
    parameters = {name: value for name, value in run.parameters.items() if name not in WHENCE}
    return (run.kind, run.key, run.title, run.state, run.dry_run, run.message, parameters,
            {name: done for name, done in run.counts.items() if name != "phases"},
            run.change_set_id is not None)  # fmt: skip


def by_terminal(app, session, folder, monkeypatch):
    """The command itself, in the app of this test instead of one that it makes."""
    monkeypatch.setattr("app.cli.importing.app_context", lambda ctx: nullcontext(app))
    said = ["products-csv", str(folder / "a.csv"), "--max-delete", "5%", "--comment", "Spring",
            "--runas", "ann", "--json"]  # fmt: skip
    answer = CliRunner().invoke(importing, said, catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return session.get(Run, UUID(json.loads(answer.stdout)["run"]))


def by_web(app, session, client):
    data = {"csrf_token": token_of(client.get("/imports/").text),
            "file": (BytesIO(CSV.encode()), "a.csv")}  # fmt: skip
    answer = client.post("/imports/products-csv", data=data, content_type="multipart/form-data")
    fields = fields_of(client.get(answer.location).text)
    fields.pop("dry_run")
    client.post(answer.location, data=fields | {"reason": "Spring", "max_delete": "5%"})
    return done(app, session)


def by_schedule(app, session, client):
    registry, settings = app.extensions["storekeeper"], app.extensions["settings"]
    page = "/imports/products-csv/schedule"
    said = {"cron": "* * * * *", "path": "a.csv", "reason": "Spring", "max_delete": "5%"}
    client.post(page, data=fields_of(client.get(page).text) | said)
    job = session.scalars(select(ShopJob).filter_by(key="import:products-csv")).one()
    assert tick(session, registry, settings, job.uuid, now=now_of(session) + timedelta(minutes=1))
    return done(app, session)


def by_api(app, session, client, user):
    _token, text = tokens.create(session, user, "till", by="ann")
    session.commit()
    answer = client.post(
        "/api/imports/products-csv", headers={"Authorization": f"Bearer {text}"},
        data={"file": (BytesIO(CSV.encode()), "a.csv"), "reason": "Spring",
              "options": '{"max_delete": "5%"}'},
    )  # fmt: skip
    assert answer.status_code == 202, answer.text
    return done(app, session)


def test_the_same_import_makes_the_same_run_wherever_it_begins(
    app, session, signed_in, folder, monkeypatch
):
    client = signed_in("*")
    runs = []
    for begin in (
        lambda: by_terminal(app, session, folder, monkeypatch),
        lambda: by_web(app, session, client),
        lambda: by_schedule(app, session, client),
        lambda: by_api(app, session, client, runs[1].user),
    ):
        for product in session.scalars(select(Product)):
            session.delete(product)
        session.commit()
        runs.append(begin())
    told = [as_told(run) for run in runs]
    assert (told[0][3], told[0][6]["options"]) == ("succeeded", {"max_delete": "5%"})
    assert told[1:] == [told[0]] * 3
    assert [str(run.user or run.by) for run in runs[::2]] == ["ann", "scheduler"]


@pytest.mark.parametrize("name", ["../secret.csv", "b.csv", "/etc/passwd"])
def test_a_schedule_reads_nothing_but_files_of_its_folder(app, folder, name):
    with pytest.raises(NoSuchFile):
        in_folder(app.extensions["settings"], name)


def test_a_schedule_without_its_file_fails_with_a_sentence(app, session, signed_in, folder):
    (folder / "a.csv").rename(folder / "b.csv")
    registry = app.extensions["storekeeper"]
    asked = {"handler": "products-csv", "path": "a.csv"}
    job = shop_jobs.plan_work(session, registry, IMPORT, asked, cron="* * * * *")
    shop_jobs.run_now(session, registry, job, by="ann")
    run = done(app, session)
    assert (run.state, run.message) == (
        "failed", "There is no file a.csv in the folder for imports.",
    )  # fmt: skip
