"""Jobs: wrong declarations are told at once; each due time becomes a run, or a record why not."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text

from app.core_plugin import Core
from app.models.incidents import Incident
from app.models.jobs import Holiday, JobClock, JobTick
from app.models.runs import Run
from app.models.users import User
from app.plugins import Registry
from app.testing.samples import sample
from app.work import deferring, runs, shop_jobs, ticking, watching
from app.work.cron import BadMinute
from app.work.job import BadJobs, Job, check_code, jobs_of
from app.work.plans import plan_of, plans
from tests.work.scheduling import AFTERWARDS, NIGHT, NIGHTLY, TILL, Jobs, nothing

MINUTE = timedelta(minutes=1)


@pytest.fixture
def tick(session, settings):
    def tick(registry, row, at):
        return ticking.tick(session, registry, settings, row.uuid, now=at)

    return tick


def outcomes(session, row):
    query = select(JobTick).where(JobTick.job_uuid == row.uuid).order_by(JobTick.planned_at)
    return [(one.planned_at, one.outcome, one.reason) for one in session.scalars(query)]


def runs_of(session, job):
    return session.scalars(select(Run).where(Run.key == job.key).order_by(Run.asked_at)).all()


def succeed(session, run, at):
    session.execute(
        text("UPDATE run SET state = 'succeeded', started_at = :at, finished_at = :at,"
             " asked_at = :at WHERE uuid = :run"), {"at": at, "run": run.uuid}
    )  # fmt: skip
    session.expire_all()


def test_the_jobs_of_the_product_are_declared_well():
    registry = Registry([Core()])
    assert len(jobs_of(registry)) > 5
    check_code(registry)


def test_all_that_is_declared_wrongly_is_told_at_once():
    wrong = (
        Job("both", "", run=nothing, cron="0 0 * * *", every=timedelta(hours=1)),
        Job("neither", "", run=nothing),
        Job("never", "", run=nothing, cron="0 0 31 2 *"),
        Job("after_nobody", "", run=nothing, after=("nobody",)),
        Job("circle", "", run=nothing, after=("elcric",)),
        Job("elcric", "", run=nothing, after=("circle",)),
        Job("word", "", run=nothing, every=MINUTE, overlap="maybe"),
        Job("target", "", run="jobs.prices", every=MINUTE),
        Job("till", "", run=nothing, every=MINUTE, parameters={"till": 9}, check=TILL.check),
    )
    with pytest.raises(BadJobs) as told:
        jobs_of(Registry([Jobs(*wrong)]))
    for job in wrong:
        assert f"{job.key}: " in str(told.value)
    assert "comes after itself" in str(told.value)


def test_code_that_is_not_there_is_told_with_all_that_is_not_there():
    gone = (Job("a", "", run="jobs.nowhere:go", every=MINUTE),
            Job("b", "", run="jobs.files:nothing", every=MINUTE))  # fmt: skip
    with pytest.raises(BadJobs, match=r"a: jobs.nowhere.*b: jobs.files:nothing"):
        check_code(Registry([Jobs(*gone)]))


def test_a_job_that_is_due_becomes_one_run_however_often_one_looks(session, known, tick):
    registry, rows = known(NIGHTLY)
    assert [tick(registry, rows["nightly"], NIGHT) for _ in range(3)] == [1, 0, 0]
    (run,) = runs_of(session, NIGHTLY)
    assert (run.kind, run.by, run.state) == ("job", "scheduler", "waiting")
    (made,) = session.scalars(select(JobTick))
    assert (made.planned_at, made.outcome, made.run) == (NIGHT, "started", run)


def test_a_clock_that_goes_back_doubles_nothing(session, known, tick):
    registry, rows = known(NIGHTLY)
    tick(registry, rows["nightly"], NIGHT)
    session.get_one(JobClock, rows["nightly"].uuid).until = NIGHT - timedelta(hours=1)
    assert tick(registry, rows["nightly"], NIGHT + MINUTE) == 0
    assert len(runs_of(session, NIGHTLY)) == 1


def test_a_clock_that_was_years_ahead_does_not_stop_a_job_for_years(session, known, tick):
    registry, rows = known(NIGHTLY, until=NIGHT + timedelta(days=5000))
    tick(registry, rows["nightly"], NIGHT - MINUTE)
    assert tick(registry, rows["nightly"], NIGHT) == 1


@pytest.mark.parametrize(("overlap", "started"), [("skip", 1), ("queue", 2), ("allow", 2)])
def test_what_happens_while_the_last_one_runs_is_as_declared(
    session, known, tick, overlap, started
):
    job = Job("often", "Often", run=nothing, every=MINUTE, overlap=overlap)
    registry, rows = known(job)
    tick(registry, rows["often"], NIGHT)
    tick(registry, rows["often"], NIGHT + MINUTE)
    found = runs_of(session, job)
    assert len(found) == started
    assert {run.lock for run in found} == {None if overlap == "allow" else "job often"}
    if overlap == "skip":
        assert outcomes(session, rows["often"])[1:] == [(NIGHT + MINUTE, "skipped", "overlap")]


def test_a_lock_of_its_own_is_kept_and_a_repetition_has_it_too(session, known, tick):
    own = Job("scales", "Scales", run=nothing, every=MINUTE, lock=lambda given: "the scales")
    plain = Job("often", "Often", run=nothing, every=MINUTE)
    registry, rows = known(own, plain)
    for row in rows.values():
        tick(registry, row, NIGHT)
    (scales,), (often,) = runs_of(session, own), runs_of(session, plain)
    assert scales.lock == "the scales"
    assert deferring.repeat(session, registry, often, by="ann").lock == often.lock == "job often"


def test_the_shop_may_want_it_otherwise(session, known, tick):
    job = Job("often", "Often", run=nothing, every=MINUTE)
    registry, rows = known(job)
    rows["often"].overlap, rows["often"].priority = "allow", 7
    tick(registry, rows["often"], NIGHT)
    tick(registry, rows["often"], NIGHT + MINUTE)
    assert [run.priority for run in runs_of(session, job)] == [7, 7]


@pytest.mark.parametrize(
    ("rule", "on_christmas", "before"), [("skip", "skipped", "started"),
                                         ("only", "started", "skipped")],
)  # fmt: skip
def test_holidays_are_minded(session, known, tick, rule, on_christmas, before):
    session.add(Holiday(name="Christmas", day_on=date(2020, 12, 25), yearly=True))
    job = Job("nightly", "Nightly", run=nothing, cron="15 2 * * *", holidays=rule, overlap="allow")
    christmas = datetime(2026, 12, 25, 2, 15, tzinfo=UTC)
    registry, rows = known(job, until=christmas - timedelta(hours=30))
    for day in (christmas - timedelta(days=1), christmas):
        tick(registry, rows["nightly"], day)
    assert [one[1] for one in outcomes(session, rows["nightly"])] == [before, on_christmas]


def test_a_job_comes_after_another_once_for_each_time_it_succeeded(session, known, tick):
    registry, rows = known(NIGHTLY, AFTERWARDS)
    row = rows["afterwards"]
    tick(registry, rows["nightly"], NIGHT)
    assert tick(registry, row, NIGHT + MINUTE) == 0
    (run,) = runs_of(session, NIGHTLY)
    succeed(session, run, NIGHT + MINUTE)
    assert [tick(registry, row, NIGHT + 2 * MINUTE) for _ in range(2)] == [1, 0]


def test_a_job_does_not_come_after_one_that_failed(session, known, tick):
    registry, rows = known(NIGHTLY, AFTERWARDS)
    tick(registry, rows["nightly"], NIGHT)
    (run,) = runs_of(session, NIGHTLY)
    run.state = "running"
    session.flush()
    runs.fail(session, run.uuid, "The till hung up.")
    assert tick(registry, rows["afterwards"], NIGHT + MINUTE) == 0


def test_parameters_that_do_not_hold_any_more_are_told_and_stop_nothing(session, known, tick):
    registry, rows = known(TILL)
    rows["till"].parameters = {"till": 9}
    assert tick(registry, rows["till"], NIGHT) == 0
    assert outcomes(session, rows["till"]) == [(NIGHT, "refused", "parameters")]
    (incident,) = session.scalars(select(Incident))
    assert (incident.title, incident.fingerprint) == ("“Ask the till” cannot start", "run:till")
    assert incident.link == f"/jobs/{rows['till'].uuid}"
    rows["till"].parameters = {"till": 2}
    assert tick(registry, rows["till"], NIGHT + MINUTE) == 1


def test_a_job_runs_as_the_user_whom_the_shop_names_while_that_one_is_active(session, known, tick):
    registry, rows = known(TILL)
    rows["till"].overlap = "allow"
    bob = rows["till"].run_as = sample(session, User)
    assert tick(registry, rows["till"], NIGHT) == 1
    shop_jobs.run_now(session, registry, rows["till"], by=(ann := sample(session, User)))
    shop_jobs.run_now(session, registry, rows["till"], by="cli")
    asked = [(run.user_uuid, run.by, run.asked_by_uuid) for run in runs_of(session, TILL)]
    assert asked == [(bob.uuid, None, None), (bob.uuid, None, ann.uuid), (bob.uuid, None, None)]
    bob.active = False
    assert tick(registry, rows["till"], NIGHT + MINUTE) == 0
    assert outcomes(session, rows["till"])[-1] == (NIGHT + MINUTE, "refused", "parameters")
    assert "is not active" in session.scalars(select(Incident)).one().detail


def test_a_paused_job_is_not_started_and_makes_up_for_nothing(session, known, tick):
    registry, rows = known(NIGHTLY)
    with pytest.raises(shop_jobs.NoReason):
        shop_jobs.pause(session, registry, rows["nightly"], reason=" ", by="ann")
    shop_jobs.pause(session, registry, rows["nightly"], reason="Stocktaking", by="ann")
    later = datetime.now(UTC) + timedelta(days=3)
    assert tick(registry, rows["nightly"], later) == 0
    shop_jobs.resume(session, registry, rows["nightly"])
    assert tick(registry, rows["nightly"], datetime.now(UTC)) == 0
    assert outcomes(session, rows["nightly"]) == []


def test_another_schedule_begins_when_it_is_written(session, known, tick):
    registry, rows = known(NIGHTLY)
    rows["nightly"].cron = "* * * * *"
    shop_jobs.changed(session, registry, rows["nightly"])
    assert tick(registry, rows["nightly"], datetime.now(UTC) + MINUTE) == 1
    assert len(outcomes(session, rows["nightly"])) == 1


def test_a_schedule_written_past_every_check_is_told_and_not_planned(
    session, known, tick, settings
):
    registry, rows = known(NIGHTLY)
    rows["nightly"].cron = "99 * * * *"
    assert tick(registry, rows["nightly"], NIGHT) == 0
    plan = plan_of(NIGHTLY, rows["nightly"])
    assert (plan.schedule, plan.fault) == (None, str(BadMinute()))
    told = watching.concerns(session, registry, settings)
    assert [one.key for one in told] == ["job-fault:nightly"]


def test_a_job_whose_code_is_gone_is_neither_planned_nor_run(session, known, tick):
    _registry, rows = known(NIGHTLY)
    nobody = Registry([])
    assert tick(nobody, rows["nightly"], NIGHT) == 0
    assert list(plans(session, nobody)) == []
    with pytest.raises(shop_jobs.CodeIsGone):
        shop_jobs.run_now(session, nobody, rows["nightly"], by="ann")


def test_a_job_runs_when_somebody_asks(session, known):
    registry, rows = known(NIGHTLY)
    run = shop_jobs.run_now(session, registry, rows["nightly"], by="ann")
    assert (run.key, run.by, run.lock) == ("nightly", "ann", "job nightly")
    assert outcomes(session, rows["nightly"]) == []
