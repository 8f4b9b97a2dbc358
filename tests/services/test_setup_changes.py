"""What people change of appliances and probes is written down, also in psql; readings are not."""

from __future__ import annotations

import json
from datetime import date, time
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from app.db import Author, announce, connection_to
from app.models.setup_changes import SetupChange
from app.models.tempmon import Appliance, Calibration, Client, DefrostWindow, Probe
from app.services import setup_changes
from app.testing.samples import sample


@pytest.fixture
def probe(session):
    announce(session(), Author("ann", "web"))
    freezer = sample(session, Appliance, name="Freezer 3")
    client = sample(session, Client, hostname="pi-1")
    found = sample(
        session, Probe, client=client, appliance=freezer, description="Freezer 3, top",
        good_min=None, good_max=Decimal(-18), critical_min=None, critical_max=None,
    )  # fmt: skip
    session.commit()
    return found


def newest(session, record):
    return setup_changes.of(session, record.uuid, limit=5)[0]


def test_a_limit_is_told_with_who_changed_it(session, probe):
    probe.good_max = Decimal(-12)
    session.commit()
    change = newest(session, probe)
    assert change.fields == {"good_max": [-18, -12]}
    assert (change.name, change.operation, change.changed_by) == (
        "Freezer 3, top", "update", "ann",
    )  # fmt: skip


def test_somebody_in_psql_is_known_by_the_database_role(session, probe):
    database = connection_to(session, "tempmon")
    database.execute(text("SELECT set_config('sk.author', '', true)"))
    database.execute(text("UPDATE probe SET high_delay = 90"))
    role = database.scalar(text("SELECT session_user"))
    assert newest(session, probe).changed_by == role


def test_who_acted_as_somebody_else_is_kept(session, probe):
    told = text("SELECT set_config('sk.author', :author, true)")
    author = {"actor": "bob", "real_actor": "ann"}
    database = connection_to(session, "tempmon")
    database.execute(told, {"author": json.dumps(author)})
    database.execute(text("UPDATE probe SET high_delay = 90"))
    change = newest(session, probe)
    assert (change.changed_by, change.changed_really_by) == ("bob", "ann")


def test_other_records_are_told_by_name_and_what_is_empty_not_at_all(session, probe):
    created = setup_changes.of(session, probe.uuid, limit=5)[-1]
    assert created.operation == "create"
    assert created.fields["client_uuid"] == [None, "pi-1"]
    assert created.fields["appliance_uuid"] == [None, "Freezer 3"]
    assert "critical_max" not in created.fields


def test_what_readings_write_is_no_change(session, probe):
    before = session.query(SetupChange).count()
    connection_to(session, "tempmon").execute(
        text("UPDATE probe SET state = 'good', state_since = now(), last_celsius = 3,"
             " last_taken_at = now()")
    )  # fmt: skip
    assert session.query(SetupChange).count() == before


def test_calibrations_and_defrosting_are_among_those_of_their_owner(session, probe):
    day, hour = date(2026, 3, 1), time(2, 30)
    sample(session, Calibration, probe=probe, offset_celsius=Decimal("0.5"), calibrated_on=day)
    sample(session, DefrostWindow, appliance=probe.appliance, start_time=hour)
    session.flush()
    assert newest(session, probe).name == "Freezer 3, top, 2026-03-01"
    assert newest(session, probe.appliance).name == "Freezer 3, 02:30"


def test_what_was_deleted_is_still_told(session, probe):
    uuid = probe.uuid
    session.delete(probe)
    session.flush()
    gone = session.scalars(
        select(SetupChange).where(SetupChange.record_uuid == uuid)
        .order_by(SetupChange.changed_at.desc(), SetupChange.uuid.desc())
    ).first()  # fmt: skip
    assert (gone.operation, gone.fields["good_max"]) == ("delete", [-18, None])
