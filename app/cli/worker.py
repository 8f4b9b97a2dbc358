"""`storekeeper worker`: does the runs that people, jobs and programs ask for, until stopped."""

from __future__ import annotations

import click

from app.cli.common import app_context, configuration


@click.command()
@click.option(
    "--queues", metavar="A,B", default="", help="Take only from these queues; all by default."
)
@click.option(
    "--concurrency", type=click.IntRange(1, 100), help="Runs at a time; [work] concurrency says it."
)
@click.option(
    "--grace",
    type=click.FloatRange(0, 3600),
    default=6,
    show_default=True,
    help="How many seconds what goes on may finish when the worker is stopped.",
)
@click.pass_context
def worker(ctx: click.Context, queues: str, concurrency: int | None, grace: float) -> None:
    """Do what is asked for in the background. Any number of workers share the queues.

    Asked to stop, it lets what goes on finish for some seconds and hands back the rest.
    """
    from app.cli.logs import log_for_operators
    from app.cli.parent import follow_parent
    from app.config.work import WORK_CONCURRENCY
    from app.work import error_log
    from app.work.worker import Worker

    named = [name.strip() for name in queues.split(",") if name.strip()]
    with app_context(ctx) as app:
        log_for_operators(configuration(ctx), "worker")
        settings = app.extensions["settings"]
        many = concurrency or settings[WORK_CONCURRENCY]
        follow_parent()
        error_log.watch(app)
        Worker(app, queues=named, concurrency=many, grace=grace).run()
