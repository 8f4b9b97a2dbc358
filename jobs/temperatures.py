"""What keeps the temperatures in order."""

from datetime import UTC, datetime

from app.config.core import WEB_TIME_ZONE
from app.services import probe_states, reading_rollups
from app.services.reading_partitions import MONTHS
from app.work.plans import today


def bring_states(running):
    """Bring the states of all probes up to now, also of those that fell silent."""
    with running.unit_of_work(final=True) as session:
        zone = running.settings[WEB_TIME_ZONE]
        count = probe_states.evaluate_all(session, at=datetime.now(UTC), zone=zone)
        running.message = f"Probes that are watched: {count:,}"


def sum_readings(running):
    """Bring the sums of the readings up to date."""
    with running.unit_of_work(final=True) as session:
        count = reading_rollups.refresh(session)
        running.message = f"Sums that were made anew: {count:,}"


def make_months(running):
    """Make this month and those after it, where they are missing."""
    with running.unit_of_work(final=True) as session:
        made = MONTHS.make_ahead(session, today(running.settings))
        running.message = f"Made: {', '.join(f'{month:%Y-%m}' for month in made) or 'nothing'}"
