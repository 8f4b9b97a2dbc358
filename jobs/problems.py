"""Looking for problems in the data, as a nightly job or when somebody asks."""

import logging

from sqlalchemy.exc import DBAPIError

from app.errors import AppError
from app.services import problems
from app.work.executing import is_lost_connection
from app.work.running import Running

log = logging.getLogger("storekeeper.problems")


class NotAll(AppError):
    """Some problem reports could not be looked at; the log tells why."""


def run_all(running: Running) -> None:
    """Look at each report by itself, so that one that breaks leaves the others their result."""
    wanted = problems.chosen(running.registry, running.parameters.get("reports") or ())
    broken, new = [], 0
    for number, report in enumerate(wanted):
        running.progress(number, len(wanted), report.title)
        try:
            with running.unit_of_work() as session:
                tally = problems.look(session, report, run=running.run)
                problems.tell(session, report, tally)
        except DBAPIError as error:
            if is_lost_connection(error):
                raise
            log.exception("the problem report %s is broken", report.key)
            broken.append(report.title)
        else:
            new += tally.new
            running.counts[report.key] = vars(tally)
            running.log(f"{report.title}: {tally.found} ({tally.new} new, {tally.solved} solved)")
    running.progress(len(wanted), len(wanted))
    running.message = f"New problems: {new:,}"
    if broken:
        raise NotAll(f"These problem reports are broken: {', '.join(broken)}.")
