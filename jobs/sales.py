"""What keeps the sales database in order."""

from app.services import rollups, sales_partitions
from app.work.plans import today


def sum_days(running):
    """Bring the sums by day up to date, where something was written without an import."""
    with running.unit_of_work(final=True) as session:
        count = rollups.refresh(session)
        running.message = f"Days of stores summed anew: {count:,}"


def make_months(running):
    """Make this month and those after it, where they are missing."""
    with running.unit_of_work(final=True) as session:
        made = sales_partitions.make_ahead(session, today(running.settings))
        running.message = f"Made: {', '.join(f'{month:%Y-%m}' for month in made) or 'nothing'}"
