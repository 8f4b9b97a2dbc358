"""An import that needs no file: its page asks how to run it, and a worker does so."""

import pytest
from sqlalchemy import select

from app.models.runs import Run
from app.models.users import User
from app.testing.pages import fields_of
from app.testing.samples import sample
from tests.importing.till import FromTill, Supplier, vendors
from tests.web.importing import done, known

PAGE = "/imports/till"


class Till(FromTill):
    suppliers = (Supplier("1", "Dairy Farm"), Supplier("2", "Fields"))


@pytest.fixture
def ann(app, signed_in, monkeypatch):
    known(app, monkeypatch, Till)
    return signed_in("*")


def begin(client, **said):
    fields = fields_of(client.get(PAGE).text)
    return client.post(PAGE, data=fields | said)


def test_the_page_asks_for_no_file_and_tries_only(ann):
    page = ann.get(PAGE).text
    fields = fields_of(page)
    assert "From the till" in page
    assert ("file" in fields, fields["dry_run"]) == (False, "y")
    assert PAGE in ann.get("/imports/").text


def test_what_is_tried_writes_nothing_and_what_is_begun_does(app, ann, session):
    answer = begin(ann, reason="Spring")
    assert answer.status_code == 303
    run = done(app, session)
    assert (run.state, run.dry_run, vendors(session)) == ("succeeded", True, {})
    fields = fields_of(ann.get(PAGE).text)
    fields.pop("dry_run")
    ann.post(PAGE, data=fields | {"create": "yes", "source": "front"})
    run = done(app, session)
    told = {"create": True, "source": "front"}
    assert (run.parameters["options"], len(vendors(session))) == (told, 2)
    assert "Succeeded" in ann.get(PAGE).text


def test_two_clicks_on_one_page_ask_once(ann, session):
    fields = fields_of(ann.get(PAGE).text)
    first, second = (ann.post(PAGE, data=fields) for _ in range(2))
    assert first.location == second.location
    assert len(session.scalars(select(Run)).all()) == 1


def test_it_runs_as_another_user_where_one_may_edit_that_user(app, ann, signed_in, session):
    bob, carl = sample(session, User), sample(session, User, active=False)
    session.commit()
    assert "is not active" in begin(ann, run_as=str(carl.uuid)).text
    assert begin(ann, run_as=str(bob.uuid)).status_code == 303
    run = done(app, session)
    assert (run.state, run.user, run.asked_by.name) == ("succeeded", bob, "Ann Lee")
    other = signed_in("imports.start", "imports.list", "vendors.create", "vendors.edit")
    assert 'name="run_as"' not in other.get(PAGE).text
    begin(other, run_as=str(bob.uuid))
    assert done(app, session).user.name == "Ann Lee"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"max_update": "-5"}, "Write a number such as 100, or 5%."),
        ({"max_create": "100000000000"}, "Write a number such as 100, or 5%."),
        ({"min_rows": "1.5"}, "Write a whole number, such as 1000."),
        ({"create": "perhaps"}, "Not a valid choice"),
        ({"reason": "a\0b"}, "This text has a control character; type it again."),
        ({"reason": "long " * 50}, "Field cannot be longer than 200 characters."),
    ],
)
def test_what_cannot_be_is_told_at_its_field(ann, session, said, words):
    answer = begin(ann, **said)
    assert answer.status_code == 422
    assert words in answer.text
    assert session.scalars(select(Run)).all() == []


def test_who_may_not_write_vendors_does_not_see_it(ann, signed_in, session):
    bob = signed_in("imports.start", "imports.list", "vendors.create")
    assert bob.get(PAGE).status_code == 403
    assert PAGE not in bob.get("/imports/").text
    assert signed_in("imports.start", "vendors.create", "vendors.edit").get(PAGE).status_code == 200
