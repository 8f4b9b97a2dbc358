"""The settings of work in the background: how much at a time, how long its leavings are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.config import checks
from app.config.setting import Setting

WORK_CONCURRENCY = Setting(
    "work.concurrency",
    4,
    "Runs at a time",
    "How many runs a worker does at the same time; the others wait in the queue.",
    validate=checks.positive,
    file_only=True,
)
WORK_KEEP_FILES = Setting(
    "work.keep_files",
    timedelta(days=7),
    "Keep files of runs for",
    "How long the files that exports and other runs made can be fetched.",
    validate=checks.some_time,
)
WORK_KEEP_RUNS = Setting(
    "work.keep_runs",
    timedelta(days=90),
    "Keep runs for",
    "How long runs are listed that wrote nothing of which there is still a history.",
    validate=checks.some_time,
)
WORK_KEEP_LOGS = Setting(
    "work.keep_logs",
    timedelta(days=30),
    "Keep logs of runs for",
    "How long it can be read what runs said while they ran.",
    validate=checks.some_time,
)
SCHEDULER_IN_WEB = Setting(
    "scheduler.in_web",
    False,
    "Schedule jobs in the web processes",
    "Each web process then runs a scheduler too, of which one leads; without it, "
    "`storekeeper jobs scheduler` must run somewhere.",
    file_only=True,
)

WORK_SETTINGS: tuple[Setting[Any], ...] = (
    WORK_CONCURRENCY,
    WORK_KEEP_FILES,
    WORK_KEEP_RUNS,
    WORK_KEEP_LOGS,
    SCHEDULER_IN_WEB,
)
