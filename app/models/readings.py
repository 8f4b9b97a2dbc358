"""What the probes of TempMon measured: readings by the minute, and sums by the hour.

`reading` is partitioned by month on `taken_at`; a probe has one reading for a moment, so that a
client may send again what it is not sure of. `reading_hour` is kept right by
app/services/reading_rollups.py from the marks that the database itself writes.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, PrimaryKeyConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Keyless
from app.db.types import Moment, Now
from app.models.tempmon import BIND, Celsius


class Reading(Keyless):
    """A temperature that a probe measured, its calibration already added."""

    __bind_key__ = BIND
    __tablename__ = "reading"
    __table_args__ = (
        PrimaryKeyConstraint("probe_uuid", "taken_at"),
        Index("ix_reading_taken_at", "taken_at"),
        {
            "comment": "Temperatures measured, one a probe and moment; a partition a month.",
            "postgresql_partition_by": "RANGE (taken_at)",
        },
    )

    probe_uuid: Mapped[UUID] = mapped_column(comment="No foreign key: a month leaves in one step")
    taken_at: Mapped[Moment]
    celsius: Mapped[Celsius] = mapped_column(comment="With its calibration")
    received_at: Mapped[Now] = mapped_column(comment="Later than taken_at when a network was down")


class ReadingHour(Keyless):
    """The readings of a probe in an hour, summed up."""

    __bind_key__ = BIND
    __tablename__ = "reading_hour"
    __table_args__ = (
        PrimaryKeyConstraint("probe_uuid", "began_at"),
        Index("ix_reading_hour_began_at", "began_at"),
        {"comment": "Readings by probe and hour; they stay when the readings of a month go."},
    )

    probe_uuid: Mapped[UUID]
    began_at: Mapped[Moment]
    readings: Mapped[int]
    minimum: Mapped[Celsius]
    average: Mapped[Celsius]
    maximum: Mapped[Celsius]


class ReadingsToRefresh(Keyless):
    """An hour of a probe whose sums are out of date; only ever appended, also twice."""

    __bind_key__ = BIND
    __tablename__ = "readings_to_refresh"
    __table_args__ = {"comment": "Hours of probes whose sums are out of date."}

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    probe_uuid: Mapped[UUID]
    began_at: Mapped[Moment]


class ReadingsArchive(Keyless):
    """A month whose readings were taken out of the table; its hours stay."""

    __bind_key__ = BIND
    __tablename__ = "readings_archive"
    __table_args__ = {"comment": "Months that were taken out of the readings."}

    month: Mapped[date] = mapped_column(primary_key=True, comment="Its first day")
    detached_at: Mapped[Now]
    readings: Mapped[int] = mapped_column(BigInteger)
    archive: Mapped[str | None] = mapped_column(
        Text, comment="The folder of its files; none: still in the schema archive"
    )
