"""Pictures of appliances: sent in the form, seen by those who may, and never swept."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from lxml import html
from PIL import Image

from app.models.files import StoredFile
from app.models.tempmon import Appliance, Client, Probe
from app.services import appliances, files
from app.testing.pages import fields_of
from app.testing.samples import sample


@pytest.fixture
def cooler(session):
    made = sample(session, Appliance, name="Dairy cooler")
    session.commit()
    return made


@pytest.fixture
def folder(app):
    return files.folder_of(app.extensions["settings"])


def a_picture(colour="red"):
    stream = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(stream, "PNG")
    stream.seek(0)
    return stream


def upload(client, cooler, content):
    url = f"/appliances/{cooler.uuid}/edit"
    told = {**fields_of(client.get(url).text), "picture": (content, "cooler.png")}
    return client.post(url, data=told)


def test_a_picture_is_sent_seen_and_taken_away(session, signed_in, cooler):
    client, page = signed_in("*"), f"/appliances/{cooler.uuid}"
    assert upload(client, cooler, a_picture()).status_code == 302
    (source,) = html.fromstring(client.get(page).text).xpath('//img[@alt="Dairy cooler"]/@src')
    with client.get(source) as shown:
        assert (shown.status_code, shown.mimetype) == (200, "image/webp")
        assert Image.open(io.BytesIO(shown.data)).size == (40, 40)
    small = f"/appliances/{cooler.uuid}/{cooler.thumbnail_uuid}.webp"
    assert small in client.get("/appliances/overview").text
    form = html.fromstring(client.get(page).text).xpath('//form[contains(@action, "picture")]')[0]
    assert client.post(form.action, data=dict(form.form_values())).status_code == 302
    assert cooler.picture_uuid is None
    assert client.get(source).status_code == 404


def test_a_form_without_a_picture_leaves_the_one_that_is_there(session, signed_in, cooler, folder):
    appliances.put_picture(session, cooler, a_picture(), folder=folder)
    session.commit()
    before = cooler.picture_uuid
    url, client = f"/appliances/{cooler.uuid}/edit", signed_in("*")
    assert upload(client, cooler, io.BytesIO(b"<svg/>")).status_code == 422
    told = {**fields_of(client.get(url).text), "location": "Aisle 4"}
    assert client.post(url, data=told).status_code == 302
    assert (cooler.location, cooler.picture_uuid) == ("Aisle 4", before)


def test_pictures_are_for_those_who_may_and_of_this_appliance(session, app, signed_in, folder):
    cooler, other = sample(session, Appliance), sample(session, Appliance)
    appliances.put_picture(session, cooler, a_picture(), folder=folder)
    session.commit()
    url = f"/appliances/{cooler.uuid}/{cooler.picture_uuid}.webp"
    assert app.test_client().get(url).status_code in {302, 303}
    client = signed_in("appliances.list")
    assert client.get(url).status_code == 403
    assert "<img" not in client.get("/appliances/overview").text
    assert client.post(f"/appliances/{cooler.uuid}/picture/delete").status_code in {400, 403}
    url = f"/appliances/{other.uuid}/{cooler.picture_uuid}.webp"
    assert signed_in("*").get(url).status_code == 404


def test_a_sweep_asks_the_other_database_too(session, cooler, tmp_path):
    appliances.put_picture(session, cooler, a_picture("red"), folder=tmp_path)
    appliances.put_picture(session, cooler, a_picture("blue"), folder=tmp_path)
    later = datetime.now(UTC) + timedelta(days=2)
    assert files.sweep(session, tmp_path, now=later).rows == 1  # the red one, large and small alike
    kept = {cooler.picture_uuid, cooler.thumbnail_uuid}
    assert {file.uuid for file in session.query(StoredFile)} == kept


def test_a_page_lists_the_parts_of_a_record_once(session, signed_in, cooler):
    client = sample(session, Client)
    sample(session, Probe, appliance=cooler, client=client, description="Top shelf")
    session.commit()
    assert signed_in("*").get(f"/appliances/{cooler.uuid}").text.count("Top shelf") == 1
