"""What a run changed is a file for a spreadsheet: one line for each field."""

import csv
import io
from uuid import uuid4

import pytest

from tests.web.importing import done, sent

FIRST = "number,description\n1,Milk\n2,Tea\n"
THEN = "number,description\n1,@SUM(A1)\n2,Tea\n"


@pytest.fixture
def ann(signed_in):
    return signed_in("*")


def imported(app, session, client, content, **said):
    sent(client, content=content, token=uuid4().hex, **said)
    return done(app, session)


def lines_of(answer):
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def test_each_field_is_a_line_and_no_cell_is_a_formula(app, ann, session):
    imported(app, session, ann, FIRST)
    run = imported(app, session, ann, THEN, warn="y")
    answer = ann.get(f"/runs/{run.uuid}/changes.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    header, *lines = lines_of(answer)
    assert header == ["importer", "action", "state", "key", "line", "field", "before", "after"]
    (line,) = [line for line in lines if line[0] == "product"]
    assert line[:4] == ["product", "update", "made", "1"]
    assert line[5:] == ["description", "Milk", "'@SUM(A1)"]


def test_what_was_tried_is_told_too_and_nothing_is_a_header_alone(app, ann, session):
    run = imported(app, session, ann, FIRST, dry_run="y")
    states = {line[2] for line in lines_of(ann.get(f"/runs/{run.uuid}/changes.csv"))[1:]}
    assert states == {"tried"}
    imported(app, session, ann, FIRST)
    run = imported(app, session, ann, FIRST)
    assert len(lines_of(ann.get(f"/runs/{run.uuid}/changes.csv"))) == 1


def test_it_is_for_who_may_see_changes_of_imports(app, ann, signed_in, session):
    run = imported(app, session, ann, FIRST)
    place = f"/runs/{run.uuid}/changes.csv"
    assert signed_in("runs.view").get(place).status_code == 403
    assert signed_in("runs.view", "import_changes.list").get(place).status_code == 200
    unknown = "/runs/018f0000-0000-7000-8000-000000000000/changes.csv"
    assert signed_in("*").get(unknown).status_code == 404
