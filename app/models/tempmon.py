"""TempMon: the appliances that must stay cold or hot, and the probes that watch them.

These tables live in the tempmon database. All temperatures are kept in degrees Celsius.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, SmallInteger, Text, Time, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Moment, Now, one_of, reference
from app.models.files import NAMES_FILE

BIND = "tempmon"
APPLIANCE_KINDS = (
    "cooler", "freezer", "walk_in_cooler", "walk_in_freezer", "display_case", "hot_case", "room",
    "other",
)  # fmt: skip
DISK_KINDS = ("sd", "usb", "internal")
PROBE_STATES = (
    "good", "low", "high", "critical_low", "critical_high", "error", "offline",
)  # fmt: skip
LIMITS = ("critical_min", "good_min", "good_max", "critical_max")
DELAYS = ("critical_low_delay", "low_delay", "high_delay", "critical_high_delay", "error_delay")

Celsius = Annotated[Decimal, mapped_column(Numeric(7, 3), info={"show": "temperature"})]
"""A temperature, shown in the unit of the shop."""
Minutes = Annotated[int, mapped_column(default=0, server_default="0")]

PICTURE = (
    "A stored_file of the core database, which no foreign key reaches: it is kept before it is"
    " named, a sweep of files asks here, and a page without it shows no picture"
)


class Watched:
    """What is watched since a moment, or not."""

    enabled_since: Mapped[Moment | None] = mapped_column(comment="None: it is not watched")

    @property
    def watched(self) -> bool:
        """Whether it is in use; taking it into use notes since when."""
        return self.enabled_since is not None

    @watched.setter
    def watched(self, on: bool) -> None:
        if on != self.watched:
            self.enabled_since = datetime.now(UTC) if on else None


class Appliance(Model):
    """A cooler, a freezer or the like."""

    __bind_key__ = BIND
    __tablename__ = "appliance"
    __table_args__ = (
        one_of("kind", APPLIANCE_KINDS),
        CheckConstraint("(picture_uuid IS NULL) = (thumbnail_uuid IS NULL)", name="picture_whole"),
        {"comment": "Coolers, freezers and the like."},
    )

    name: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(Text, default="cooler", server_default="cooler", index=True)
    location: Mapped[str | None] = mapped_column(Text)
    picture_uuid: Mapped[UUID | None] = mapped_column(info=NAMES_FILE, comment=PICTURE)
    thumbnail_uuid: Mapped[UUID | None] = mapped_column(
        info=NAMES_FILE, comment="The same, small; as picture_uuid"
    )
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    notes: Mapped[str | None] = mapped_column(Text)

    probes: Mapped[list[Probe]] = relationship(
        back_populates="appliance", order_by="Probe.description", passive_deletes="all"
    )
    defrosts: Mapped[list[DefrostWindow]] = relationship(
        back_populates="appliance", passive_deletes="all",
        order_by="DefrostWindow.weekday.nulls_first(), DefrostWindow.start_time",
    )  # fmt: skip

    def __str__(self) -> str:
        return self.name


class Client(Watched, Model):
    """A small computer, such as a Raspberry Pi, that reads probes."""

    __bind_key__ = BIND
    __tablename__ = "client"
    __table_args__ = (
        one_of("disk_kind", DISK_KINDS),
        CheckConstraint("delay_seconds > 0", name="delay_seconds_positive"),
        {"comment": "Small computers that read probes."},
    )

    key: Mapped[str] = mapped_column(Text, unique=True, comment="Its name in configurations")
    hostname: Mapped[str] = mapped_column(Text)
    location: Mapped[str | None] = mapped_column(Text)
    disk_kind: Mapped[str | None] = mapped_column(Text)
    time_zone: Mapped[str | None] = mapped_column(
        Text, comment="IANA name, for the hours of defrosting; none: that of the settings"
    )
    delay_seconds: Mapped[int] = mapped_column(
        default=60, server_default="60", comment="Between two readings of a probe"
    )
    last_seen_at: Mapped[Moment | None] = mapped_column(comment="When a reading of it last came")
    archived: Mapped[bool] = mapped_column(default=False, server_default="false")
    notes: Mapped[str | None] = mapped_column(Text)

    probes: Mapped[list[Probe]] = relationship(
        back_populates="client", order_by="Probe.description", passive_deletes="all"
    )

    def __str__(self) -> str:
        return self.hostname


class Probe(Watched, Model):
    """A thermometer in an appliance, with the limits that it must keep.

    A limit is left when the temperature is beyond it for longer than its delay. The state and
    since when it holds are those of the open row of `probe_state`.
    """

    __bind_key__ = BIND
    __tablename__ = "probe"
    __table_args__ = (
        one_of("state", PROBE_STATES),
        CheckConstraint("good_min < good_max", name="good_min_below_good_max"),
        CheckConstraint("critical_min < critical_max", name="critical_min_below_critical_max"),
        CheckConstraint("critical_min <= good_min", name="critical_min_outside_good"),
        CheckConstraint("critical_max >= good_max", name="critical_max_outside_good"),
        *(CheckConstraint(f"{name} >= 0", name=f"{name}_not_negative") for name in DELAYS),
        CheckConstraint("repeat_minutes > 0", name="repeat_minutes_positive"),
        CheckConstraint("(state IS NULL) = (state_since IS NULL)", name="state_has_since"),
        Index("ix_probe_state_since", "state", "state_since"),
        {"comment": "Thermometers, with the limits that they must keep."},
    )

    client_uuid: Mapped[UUID] = reference("client")
    appliance_uuid: Mapped[UUID | None] = reference("appliance", nullable=True)
    key: Mapped[str] = mapped_column(Text, unique=True, comment="Its name in configurations")
    description: Mapped[str] = mapped_column(Text)
    location: Mapped[str | None] = mapped_column(Text, comment="Where in the appliance")
    device_path: Mapped[str | None] = mapped_column(
        Text, comment="The file that the client reads, as /sys/bus/w1/devices/28-0/w1_slave"
    )
    critical_min: Mapped[Celsius | None]
    good_min: Mapped[Celsius | None]
    good_max: Mapped[Celsius | None]
    critical_max: Mapped[Celsius | None]
    critical_low_delay: Mapped[Minutes]
    low_delay: Mapped[Minutes]
    high_delay: Mapped[Minutes]
    critical_high_delay: Mapped[Minutes]
    error_delay: Mapped[Minutes]
    repeat_minutes: Mapped[int | None] = mapped_column(comment="An alert comes again after so long")
    notes: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str | None] = mapped_column(Text, comment="None: nothing is known yet")
    state_since: Mapped[Moment | None]
    last_celsius: Mapped[Celsius | None] = mapped_column(
        comment="The newest reading, by its moment"
    )
    last_taken_at: Mapped[Moment | None]

    client: Mapped[Client] = relationship(back_populates="probes")
    appliance: Mapped[Appliance | None] = relationship(back_populates="probes")
    states: Mapped[list[ProbeState]] = relationship(
        back_populates="probe", order_by="ProbeState.began_at.desc()", passive_deletes="all"
    )
    calibrations: Mapped[list[Calibration]] = relationship(
        back_populates="probe", order_by="Calibration.calibrated_on.desc()", passive_deletes="all"
    )

    def __str__(self) -> str:
        return self.description


class ProbeState(Model):
    """A state that a probe was in, from one moment to another."""

    __bind_key__ = BIND
    __tablename__ = "probe_state"
    __table_args__ = (
        one_of("state", PROBE_STATES),
        UniqueConstraint("probe_uuid", "began_at"),
        CheckConstraint("ended_at > began_at", name="ends_after_start"),
        Index("uq_probe_state_open", "probe_uuid", unique=True,
              postgresql_where="ended_at IS NULL"),
        Index("ix_probe_state_began_at", "began_at"),
        {"comment": "The states that probes were in, one after the other."},
    )  # fmt: skip

    probe_uuid: Mapped[UUID] = reference("probe", owner=True, index=False)
    state: Mapped[str] = mapped_column(Text)
    began_at: Mapped[Moment]
    ended_at: Mapped[Moment | None] = mapped_column(comment="None: it still is")
    noted_at: Mapped[Now] = mapped_column(comment="When we knew, as readings may come late")
    alerted_at: Mapped[Moment | None] = mapped_column(comment="When people last heard of it")
    incident_uuid: Mapped[UUID | None] = mapped_column(
        index=True, comment="The incident that it opened, in the core database"
    )

    probe: Mapped[Probe] = relationship(back_populates="states")

    def __str__(self) -> str:
        return self.state


class Calibration(Model):
    """By how much a probe was off, and from which day; applied to readings when they are taken."""

    __bind_key__ = BIND
    __tablename__ = "calibration"
    __table_args__ = (
        UniqueConstraint("probe_uuid", "calibrated_on"),
        CheckConstraint("abs(offset_celsius) <= 20", name="offset_plausible"),
        {"comment": "What is added to readings of a probe, from a day on."},
    )

    probe_uuid: Mapped[UUID] = reference("probe", owner=True, index=False)
    calibrated_on: Mapped[date]
    offset_celsius: Mapped[Decimal] = mapped_column(
        Numeric(6, 3), info={"show": "temperature_difference"},
        comment="Added to what the probe says",
    )  # fmt: skip
    calibrated_by: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)

    probe: Mapped[Probe] = relationship(back_populates="calibrations")

    def __str__(self) -> str:
        return f"{self.calibrated_on}"


class DefrostWindow(Model):
    """A time of the week in which an appliance may be warm, on the clock of its client."""

    __bind_key__ = BIND
    __tablename__ = "defrost_window"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday_iso"),
        CheckConstraint("minutes BETWEEN 1 AND 720", name="minutes_up_to_half_a_day"),
        UniqueConstraint("appliance_uuid", "weekday", "start_time",
                         postgresql_nulls_not_distinct=True),
        {"comment": "Times of the week in which warm is no alarm."},
    )  # fmt: skip
    __sample__: ClassVar[dict[str, Any]] = {"minutes": 30}

    appliance_uuid: Mapped[UUID] = reference("appliance", owner=True, index=False)
    weekday: Mapped[int | None] = mapped_column(
        SmallInteger, comment="1 is Monday (ISO 8601); none: every day"
    )
    start_time: Mapped[time] = mapped_column(Time)
    minutes: Mapped[int] = mapped_column(comment="How long; it may go beyond midnight")

    appliance: Mapped[Appliance] = relationship(back_populates="defrosts")

    def __str__(self) -> str:
        return f"{self.start_time:%H:%M}"
