"""The jobs of the product itself. What they do is in the folder jobs/, a few lines each."""

from __future__ import annotations

from datetime import time, timedelta

from app.work.job import Job

BEFORE_OPENING = time(6)

CORE_JOBS = (
    Job(
        "product_costs", "Bring coming costs into force", cron="10 0 * * *",
        run="jobs.products:apply_costs", deadline=BEFORE_OPENING,
        help="Makes the costs that vendors announced the costs of today.",
    ),
    Job(
        "sales_months", "Make the coming months of sales", cron="20 0 * * *",
        run="jobs.sales:make_months",
    ),
    Job(
        "sales_days", "Sum the sales by day", every=timedelta(minutes=10),
        run="jobs.sales:sum_days", misfire="skip",
    ),
    Job(
        "product_figures", "Compute the figures of products", cron="30 2 * * *",
        run="jobs.products:refresh_figures", deadline=BEFORE_OPENING,
        help="When products were last sold, how much, and their true cost and margin.",
    ),
    Job(
        "reading_months", "Make the coming months of readings", cron="25 0 * * *",
        run="jobs.temperatures:make_months",
    ),
    Job(
        "reading_days", "Sum the readings by hour and day", every=timedelta(minutes=15),
        run="jobs.temperatures:sum_readings", misfire="skip",
    ),
    Job(
        "probe_states", "Bring the states of probes up to date", every=timedelta(minutes=5),
        run="jobs.temperatures:bring_states", misfire="skip",
        help="So that a probe that fell silent is noticed.",
    ),
    Job(
        "nightly_problems", "Look for problems in the data every night", cron="0 5 * * *",
        run="jobs.problems:run_all", deadline=BEFORE_OPENING, lock=lambda given: "problems",
        help="Products without a price, wrong barcodes, customers twice: see the problem reports.",
    ),
    Job(
        "history_prune", "Take old history away", cron="30 3 * * *", run="jobs.history:prune",
        help="As the settings history.keep and history.daily_after say.",
    ),
    Job(
        "run_files", "Take expired files of runs away", cron="0 3 * * *", run="jobs.runs:expire",
    ),
    Job(
        "files_sweep", "Take files away that nothing needs", run="jobs.files:sweep",
        after=("history_prune", "run_files"),
    ),
    Job(
        "old_runs", "Forget old runs and their logs", cron="15 4 * * *", run="jobs.runs:forget",
        help="As the settings work.keep_runs and work.keep_logs say.",
    ),
)  # fmt: skip
