"""Upgrades: from planned to done, each step once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.errors import AppError, Word
from app.models.upgrades import Upgrade
from app.models.users import User

STEPS = {
    "pending": ("running",),
    "running": ("succeeded", "failed"),
    "succeeded": (),
    "failed": ("pending",),
}
"""From each state to which others."""


class CannotStep(AppError):
    """An upgrade that is “%(old)s” cannot become “%(new)s”."""


class NotEnabled(AppError):
    """This upgrade is not enabled."""


class NotYet(AppError):
    """This upgrade may not begin yet."""


def due(session: Session, *, at: datetime) -> list[Upgrade]:
    """What may begin now, the oldest first."""
    query = select(Upgrade).where(Upgrade.state == "pending", Upgrade.enabled)
    query = query.where(or_(Upgrade.not_before_at.is_(None), Upgrade.not_before_at <= at))
    return list(session.scalars(query.order_by(Upgrade.created_at)))


def start(session: Session, upgrade: Upgrade, *, by: User | None, at: datetime) -> None:
    """Note that an upgrade has begun. Raises NotEnabled, NotYet."""
    _step(session, upgrade, "running")
    if not upgrade.enabled:
        raise NotEnabled
    if upgrade.not_before_at and at < upgrade.not_before_at:
        raise NotYet
    upgrade.started_at, upgrade.executed_by = at, by
    session.flush()


def finish(session: Session, upgrade: Upgrade, *, exit_code: int, at: datetime) -> None:
    """Note how an upgrade ended."""
    _step(session, upgrade, "failed" if exit_code else "succeeded")
    upgrade.exit_code, upgrade.finished_at = exit_code, at
    session.flush()


def declare_failed(session: Session, upgrade: Upgrade, *, by: User | None, at: datetime) -> None:
    """Say of an upgrade that hangs that it has failed."""
    _step(session, upgrade, "failed")
    upgrade.finished_at, upgrade.executed_by = at, by or upgrade.executed_by
    session.flush()


def again(session: Session, upgrade: Upgrade) -> None:
    """Let an upgrade that failed begin once more."""
    _step(session, upgrade, "pending")
    upgrade.started_at = upgrade.finished_at = upgrade.exit_code = None
    session.flush()


def _step(session: Session, upgrade: Upgrade, state: str) -> None:
    # Lock first, look second: two may press at once.
    session.refresh(upgrade, with_for_update={"of": Upgrade})
    if state not in STEPS[upgrade.state]:
        raise CannotStep(old=Word(upgrade.state), new=Word(state))
    upgrade.state = state
