"""Rejected rows that were put right are brought in as the others were; what is not those is not."""

import io

import pytest
from sqlalchemy import func, select

from app.models.products import Product
from app.models.runs import Run, RunFile
from app.services import files
from app.testing.pages import token_of
from app.web.files import folder as kept_in
from tests.importing.till import FromTill
from tests.web.importing import RIGHTS, WRITES, done, known, sent

BROKEN = "number,description\n1,Milk\n2,\n"


@pytest.fixture
def ann(signed_in):
    return signed_in("*")


@pytest.fixture
def run(app, ann, session):
    """A run with a row that was rejected."""
    sent(ann, content=BROKEN, delete="no")
    return done(app, session)


def send(client, run, content=None, name="fixed.csv"):
    data = {"csrf_token": token_of(client.get("/").text)}
    if content is not None:
        body = content.encode() if isinstance(content, str) else content
        data["file"] = (io.BytesIO(body), name)
    return client.post(f"/imports/corrected/{run}", data=data, content_type="multipart/form-data")


def rejected_rows(app, session, run):
    file = session.scalars(select(RunFile).filter_by(run_uuid=run.uuid, role="result")).one()
    with app.test_request_context():
        return files.path_of(kept_in(), file.file).read_text()


def waiting(session):
    session.expire_all()
    return session.scalars(select(Run).where(Run.state == "waiting")).all()


def test_the_rows_that_were_rejected_are_brought_in_and_no_more(app, ann, run, session):
    text = rejected_rows(app, session, run)
    assert text.startswith("line,reason,number,description")
    answer = send(ann, run.uuid, text.rstrip() + "Tea\n")
    new = done(app, session)
    assert answer.location.endswith(f"/runs/{new.uuid}")
    assert (new.again_of_uuid, new.state, new.parameters["options"]) == (
        run.uuid, "succeeded", {"delete": False},
    )  # fmt: skip
    assert session.scalars(select(func.count()).select_from(Product)).one() == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "Choose a file."),
        ("", "This file is empty."),
        (b"%PDF-1.7", "it looks like a PDF"),
        ("line,reason\n3,because\n", "is needed: say which column it is."),
    ],
)
def test_what_is_no_file_of_those_rows_is_told(ann, run, session, content, words):
    answer = send(ann, run.uuid, content)
    assert answer.location.endswith(f"/runs/{run.uuid}")
    assert words in ann.get(answer.location).text
    assert waiting(session) == []


def test_who_may_not_repeat_the_run_cannot_send_rows(run, signed_in, session):
    without = set(RIGHTS) - {"runs.start"}
    for rights in (RIGHTS, {*without, *WRITES}, {"runs.view"}):
        assert send(signed_in(*rights), run.uuid, BROKEN).status_code == 403
    assert waiting(session) == []


def test_a_run_that_is_not_there_or_of_no_file_takes_no_rows(app, ann, session, monkeypatch):
    assert send(ann, "018f0000-0000-7000-8000-000000000000", BROKEN).status_code == 404
    known(app, monkeypatch, FromTill)
    of_till = Run(kind="import", key="import:till", title="", state="succeeded", queue="default",
                  parameters={"handler": "till"})  # fmt: skip
    gone = Run(kind="import", key="import:gone", title="", state="succeeded", queue="default",
               parameters={"handler": "gone"})  # fmt: skip
    by_hand = Run(kind="import", key="import:products-csv", title="", state="succeeded",
                  parameters={"handler": "products-csv"})  # fmt: skip
    session.add_all([of_till, gone, by_hand])
    session.commit()
    answers = [send(ann, one.uuid, BROKEN).status_code for one in (of_till, gone, by_hand)]
    assert answers == [403, 404, 403]
    assert waiting(session) == []
