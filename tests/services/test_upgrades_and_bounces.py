"""Upgrades go their way once; bounces are dealt with once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.models.emails import EmailBounce
from app.models.people import EmailAddress
from app.models.upgrades import Upgrade
from app.services import bounces, upgrades
from app.testing.samples import sample

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_an_upgrade_runs_once(session):
    upgrade = sample(session, Upgrade)
    upgrades.start(session, upgrade, by=None, at=NOON)
    with pytest.raises(upgrades.CannotStep):
        upgrades.start(session, upgrade, by=None, at=NOON)
    upgrades.finish(session, upgrade, exit_code=0, at=NOON + timedelta(minutes=1))
    assert upgrade.state == "succeeded"
    with pytest.raises(upgrades.CannotStep):
        upgrades.declare_failed(session, upgrade, by=None, at=NOON)


def test_an_upgrade_waits_for_its_time_and_until_it_is_enabled(session):
    upgrade = sample(session, Upgrade, not_before_at=NOON, enabled=False)
    assert upgrade not in upgrades.due(session, at=NOON)
    upgrade.enabled = True
    session.flush()
    with pytest.raises(upgrades.NotYet):
        upgrades.start(session, upgrade, by=None, at=NOON - timedelta(seconds=1))
    session.refresh(upgrade)
    assert upgrade in upgrades.due(session, at=NOON)


def test_an_upgrade_that_failed_may_try_again(session):
    upgrade = sample(session, Upgrade)
    upgrades.start(session, upgrade, by=None, at=NOON)
    upgrades.finish(session, upgrade, exit_code=2, at=NOON)
    assert (upgrade.state, upgrade.exit_code) == ("failed", 2)
    upgrades.again(session, upgrade)
    assert (upgrade.state, upgrade.exit_code, upgrade.started_at) == ("pending", None, None)


def test_an_address_that_bounced_is_not_written_to_any_more(session):
    known = sample(session, EmailAddress, address="Ann@example.org")
    bounce = sample(session, EmailBounce, address="ann@example.org")
    assert bounces.process(session, bounce, by=None, at=NOON, invalidate=True) == 1
    session.refresh(known)
    assert not known.valid
    with pytest.raises(bounces.IsProcessed):
        bounces.process(session, bounce, by=None, at=NOON)
