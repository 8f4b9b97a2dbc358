"""Reports that were made: their file is saved by those who may see them."""

import io

import pytest

from app.models.reports import ReportOutput
from app.services import files
from app.testing.samples import sample


@pytest.fixture
def report(session, app):
    folder = files.folder_of(app.extensions["settings"])
    file = files.keep(session, folder, io.BytesIO(b"a,b\n"), media_type="text/csv", most=100)
    made = sample(session, ReportOutput, title="Sales", file=file, file_name="sales.csv")
    session.commit()
    return made


def test_the_file_of_a_report_is_saved(signed_in, report):
    client, url = signed_in("*"), f"/report-outputs/{report.uuid}/file"
    assert url in client.get(f"/report-outputs/{report.uuid}").text
    with client.get(url) as answer:
        assert answer.data == b"a,b\n"
        assert answer.headers["Content-Disposition"] == "attachment; filename=sales.csv"
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_the_file_is_for_those_who_may_see_the_report(app, signed_in, report):
    url = f"/report-outputs/{report.uuid}/file"
    assert app.test_client().get(url).status_code in {302, 303}
    assert signed_in("report_outputs.list").get(url).status_code == 403


def test_a_file_that_is_missing_on_the_disk_is_said(app, signed_in, report):
    files.path_of(files.folder_of(app.extensions["settings"]), report.file).unlink()
    answer = signed_in("*").get(f"/report-outputs/{report.uuid}/file")
    assert answer.status_code == 404
    assert "missing on the disk of the server" in answer.text


def test_a_report_without_a_file_offers_none(session, signed_in, report):
    report.file = None
    session.commit()
    client, url = signed_in("*"), f"/report-outputs/{report.uuid}"
    assert f"{url}/file" not in client.get(url).text
    assert client.get(f"{url}/file").status_code == 404
