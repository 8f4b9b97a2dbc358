"""Pages of jobs: when they run, how they went, and what the shop wants otherwise."""

from datetime import UTC, datetime

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import inspect, select

from app.db import unit_of_work
from app.db.types import uuid_of
from app.errors import AppError
from app.importing.background import WORKS
from app.models.jobs import HOLIDAY_RULES, MISFIRES, OUTCOMES, OVERLAPS, JobTick, ShopJob
from app.web import job_parts
from app.web.auth import allowed, this_user
from app.web.formats import moment
from app.web.job_words import (
    HOLIDAY_WORDS,
    MISFIRE_WORDS,
    OVERLAP_WORDS,
    as_made,
    coming,
    rules_of,
)
from app.web.master import Choice, Column, Contains, Field, Form, Grid, MasterView, Section
from app.web.master.words import words
from app.web.rights import NotAsOthers, require_import, require_run_as
from app.web.saying import said
from app.web.schedules import (
    in_words,
    read_cron,
    read_interval,
    written_interval,
)
from app.web.temperatures import clock_time, written_clock_time
from app.work import shop_jobs
from app.work.cron import BadSchedule
from app.work.job import is_planned_work
from app.work.job_facts import due_today
from app.work.parameters import read_parameters, typed, written_parameters
from app.work.plans import NotActive, make_known
from app.work.schedule import Cron, every

FEW = 20


def pairs(keys, told):
    """Choices of a form, in sentences."""
    return lambda: tuple((key, str(told[key])) for key in keys)


class JobView(MasterView):
    key, model, title, icon = "jobs", ShopJob, _l("Job"), "clock"
    plural = _l("Jobs")
    lead = _l("What is done by schedule. A scheduler asks for it, and a worker does it.")
    allow = frozenset({"list", "view", "edit", "delete"})
    grid = Grid(
        Column("title", job_parts.title, label=_l("Job"), link=True, card="title"),
        Column(ShopJob.key, filter=Contains(shown=True)),
        Column("when", job_parts.when, label=_l("When"), card="detail"),
        Column("next", job_parts.next_at, label=_l("Next"), show="moment_short", card="code"),
        Column("last", job_parts.last_badge, label=_l("Last result"), show="badge",
               card="state-cell"),
        Column("took", job_parts.durations, label=_l("Durations"), show="drawing"),
        Column("state_", job_parts.state_badge, label=_l("State"), show="badge", card="detail"),
        Column(ShopJob.paused_at, hidden=True),
        Column(ShopJob.pause_reason, hidden=True),
        sort=ShopJob.key,
    )  # fmt: skip
    form = Form(
        Section(
            _l("When"),
            Field(
                ShopJob.cron, label=_l("Cron text"), read=read_cron,
                help=_l("Minute, hour, day, month, weekday on the clock of the shop, such as "
                        "15 2 * * * for 02:15 every day. Empty: as it was made."),
            ),
            Field(
                ShopJob.every_seconds, label=_l("Or every"), read=read_interval,
                write=written_interval,
                help=_l("Whatever the clock shows, such as 15 minutes or 1 h 30 min."),
            ),
        ),
        Section(
            _l("Rules"),
            Field(ShopJob.overlap, label=_l("While the last one still runs"),
                  choices=pairs(OVERLAPS, OVERLAP_WORDS)),
            Field(ShopJob.misfire, label=_l("For times at which nothing ran"),
                  choices=pairs(MISFIRES, MISFIRE_WORDS)),
            Field(ShopJob.deadline, label=_l("Must be done by"), read=clock_time,
                  write=written_clock_time, help=_l("A time of the day, as 06:00.")),
            Field(ShopJob.holidays, choices=pairs(HOLIDAY_RULES, HOLIDAY_WORDS)),
            Field(ShopJob.run_as, label=_l("Run as"),
                  help=_l("Whose name its changes bear. Empty: the scheduler's.")),
            Field(ShopJob.priority, help=_l("Of those that wait, the highest goes first.")),
            Field(ShopJob.parameters, read=read_parameters, write=written_parameters,
                  help=_l("As name = value, with commas between. Empty: as it was made.")),
        ),
    )  # fmt: skip
    facts_title = _l("Otherwise than it was made")
    blame = {BadSchedule: "cron", NotAsOthers: "run_as", NotActive: "run_as"}
    pages = (
        ("run", "/<uuid:uuid>/run", "run", ("POST",), "run", "view"),
        ("pause", "/<uuid:uuid>/pause", "pause", ("POST",), "edit", "edit"),
        ("resume", "/<uuid:uuid>/resume", "resume", ("POST",), "edit", "edit"),
        ("preview", "/preview", "preview", ("GET",), "list", "list"),
        ("checklist", "/checklist", "checklist", ("GET",), "list", "list"),
    )

    def list_(self):
        """The jobs that are declared, also before a scheduler ran for the first time."""
        with unit_of_work(by="scheduler") as session:
            make_known(session, current_app.extensions["storekeeper"])
        return super().list_()

    def name_of(self, record):
        return job_parts.title(record)

    def state_of(self, record):
        return job_parts.state_badge(record) or job_parts.last_badge(record)

    def grid_links(self):
        return ((_("Today's deadlines"), self.url("checklist"), "clipboard"),)

    def may(self, act, record=None):
        if record is not None and act in ("edit", "run", "delete"):
            gone = job_parts.of(record).plan is None
            if act == "delete":
                return super().may(act) and (gone or is_planned_work(record))
            return super().may(act) and not gone
        return super().may(act, record)

    def facts_of(self, record):
        """What the shop wants otherwise than the code; the page tells what is in force."""
        if is_planned_work(record):
            return []  # there is no code, and so nothing otherwise
        return [fact for fact in super().facts_of(record) if fact.text]

    def context(self, record):
        """What is in force, the next times, the last runs, and what became of each time."""
        known = job_parts.of(record)
        ticks = select(JobTick).where(JobTick.job_uuid == record.uuid)
        schedule = known.plan.schedule if known.plan and not record.is_paused else None
        return {
            "known": known,
            "when": job_parts.when(record),
            "rules": rules_of(known.plan) if known.plan else (),
            "ticks": self.session.scalars(ticks.order_by(JobTick.planned_at.desc()).limit(FEW)),
            "tick_badge": tick_badge,
            "tones": job_parts.TONES,
            "drawn": job_parts.durations(record),
            "may_run": known.plan is not None and self.may_run,
            "planned_at": page_of_plan(record),
            **coming(schedule),
        }

    @property
    def may_run(self):
        return allowed("jobs.run")

    def before_save(self, record):
        """A schedule and parameters that cannot be are refused here, not found out at night."""
        if record.cron and record.every_seconds:
            raise AppError(_("Give a cron text or an interval, not both."))
        if is_planned_work(record):
            require_import(record)
        if inspect(record).attrs.run_as.history.has_changes():
            require_run_as(record.run_as)
        plan = job_parts.of(record).plan
        if plan is None:
            return
        if not is_planned_work(record):
            record.parameters = typed(record.parameters, plan.job.parameters) or None
        shop_jobs.changed(self.session, job_parts.registry(), record)

    def remove(self, record):
        if job_parts.of(record).plan is not None and not is_planned_work(record):
            raise shop_jobs.StillDeclared
        super().remove(record)

    def run(self, uuid):
        """Ask for a run now."""
        run = self._do(uuid, self._begin)
        if run is not None:
            flash(_("It is asked for; a worker does it."), "success")
        return redirect(self.url("view", uuid=uuid))

    def pause(self, uuid):
        """Plan nothing until somebody lets it go on."""
        reason = request.form.get("why", "").replace("\0", "")[:500]
        self._do(uuid, lambda job, by: shop_jobs.pause(
            self.session, job_parts.registry(), job, reason=reason, by=by))  # fmt: skip
        return redirect(self.url("view", uuid=uuid))

    def resume(self, uuid):
        """Plan it again from now on."""
        self._do(uuid, lambda job, by: shop_jobs.resume(
            self.session, job_parts.registry(), job))  # fmt: skip
        return redirect(self.url("view", uuid=uuid))

    def preview(self):
        """What a schedule that is being written means, for the form."""
        cron = request.args.get("cron", "").strip()[:500]
        interval = request.args.get("every_seconds", "").strip()[:500]
        if not cron and not interval:
            new = "new" in request.args  # and so was made in no other way
            return render_template("jobs/_preview.html", empty=True, new=new, **self._made())
        try:
            schedule = Cron(cron) if cron else every(interval)
        except BadSchedule as error:
            return render_template("jobs/_preview.html", problem=said(error))
        both = _("Give a cron text or an interval, not both.") if cron and interval else None
        return render_template(
            "jobs/_preview.html", problem=both, when=in_words(schedule), **coming(schedule)
        )

    def _made(self):
        """When the job of the form runs as long as nobody says otherwise."""
        uuid = uuid_of(request.args.get("job", ""))
        row = uuid and self.session.get(ShopJob, uuid)
        plan = row and job_parts.of(row).plan
        if not plan:
            return {}
        schedule = plan.job.schedule()
        return {"when": as_made(plan.job)[0][1], **coming(schedule)}

    def made(self, record):
        """What code says of a job, for the form."""
        plan = job_parts.of(record).plan
        return as_made(plan.job) if plan and not is_planned_work(record) else ()

    def checklist(self):
        """The jobs that must be done by a time of this day."""
        now, zone = datetime.now(UTC), job_parts.zone()
        found = due_today(self.session, job_parts.registry(), zone, now)
        return self.render(
            "checklist", due=found, tones={**job_parts.TONES, "missed": "bad"}, words=words
        )

    def _begin(self, job, by):
        if is_planned_work(job):
            require_import(job)
        return shop_jobs.run_now(self.session, job_parts.registry(), job, by=by)

    def _do(self, uuid, act):
        """Do something with a job, or say why not."""
        job = self.get(uuid, lock=True)
        try:
            done = act(job, this_user())
            self.session.commit()
        except AppError as error:
            self.session.rollback()
            flash(said(error), "danger")
            return None
        return done or True


def page_of_plan(job):
    """Where a planned import is planned anew; None for other jobs, and who may not."""
    kind, _colon, key = job.key.partition(":")
    may = key and kind in WORKS and allowed("imports.schedule")
    return url_for("import_schedules.edit", key=key) if may else None


def tick_badge(tick):
    return job_parts.TONES[tick.outcome], words(tick.outcome)


class JobTickView(MasterView):
    key, model, title, icon = "job_ticks", JobTick, _l("Time of a job"), "clock"
    plural = _l("Times of jobs")
    lead = _l("Every time at which a job was due, and what came of it.")
    allow = frozenset({"list", "view"})
    parent = JobTick.job
    grid = Grid(
        Column(JobTick.planned_at, link=True, card="title"),
        Column(JobTick.job, card="code"),
        Column("outcome_", tick_badge, label=_l("Outcome"), show="badge", card="state-cell"),
        Column(JobTick.outcome, hidden=True, filter=Choice(words=OUTCOMES)),
        Column(JobTick.reason, card="detail"),
        Column(JobTick.missed, hidden=True),
        Column(JobTick.run),
        sort=JobTick.planned_at,
        descending=True,
    )
    form = Form(
        JobTick.job, JobTick.planned_at, JobTick.outcome, JobTick.reason, JobTick.note,
        JobTick.noted_at, JobTick.missed, JobTick.missed_since, JobTick.run,
    )  # fmt: skip

    def name_of(self, record):
        return moment(record.planned_at)
