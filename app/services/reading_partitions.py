"""The months of the readings of TempMon."""

from __future__ import annotations

from app.models.tempmon import BIND
from app.services import reading_rollups
from app.services.partitions import Months

MONTHS = Months(
    bind=BIND,
    tables=("reading",),
    create="create_reading_partitions",
    archive="readings_archive",
    counts=("readings",),
    before_detach=reading_rollups.refresh,  # afterwards nobody can
)
