"""A plugin with work for tests, and a worker process that knows it.

python -m tests.work.background CONFIG [CONCURRENCY]
"""

import json
import sys
import time
from datetime import timedelta

from sqlalchemy import text

from app.db import connection_to
from app.errors import AppError
from app.plugins import Plugin
from app.work.work import Retry, Work


class TooFew(AppError):
    """There must be one at least."""


def create_brands(running):
    """Brands, one a moment; all of them or none."""
    many = running.parameters["many"]
    with running.unit_of_work(final=True) as session:
        for number in range(many):
            session.execute(
                text("INSERT INTO brand (name) VALUES (:name)"),
                {"name": f"{running.parameters.get('name', 'brand')} {number}"},
            )
            running.progress(number + 1, many, "creating brands")
            time.sleep(running.parameters.get("pause", 0))
        running.counts = {"brands": {"created": many}}
    running.log(f"{many} brands were created")


def check_brands(parameters):
    if parameters["many"] < 1:
        raise TooFew


def ask_the_server(running):
    """One long statement, during which no Python runs."""
    with running.unit_of_work() as session:
        session.execute(text("SELECT pg_sleep(60)"))


def ask_the_sales(running):
    """The same at another database, after a word with the first."""
    with running.unit_of_work() as session:
        session.execute(text("SELECT 1"))
        connection_to(session, "trainwreck").execute(text("SELECT pg_sleep(60)"))


def fall_over(running):
    if running.attempt < running.parameters.get("until", 99):
        raise ConnectionResetError("The till hung up.")


def refuse(running):
    raise AppError("The till is closed.")


def break_down(running):
    raise ZeroDivisionError("secret detail")


def fill_the_disk(running):
    """The kernel says that no space is left."""
    with open("/dev/full", "w") as full:
        full.write("a result")


def ignore(running):
    while True:
        time.sleep(0.1)


class Works(Plugin):
    key, title = "works", "Work for tests"

    def work(self):
        return (
            Work("brands", "Create brands", run=create_brands, check=check_brands),
            Work("one-brand", "One by one", run=create_brands, lock=lambda given: "brands"),
            Work("once", "Not twice", run=create_brands, restart=False),
            Work("sleep", "Ask the server", run=ask_the_server),
            Work("sales", "Ask the sales", run=ask_the_sales),
            Work("flaky", "A till that hangs up", run=fall_over,
                 retry=Retry(3, wait=timedelta(seconds=0.1))),
            Work("closed", "A till that is closed", run=refuse),
            Work("broken", "A programming error", run=break_down),
            Work("full", "A disk that is full", run=fill_the_disk),
            Work("deaf", "Does not hear", run=ignore),
            Work("nothing", "Nothing", run=lambda running: None),
        )  # fmt: skip


def main():
    from app import create_app
    from app.work.worker import Worker

    app = create_app(json.loads(sys.argv[1]), plugins=[Works()], web=False)
    concurrency, grace = (*map(float, sys.argv[2:]), 4, 1)[:2]
    Worker(app, concurrency=int(concurrency), grace=grace).run()


if __name__ == "__main__":
    main()
