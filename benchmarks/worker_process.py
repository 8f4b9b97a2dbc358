"""A worker for benchmarks/work.py: python -m benchmarks.worker_process CONFIG CONCURRENCY."""

from __future__ import annotations

import json
import sys
from typing import Any

from sqlalchemy import text

from app.plugins import Plugin
from app.work.running import Running
from app.work.work import Work


def nothing(running: Running) -> None:
    """The work that shows what a run itself costs."""


def touch(running: Running) -> None:
    """Some writing in one transaction, with progress."""
    many = running.parameters["many"]
    with running.unit_of_work(final=True) as session:
        for number in range(many):
            session.execute(
                text("INSERT INTO brand (name) VALUES (:name)"),
                {"name": f"{running.run} {number}"},
            )
            running.progress(number + 1, many, "writing")


class Works(Plugin):
    key, title = "bench", "Work for benchmarks"

    def work(self) -> Any:
        return (
            Work("nothing", "Nothing", run=nothing),
            Work("touch", "Some writing", run=touch),
        )


def main() -> None:
    from app import create_app
    from app.work.worker import Worker

    app = create_app(json.loads(sys.argv[1]), plugins=[Works()], web=False)
    Worker(app, concurrency=int(sys.argv[2]), grace=1).run()


if __name__ == "__main__" and len(sys.argv) > 1:
    main()
