"""Files by the hash of their content."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from app.models.files import StoredFile
from app.services import files


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "files"


@pytest.fixture
def keep(session, folder):
    def keep(content, *, most=100):
        return files.keep(session, folder, io.BytesIO(content), media_type="text/plain", most=most)

    return keep


def on_disk(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_found_again_by_its_row(folder, keep):
    file = keep(b"price list")
    assert files.path_of(folder, file).read_bytes() == b"price list"
    assert (file.size, file.media_type) == (10, "text/plain")


def test_the_same_content_is_kept_once(folder, keep):
    assert keep(b"price list").uuid == keep(b"price list").uuid
    assert len(on_disk(folder)) == 1


@pytest.mark.parametrize(
    ("content", "error"), [(b"x" * 101, files.TooLarge), (b"", files.NoContent)]
)
def test_what_is_refused_leaves_nothing_behind(session, folder, keep, content, error):
    with pytest.raises(error):
        keep(content)
    assert on_disk(folder) == []
    assert session.query(StoredFile).count() == 0


def test_nobody_else_on_the_machine_reads_a_file(folder, keep):
    path = files.path_of(folder, keep(b"wages"))
    assert path.stat().st_mode & 0o077 == 0


def test_a_file_that_is_missing_on_disk_is_told(folder, keep):
    file = keep(b"price list")
    files.path_of(folder, file).unlink()
    with pytest.raises(files.FileIsGone):
        files.path_of(folder, file)


def test_a_sweep_takes_what_nothing_refers_to_but_nothing_young(session, folder, keep):
    keep(b"price list")
    assert files.sweep(session, folder).rows == 0
    later = datetime.now(UTC) + timedelta(days=2)
    assert files.sweep(session, folder, now=later) == files.Swept(rows=1, files=1, size=10)
    assert on_disk(folder) == []


def test_a_sweep_leaves_alone_what_just_came_in_again(session, folder, keep):
    old = keep(b"price list")
    session.execute(update(StoredFile).values(stored_at=datetime(2020, 1, 1, tzinfo=UTC)))
    assert keep(b"price list").uuid == old.uuid
    assert files.sweep(session, folder).rows == 0


def test_a_sweep_takes_what_a_crash_left_behind(session, folder):
    stray = folder / "ab" / ("ab" * 32)
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"half")
    later = datetime.now(UTC) + timedelta(days=2)
    assert files.sweep(session, folder, now=later).files == 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\lists\\catalog.csv", "catalog.csv"),
        ("../../etc/passwd", "passwd"),
        ("price\r\nlist\x00.csv", "pricelist.csv"),
        ("...", ""),
        ("price\u2028list.csv", "pricelist.csv"),
        ("Screenshot 3.45\u202fPM.png", "Screenshot 3.45\u202fPM.png"),
        ("Zoe\u0308.csv", "Zo\u00eb.csv"),
        ("x" * 200 + ".csv", "x" * 108 + "…" + "x" * 7 + ".csv"),
    ],
)
def test_a_name_has_no_folders_and_nothing_invisible(sent, kept):
    assert files.tidy_name(sent) == kept
