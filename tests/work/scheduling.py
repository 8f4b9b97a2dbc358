"""A plugin with jobs for tests, and a scheduler process that knows them.

python -m tests.work.scheduling CONFIG
"""

import json
import sys
from datetime import UTC, datetime, time, timedelta

from app.errors import AppError
from app.plugins import Plugin
from app.work.job import Job

NIGHT = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)


class NoSuchTill(AppError):
    """There is no such till."""


def check_till(parameters):
    if parameters.get("till", 1) not in (1, 2):
        raise NoSuchTill


def nothing(running):
    """A job that is done at once."""


SECOND = Job("second", "Every second", run=nothing, every=timedelta(seconds=1), overlap="allow")
NIGHTLY = Job("nightly", "Every night", run=nothing, cron="15 2 * * *", deadline=time(6))
AFTERWARDS = Job("afterwards", "After the night", run=nothing, after=("nightly",), deadline=time(7))
TILL = Job("till", "Ask the till", run=nothing, every=timedelta(minutes=1),
           parameters={"till": 1}, check=check_till)  # fmt: skip


class Jobs(Plugin):
    key, title = "jobs_for_tests", "Jobs for tests"

    def __init__(self, *jobs):
        self._jobs = jobs

    def jobs(self):
        return self._jobs


def main():
    import logging

    from app import create_app
    from app.work.scheduler import Scheduler

    logging.basicConfig(level=logging.INFO)
    app = create_app(json.loads(sys.argv[1]), plugins=[Jobs(SECOND)], web=False)
    Scheduler(app).run()


if __name__ == "__main__":
    main()
