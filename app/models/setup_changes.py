"""What people changed of appliances and probes; the temperature database has no change sets.

Triggers write it, so a limit that somebody changed in psql is there too. See
docs/why/setup-changes.md.
"""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model
from app.db.types import Now, one_of
from app.models.tempmon import BIND

OPERATIONS = ("create", "update", "delete")


class SetupChange(Model):
    """One change of an appliance, a client, a probe, a calibration or a defrost window."""

    __bind_key__ = BIND
    __tablename__ = "setup_change"
    __table_args__ = (
        one_of("operation", OPERATIONS),
        {"comment": "What was changed of appliances, clients, probes and what belongs to them."},
    )
    __sample__: ClassVar[dict[str, Any]] = {
        "table_name": "probe", "fields": {"good_max": [-18, -12]},
    }  # fmt: skip

    table_name: Mapped[str] = mapped_column(Text)
    record_uuid: Mapped[UUID] = mapped_column(index=True)
    owner_uuid: Mapped[UUID | None] = mapped_column(
        index=True, comment="The probe of a calibration, the appliance of a defrost window"
    )
    name: Mapped[str] = mapped_column(
        Text, comment="What the record was called then, after its owner"
    )
    operation: Mapped[str] = mapped_column(Text)
    fields: Mapped[dict[str, Any]] = mapped_column(
        JSONB, comment="By column: the value before and after"
    )
    changed_at: Mapped[Now] = mapped_column(index=True)
    changed_by: Mapped[str] = mapped_column(
        Text, comment="The user, or the database role where none is known"
    )
    changed_really_by: Mapped[str | None] = mapped_column(
        Text, comment="The person behind a user who acted as somebody else"
    )

    def __str__(self) -> str:
        return self.name
