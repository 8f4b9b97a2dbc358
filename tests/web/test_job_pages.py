"""Pages of jobs: what they tell, what they refuse, and who may."""

from datetime import timedelta

import pytest
from lxml import html
from sqlalchemy import select

from app.models.jobs import ShopJob
from app.models.runs import Run
from app.models.users import User
from app.services import users
from app.testing.pages import fields_of, token_of
from app.testing.samples import sample
from app.web.schedules import cron_in_words, duration
from app.work.plans import make_known


@pytest.fixture
def job(app, session):
    """One of the jobs of the product."""
    make_known(session, app.extensions["storekeeper"])
    session.commit()
    return session.scalars(select(ShopJob).where(ShopJob.key == "product_costs")).one()


def text_of(answer):
    return " ".join(html.fromstring(answer.text).text_content().split())


def send(client, job, **values):
    url = f"/jobs/{job.uuid}/edit"
    return client.post(url, data={**fields_of(client.get(url).text), **values})


def press(client, job, what, **values):
    token = token_of(client.get(f"/jobs/{job.uuid}").text)
    url = f"/jobs/{job.uuid}/{what}"
    return client.post(url, data={"csrf_token": token, **values}, follow_redirects=True)


def test_the_list_tells_when_in_words(signed_in, job):
    told = text_of(signed_in("*").get("/jobs/"))
    assert "Bring coming costs into force" in told
    assert "At 00:10" in told
    assert "Every 10 minutes" in told


def test_the_page_tells_the_next_five_times_and_the_rules(signed_in, job):
    page = html.fromstring(signed_in("*").get(f"/jobs/{job.uuid}").text)
    assert len(page.cssselect("ol.lines > li")) == 5
    assert "Leave the new one out" in page.text_content()
    assert "06:00" in page.text_content()


def test_a_schedule_is_changed_and_told_in_the_history(session, signed_in, job):
    client = signed_in("*")
    assert send(client, job, cron="30 4 * * 1-5", reason="The till closes late").status_code == 302
    session.expire_all()
    assert job.cron == "30 4 * * 1-5"
    told = text_of(client.get(f"/jobs/{job.uuid}"))
    assert "At 04:30, Monday through Friday" in told
    history = text_of(client.get(f"/jobs/{job.uuid}/history"))
    assert "30 4 * * 1-5" in history
    assert "The till closes late" in history


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"cron": "0 0 31 2 *"}, "There is no such day in any year"),
        ({"cron": "99 * * * *"}, "The first part is the minute"),
        ({"cron": "soon"}, "Write five parts"),
        ({"every_seconds": "0.5 s"}, "Write an interval of whole seconds"),
        ({"cron": "0 0 * * *", "every_seconds": "1 h"}, "not both"),
        ({"parameters": "nobody = 1"}, "This job has no parameter nobody"),
        ({"parameters": "what"}, "Write parameters as name = value"),
        ({"deadline": "25:00"}, "Write a time as 02:30"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(session, signed_in, job, values, sentence):
    answer = send(signed_in("*"), job, **values)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    session.expire_all()
    assert job.cron is None


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("cron=15+2+*+*+*", "At 02:15"),
        ("cron=0+0+31+2+*", "There is no such day"),
        ("cron=%00", "Write five parts"),
        ("every_seconds=90+min", "Every 1 hour 30 minutes"),
        ("every_seconds=x", "Write an interval"),
        ("", "as it was made"),
        ("job={job}", "At 00:10"),
        ("job=none", "as it was made"),
        ("cron=0+0+*+*+*&every_seconds=1+h", "not both"),
    ],
)
def test_a_preview_tells_what_a_schedule_means(signed_in, job, asked, told):
    answer = signed_in("jobs.list").get(f"/jobs/preview?{asked.format(job=job.uuid)}")
    assert answer.status_code == 200
    assert told in text_of(answer)


def test_the_form_tells_what_holds_while_nothing_is_written(session, signed_in, job):
    job.overlap, job.cron = "queue", "0 7 * * *"
    session.commit()
    page = html.fromstring(signed_in("*").get(f"/jobs/{job.uuid}/edit").text)
    made = page.cssselect("section[aria-labelledby=made-title] dd")
    told = [one.text_content() for one in made]
    assert told == ["At 00:10", "Leave the new one out", "Run once for all of them", "06:00"]


def test_what_the_shop_wants_otherwise_is_told_apart(session, signed_in, job):
    client, words = signed_in("*"), "Otherwise than it was made"
    assert words not in client.get(f"/jobs/{job.uuid}").text
    job.cron = "0 7 * * *"
    session.commit()
    assert words in client.get(f"/jobs/{job.uuid}").text


def test_a_job_is_run_now_by_who_may(session, signed_in, job):
    assert press(signed_in("jobs.view"), job, "run").status_code == 400 or not runs(session)
    answer = press(signed_in("jobs.view", "jobs.run"), job, "run")
    assert "It is asked for" in text_of(answer)
    assert [run.kind for run in runs(session)] == ["job"]


def test_a_job_runs_as_others_only_by_who_may_edit_them(session, signed_in, job):
    bob, carl = sample(session, User), sample(session, User, active=False)
    boss = users.create(session, "boss", by=None)
    users.make_administrator(session, boss, by=None)
    session.commit()
    one = signed_in("jobs.view", "jobs.edit")
    assert "those may who may edit that user" in send(one, job, run_as=str(bob.uuid)).text
    admin = signed_in("jobs.view", "jobs.edit", "users.edit")
    assert "those may who may edit that user" in send(admin, job, run_as=str(boss.uuid)).text
    assert "is not active" in send(admin, job, run_as=str(carl.uuid)).text
    assert send(admin, job, run_as=str(bob.uuid)).status_code == 302
    session.expire_all()
    assert job.run_as == bob
    assert send(signed_in("jobs.view", "jobs.edit"), job, priority="3").status_code == 302


def runs(session):
    return session.scalars(select(Run).where(Run.key == "product_costs")).all()


def test_a_job_is_paused_with_a_reason_and_goes_on(session, signed_in, job):
    client = signed_in("*")
    assert "Say why" in text_of(press(client, job, "pause", why=" "))
    told = text_of(press(client, job, "pause", why="Stocktaking"))
    assert "Paused by Ann Lee" in told or "Paused by ann" in told
    assert "Stocktaking" in told
    assert "Paused" in text_of(client.get("/jobs/"))
    told = text_of(press(client, job, "resume"))
    assert "Stocktaking" not in html.fromstring(client.get("/jobs/").text).text_content()
    session.expire_all()
    assert not job.is_paused


def test_a_job_whose_code_is_gone_can_only_be_deleted(session, signed_in, job):
    gone = sample(session, ShopJob, key="old_job")
    session.commit()
    client = signed_in("*")
    page = client.get(f"/jobs/{gone.uuid}")
    assert "is not there any more" in text_of(page)
    assert "Run now" not in text_of(page)
    assert f"/jobs/{gone.uuid}/edit" not in page.text
    told = client.get(f"/jobs/{job.uuid}/delete")
    answer = client.post(f"/jobs/{job.uuid}/delete", data={"csrf_token": token_of(told.text)})
    assert "pause it instead" in text_of(answer)


def test_the_deadlines_of_today_are_listed(signed_in, job):
    assert signed_in("jobs.list").get("/jobs/checklist").status_code == 200


def test_durations_are_drawn(session, signed_in, job):
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    for ago in range(5):
        at = now - timedelta(days=ago)
        session.add(Run(kind="job", key=job.key, title="x", state="succeeded", asked_at=at,
                        started_at=at, finished_at=at + timedelta(seconds=ago + 1)))  # fmt: skip
    session.commit()
    page = html.fromstring(signed_in("*").get("/jobs/").text)
    (drawn,) = page.cssselect("svg.spark")
    assert drawn.get("aria-label") == "It usually takes 3 sec"


@pytest.mark.parametrize(
    ("text", "locale", "words"),
    [
        ("15 2 * * *", "en", "At 02:15"),
        ("15 2 * * *", "de", "Um 02:15"),
        ("0 3 * * sun", "de", "Um 03:00, nur am Sonntag"),
        ("0 3 * 2 1-5", "de_DE", "Um 03:00, Montag bis Freitag, nur im Februar"),
        ("0 6 L * *", "en_US", "At 06:00, on the last day of the month"),
        ("0 3 * * *", "tlh", "At 03:00"),
    ],
)
def test_a_cron_text_is_told_in_the_language_of_the_shop(text, locale, words):
    assert cron_in_words(text, locale) == words


def test_a_duration_is_told_in_words(app):
    with app.test_request_context():
        assert duration(timedelta(seconds=2.34)) == "2.3 sec"
        assert duration(timedelta(minutes=90)) == "1 hour 30 minutes"
