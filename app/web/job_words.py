"""What the rules of jobs say to people, and when they will run."""

from datetime import UTC, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models.jobs import ShopJob
from app.web import job_parts
from app.web.master.words import words
from app.web.schedules import warning, weekday_and_time
from app.work.parameters import written_parameters
from app.work.plans import Plan
from app.work.schedule import next_change, next_times

NEXT = 5
OVERLAP_WORDS = {
    "skip": _l("Leave the new one out"),
    "queue": _l("Let the new one wait"),
    "allow": _l("Run both"),
}
MISFIRE_WORDS = {
    "skip": _l("Leave them out"),
    "once": _l("Run once for all of them"),
    "all": _l("Run for each of them"),
}
HOLIDAY_WORDS = {"skip": _l("Not on holidays"), "only": _l("Only on holidays")}


def coming(schedule):
    """The next times of a schedule, and what the clock does to them."""
    if schedule is None:
        return {"times": [], "warning": None}
    now, zone = datetime.now(UTC), job_parts.zone()
    times = [weekday_and_time(one) for one in next_times(schedule, now, zone, many=NEXT)]
    return {"times": times, "warning": warning(next_change(schedule, now, zone))}


def as_made(job):
    """(question, answer) of all that code says of a job, whatever the shop wants otherwise."""
    bare = Plan(job, ShopJob(), job.schedule())
    return [(_("When"), job_parts.when_planned(bare)), *rules_of(bare)]


def rules_of(plan):
    """(question, answer) of what is in force for a job."""
    told = [
        (_("While the last one still runs"), OVERLAP_WORDS[plan.overlap]),
        (_("For times at which nothing ran"), MISFIRE_WORDS[plan.misfire]),
    ]
    if plan.deadline:
        told.append((_("Must be done by"), f"{plan.deadline:%H:%M}"))
    if plan.holidays:
        told.append((words("holidays"), HOLIDAY_WORDS[plan.holidays]))
    if plan.parameters:
        told.append((words("parameters"), written_parameters(plan.parameters)))
    return told
