"""Notes and attachments: about something that is there, gone when it goes, back when it comes."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.db import Author, announce
from app.db.unit_of_work import change_set_of
from app.models.notes import Attachment, Note
from app.models.people import Person
from app.models.runs import Run
from app.services import attachments, dependents, files, history, notes, reverting, undoing
from app.testing.samples import sample

PDF = b"%PDF-1.7 something"
LARGEST = 2**20


@pytest.fixture
def ann(session):
    return sample(session, Person, first_name="Ann", last_name="Lee")


def attach(session, record, folder, content=PDF, name="invoice.pdf", **more):
    told = {"folder": folder, "largest": LARGEST, **more}
    return attachments.attach(session, record, io.BytesIO(content), name, **told)


def commit(session):
    """What follows is a change set of its own."""
    session.commit()
    announce(session(), Author("test"))


def test_a_note_is_about_a_record(session, ann):
    note = notes.write(session, ann, " Likes tea ", by=None, subject="Tea")
    assert notes.of(session, ann) == [note]
    assert (note.text, notes.subject_of(session, note)) == ("Likes tea", ann)


def test_an_empty_note_is_none(session, ann):
    with pytest.raises(notes.NothingWritten):
        notes.write(session, ann, " \n", by=None)


def test_a_note_about_nothing_is_refused(session, ann):
    session.execute(text("DELETE FROM person WHERE uuid = :u"), {"u": str(ann.uuid)})
    with pytest.raises(notes.NotAnnotated):
        notes.write(session, ann, "Hello", by=None)


@pytest.mark.parametrize("table", ["run", "nonsense", "pg_class", 'person"; DROP TABLE note; --'])
def test_a_table_that_is_not_annotated_is_refused(session, ann, table):
    session.add(Note(subject_table=table, subject_uuid=ann.uuid, text="Hello"))
    with pytest.raises(IntegrityError, match="have no notes"):
        session.flush()


def test_every_annotated_model_is_watched(session):
    query = text("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'annotated'")
    watched = {name.strip('"') for name in session.scalars(query)}
    assert watched == set(notes.annotated_models())
    assert Run.__table__.name not in watched


def test_notes_go_with_their_record_and_come_back_with_its_undo(session, ann, tmp_path):
    notes.write(session, ann, "Likes tea", by=None)
    attach(session, ann, tmp_path)
    commit(session)
    found = {one.model: one.goes_along for one in dependents.of(session, ann)}
    assert found == {Note: True, Attachment: True}
    uuid = ann.uuid
    dependents.delete(session, ann)
    assert session.scalars(select(Note)).all() == []
    number = change_set_of(session)
    session.commit()
    undoing.undo(session, number)
    session.commit()
    assert [n.text for n in notes.of(session, session.get(Person, uuid))] == ["Likes tea"]
    assert files.path_of(tmp_path, session.scalar(select(Attachment)).file).read_bytes() == PDF


def test_notes_come_back_with_a_reverted_deletion_too(session, ann):
    notes.write(session, ann, "Likes tea", by=None)
    commit(session)
    uuid = ann.uuid
    dependents.delete(session, ann)
    number = change_set_of(session)
    commit(session)
    reverting.revert(session, history.entry(session, Person, uuid, number))
    assert [n.text for n in notes.of(session, session.get(Person, uuid))] == ["Likes tea"]


def test_the_history_of_a_record_tells_of_its_notes(session, ann):
    commit(session)
    notes.write(session, ann, "Likes tea", by=None)
    session.commit()
    newest = history.of(session, Person, ann.uuid)[0]
    assert [(c.model, c.is_part) for c in newest.changes] == [(Note, True)]


def test_the_same_file_is_kept_once(session, ann, tmp_path):
    one, other = attach(session, ann, tmp_path), attach(session, ann, tmp_path, name="copy.pdf")
    assert one.file is other.file
    assert (one.file.size, one.file.media_type) == (len(PDF), "application/pdf")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ann\\price list.csv", "price list.csv"),
        ("a\0b\r\nSet-Cookie: x.txt", "abSet-Cookie: x.txt"),
        ("invoice\u202efdp.txt", "invoicefdp.txt"),
        ("x" * 400 + ".txt", "x" * 108 + "…" + "x" * 7 + ".txt"),
        ("Zoë.txt", "Zoë.txt"),
    ],
)
def test_a_name_is_only_a_name(session, ann, tmp_path, name, shown):
    kept = attach(session, ann, tmp_path, b"hello", name)
    assert kept.name == shown
    assert files.path_of(tmp_path, kept.file) == files.place(tmp_path, kept.file.sha256)


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("page.html", b"<script>", attachments.UnknownType),
        ("drawing.svg", b"<svg/>", attachments.UnknownType),
        ("noending", b"x", attachments.UnknownType),
        ("", b"x", attachments.UnknownType),
        ("invoice.pdf", b"<html>", attachments.NotWhatItSays),
        ("photo.jpg", PDF, attachments.NotWhatItSays),
        ("list.csv", b"a,b\0c", attachments.NotWhatItSays),
        ("list.csv", b"a" * files.CHUNK + b"\0", attachments.NotWhatItSays),
        ("list.csv", b"", files.NoContent),
        ("list.csv", b"x" * (LARGEST + 1), files.TooLarge),
    ],
)
def test_what_is_refused_leaves_nothing(session, ann, tmp_path, name, content, refusal):
    with pytest.raises(refusal):
        attach(session, ann, tmp_path, content, name)
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert left == []


@pytest.mark.parametrize("name", ["a.png", "a.JPEG", "a.webp", "a.xlsx", "a.heic"])
def test_known_kinds_are_told_by_their_content(session, ann, tmp_path, name):
    heads = {
        "png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff\xe0", "webp": b"RIFFxxxxWEBP",
        "xlsx": b"PK\x03\x04", "heic": b"\0\0\0\x18ftypheic",
    }  # fmt: skip
    ending = name.partition(".")[2].lower()
    assert attach(session, ann, tmp_path, heads[ending], name).file.media_type.count("/") == 1


def test_a_file_that_history_names_outlives_every_sweep(session, ann, tmp_path):
    kept, deleted = attach(session, ann, tmp_path), attach(session, ann, tmp_path, PDF + b"2")
    both = kept.file, deleted.file
    commit(session)
    session.delete(deleted)
    session.commit()
    later = datetime.now(UTC) + timedelta(days=2)
    assert files.sweep(session, tmp_path, now=later).files == 0
    for file in both:
        assert files.path_of(tmp_path, file).is_file()


@pytest.mark.parametrize("new", ["page.html", "invoice.txt", "invoice"])
def test_a_new_name_keeps_the_kind(new):
    with pytest.raises((attachments.UnknownType, attachments.NotWhatItSays)):
        attachments.renamed("invoice.pdf", new)
    assert attachments.renamed("photo.jpg", "../Shelf.JPEG") == "Shelf.JPEG"
