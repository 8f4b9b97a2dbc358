"""Notes and attachments in the browser."""

import io

import pytest

from app.models.employees import Employee
from app.models.notes import Attachment, Note
from app.models.people import Person
from app.services import notes
from app.testing.pages import token_of
from app.testing.samples import sample

PDF = b"%PDF-1.7 <script>alert(1)</script>"


@pytest.fixture
def ann(session):
    person = sample(session, Person, first_name="Ann", last_name="Lee")
    session.commit()
    return person


def upload(client, record, content=PDF, name="Rechnung für Ann.pdf", table="person"):
    url = f"/attachments/about/{table}/{record.uuid}"
    token = token_of(client.get(url).text)
    told = {"csrf_token": token, "file": (io.BytesIO(content), name), "description": "May"}
    return client.post(url, data=told, content_type="multipart/form-data")


def test_a_note_is_written_on_the_page_of_a_record(session, signed_in, ann):
    client, url = signed_in("*"), f"/notes/about/person/{ann.uuid}"
    token = token_of(client.get(url).text)
    told = {
        "csrf_token": token,
        "text": "Likes <b>tea</b>\nand cake",
        "subject": "",
        "kind": "personal",
    }
    assert client.post(url, data=told).location == f"/people/{ann.uuid}"
    page = client.get(f"/people/{ann.uuid}").text
    assert "Likes &lt;b&gt;tea&lt;/b&gt;" in page
    assert session.query(Note).one().created_by.person.name == "Ann Lee"


def test_an_empty_note_comes_back_with_a_reason(signed_in, ann):
    client, url = signed_in("*"), f"/notes/about/person/{ann.uuid}"
    answer = client.post(url, data={"csrf_token": token_of(client.get(url).text), "subject": "Tea"})
    assert (answer.status_code, "This is needed" in answer.text) == (422, True)
    assert 'value="Tea"' in answer.text


@pytest.mark.parametrize(
    "tail", ["nonsense/{}", "run/{}", "person/00000000-0000-0000-0000-000000000000"]
)
def test_nothing_is_written_about_what_is_not_there(signed_in, ann, tail):
    client = signed_in("*")
    for what in ("notes", "attachments"):
        assert client.get(f"/{what}/about/{tail.format(ann.uuid)}").status_code == 404


def test_a_file_is_kept_and_given_back_as_a_download(session, signed_in, ann):
    client = signed_in("*")
    assert upload(client, ann).location == f"/people/{ann.uuid}"
    kept = session.query(Attachment).one()
    assert "Rechnung für Ann.pdf" in client.get(f"/people/{ann.uuid}").text
    answer = client.get(f"/attachments/{kept.uuid}/download")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    answer.close()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"<script>", "page.html", "are not kept"),
        (b"<script>", "invoice.pdf", "not what its name says"),
        (b"", "list.csv", "is empty"),
        (b"x", "", "Choose a file"),
    ],
)
def test_a_file_that_is_refused_says_why(session, signed_in, ann, content, name, words):
    answer = upload(signed_in("*"), ann, content, name)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert session.query(Attachment).count() == 0


def test_a_file_keeps_the_ending_of_its_kind(session, signed_in, ann):
    client = signed_in("*")
    upload(client, ann)
    url = f"/attachments/{session.query(Attachment).one().uuid}/edit"
    token = token_of(client.get(url).text)
    answer = client.post(url, data={"csrf_token": token, "name": "page.html"})
    assert answer.status_code == 422


def test_who_may_not_see_the_record_sees_nothing_about_it(session, signed_in):
    employee = sample(session, Employee)
    note = notes.write(session, employee, "Secret", by=None)
    session.commit()
    client = signed_in("notes.list", "notes.view", "notes.create", "notes.edit", "people.view")
    assert "Secret" not in client.get("/notes/").text
    assert client.get(f"/notes/{note.uuid}").status_code == 404
    assert client.get(f"/notes/{note.uuid}/edit").status_code == 404
    assert client.get(f"/notes/about/employee/{employee.uuid}").status_code == 404


def test_who_may_not_see_notes_sees_none_on_the_page(session, signed_in, ann):
    notes.write(session, ann, "Secret", by=None)
    session.commit()
    page = signed_in("people.view").get(f"/people/{ann.uuid}").text
    assert "Secret" not in page
    assert "Notes" not in page.partition("<main")[2]


def test_deleting_a_record_tells_of_its_notes(session, signed_in, ann):
    notes.write(session, ann, "Hello", by=None)
    session.commit()
    assert "Notes" in signed_in("*").get(f"/people/{ann.uuid}/delete").text
