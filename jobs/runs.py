"""What keeps the list of runs short."""

from datetime import UTC, datetime

from app.config.work import WORK_KEEP_LOGS, WORK_KEEP_RUNS
from app.services import run_files, run_keeping


def expire(running):
    """Take the files of runs away that nobody may fetch any more."""
    with running.unit_of_work(final=True) as session:
        count = run_files.expire(session, now=datetime.now(UTC))
        running.message = f"Files of runs that expired: {count:,}"


def forget(running):
    """Forget old runs, what they said, and when jobs were due."""
    now = datetime.now(UTC)
    with running.unit_of_work(final=True) as session:
        done = run_keeping.forget(
            session, before=now - running.settings[WORK_KEEP_RUNS],
            logs_before=now - running.settings[WORK_KEEP_LOGS], after_chunk=session.commit,
        )  # fmt: skip
        running.message = f"Forgotten: {done.runs:,} runs, {done.lines:,} lines of logs"
