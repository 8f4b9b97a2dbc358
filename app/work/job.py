"""A job: work that is done again and again, at times that are declared here and kept in the shop.

    Job("nightly_prices", "Apply price changes", cron="15 2 * * *", run="jobs.prices:apply_due")

What a declaration says of times and rules holds until somebody says otherwise on the job's page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import time, timedelta
from typing import Any

from app.errors import AppError
from app.models.jobs import HOLIDAY_RULES, MISFIRES, OVERLAPS, ShopJob
from app.plugins import Registry
from app.work.cron import BadSchedule
from app.work.schedule import Cron, Every, Schedule
from app.work.work import Work

CALENDAR = "shop"


class BadJobs(AppError):
    """Some jobs are declared in a way that cannot work."""


@dataclass(frozen=True)
class Job(Work):
    """Work with a time: a `cron` text on the clock of the shop, `every` so often, or `after` the
    jobs of these keys have succeeded.

    `overlap` says what happens while the last one still runs: "skip" it, with a record, "queue" it
    behind, or "allow" both. `misfire` is about times that passed while nothing ran: "skip" them, do
    it "once", or "all" of the last `window`, `most` at most. `deadline` is the time of the day by
    which it must have succeeded; `holidays` "skip" those of the `calendar`, or run "only" then.
    """

    cron: str | None = None
    every: timedelta | None = None
    after: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    overlap: str = "skip"
    misfire: str = "once"
    window: timedelta = timedelta(days=1)
    most: int = 10
    deadline: time | None = None
    holidays: str | None = None
    calendar: str = CALENDAR
    help: str = ""

    def schedule(self) -> Schedule | None:
        """When it is planned; None for what follows other jobs. Raises BadSchedule."""
        if self.cron is not None:
            return Cron(self.cron)
        return Every(self.every) if self.every is not None else None

    def faults(self, known: Mapping[str, Job]) -> Iterator[str]:
        """What is wrong with the declaration, in words."""
        given = [self.cron is not None, self.every is not None, bool(self.after)]
        if sum(given) != 1:
            yield "it needs exactly one of cron, every and after"
        try:
            self.schedule()
        except BadSchedule as error:
            yield f"{self.cron or self.every}: {error}"
        yield from (
            f"it comes after {key!r}, which is no job" for key in self.after if key not in known
        )
        if self.key in _before(self, known):
            yield "it comes after itself"
        for name, words in WORDS.items():
            if getattr(self, name) not in words:
                told = ", ".join(map(str, words))
                yield f"{name} is {getattr(self, name)!r}; it is one of {told}"
        if not 1 <= self.most <= MOST or self.window <= timedelta():
            yield f"most is 1 to {MOST}, and window longer than nothing"
        if isinstance(self.run, str) and not re.fullmatch(r"[\w.]+:\w+", self.run):
            yield f"run is {self.run!r}, and not like jobs.prices:apply_due"
        yield from self._of_parameters()

    def _of_parameters(self) -> Iterator[str]:
        try:
            if self.check:
                self.check(self.parameters)
        except AppError as error:
            yield f"its own parameters are refused: {error}"


WORDS: Mapping[str, tuple[str | None, ...]] = {
    "overlap": OVERLAPS,
    "misfire": MISFIRES,
    "holidays": (None, *HOLIDAY_RULES),
}
MOST = 100


def jobs_of(registry: Registry) -> dict[str, Job]:
    """Every job that is declared, by key. Raises BadJobs, which names all that is wrong."""
    found: dict[str, Job] = registry.all("jobs")
    faults = [f"{key}: {fault}" for key, job in found.items() for fault in job.faults(found)]
    faults += [
        f"{key}: work is called so too" for key in found.keys() & registry.all("work").keys()
    ]
    if faults:
        raise BadJobs(f"{BadJobs.__doc__} {'; '.join(faults)}.")
    return found


def job_of(registry: Registry, row: ShopJob) -> Job | None:
    """The job that a row is about: a declared one, or work that a person planned, such as an
    import. The row of that has the key of its runs. None where its code is gone."""
    declared = jobs_of(registry).get(row.key)
    return declared or _planned(registry, row)


def is_planned_work(row: ShopJob) -> bool:
    """Whether a person planned this, so that no code declares it."""
    return ":" in row.key


def _planned(registry: Registry, row: ShopJob) -> Job | None:
    work: Work | None = registry.all("work").get(row.key.partition(":")[0])
    if work is None or work.planned is None or row.parameters is None:
        return None
    title = work.planned(registry, row.parameters)
    if title is None:
        return None
    kept = {one.name: getattr(work, one.name) for one in fields(Work)}
    # Its key is that of its runs already; what it is about has become a part of it.
    return Job(**kept | {"key": row.key, "title": title, "about": None})


def check_code(registry: Registry) -> None:
    """Load the code of every job; raises BadJobs, which names all that is not there."""
    faults = []
    for key, job in jobs_of(registry).items():
        try:
            job.function()
        except (ImportError, AttributeError) as error:
            faults.append(f"{key}: {job.run} could not be loaded: {error}")
    if faults:
        raise BadJobs(f"{BadJobs.__doc__} {'; '.join(faults)}.")


def _before(job: Job, known: Mapping[str, Job]) -> set[str]:
    """The jobs that come before one, directly or through others."""
    found: set[str] = set()
    waiting = list(job.after)
    while waiting:
        key = waiting.pop()
        if key not in found and key in known:
            found.add(key)
            waiting += known[key].after
    return found
