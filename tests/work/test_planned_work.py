"""Work that a person plans is a job like those of code, until it is deleted."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models.runs import Run
from app.plugins import Plugin, Registry
from app.work import shop_jobs, watching
from app.work.cron import BadSchedule
from app.work.parameters import BadParameters, read_parameters, typed, written_parameters
from app.work.plans import NEVER
from app.work.ticking import now_of, tick
from app.work.work import Work
from tests.work.scheduling import nothing

COPY = Work(
    "copy", "Copy", run=nothing, about=lambda given: given["what"], lock=lambda given: "copying",
    planned=lambda registry, given: f"Copy {given['what']}",
)  # fmt: skip


class Copies(Plugin):
    key, title = "copies_for_tests", "Copies for tests"

    def work(self):
        return (COPY,)


@pytest.fixture
def registry():
    return Registry([Copies()])


def planned(session, registry, cron="* * * * *"):
    return shop_jobs.plan_work(session, registry, COPY, {"what": "prices"}, cron=cron)


def test_planned_work_is_asked_for_as_when_people_do(session, registry, settings):
    row = planned(session, registry)
    soon = now_of(session) + timedelta(minutes=1)
    assert tick(session, registry, settings, row.uuid, now=soon) == 1
    run = session.scalars(select(Run)).one()
    assert (run.kind, run.key, run.title, run.lock, run.by) == (
        "job", "copy:prices", "Copy prices", "copying", "scheduler",
    )  # fmt: skip


def test_while_one_runs_another_is_left_out(session, registry, settings):
    row = planned(session, registry)
    soon = now_of(session) + timedelta(minutes=1)
    shop_jobs.run_now(session, registry, row, by="ann")
    assert tick(session, registry, settings, row.uuid, now=soon) == 0


def test_planned_anew_it_is_the_same_job(session, registry):
    first, again = planned(session, registry), planned(session, registry, cron="0 3 * * *")
    assert (first.uuid, again.cron) == (again.uuid, "0 3 * * *")
    with pytest.raises(BadSchedule):
        planned(session, registry, cron="often")


def test_planned_work_without_a_time_is_told_and_stops_no_scheduler(session, registry, settings):
    row = planned(session, registry)
    row.cron = None
    session.flush()
    for _ in range(2):
        soon = now_of(session) + timedelta(minutes=1)
        assert tick(session, registry, settings, row.uuid, now=soon) == 0
    (told,) = watching.concerns(session, registry, settings)
    assert NEVER in told.sentence


def test_planned_work_whose_code_is_gone_stops_no_scheduler(session, registry, settings):
    row = planned(session, registry)
    soon = now_of(session) + timedelta(minutes=1)
    assert tick(session, Registry([]), settings, row.uuid, now=soon) == 0


@pytest.mark.parametrize(
    "given",
    [
        {"till": "2", "name": "front"},
        {"reason": "Spring, and more"},
        {"options": {"warn": True, "models": ["product"]}, "path": "a.csv"},
    ],
)
def test_parameters_are_read_as_they_are_written(given):
    assert read_parameters(written_parameters(given)) == given


@pytest.mark.parametrize("text", ["{", '{"a": 1', "{1}"])
def test_what_is_no_json_is_refused(text):
    with pytest.raises(BadParameters):
        read_parameters(text)


@pytest.mark.parametrize("value", [[1], "x", {"a": 1}, 1.5])
def test_a_parameter_is_of_the_kind_that_the_job_declares(value):
    assert typed({"till": "2"}, {"till": 1}) == typed({"till": 2}, {"till": 1}) == {"till": 2}
    with pytest.raises(BadParameters):
        typed({"till": value}, {"till": 1})
