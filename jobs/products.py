"""What is done to all products, once a day."""

from app.services import costs, figures
from app.work.plans import today


def apply_costs(running):
    """Make the coming costs that are due the costs of today."""
    with running.unit_of_work(reason="Coming costs that are due", final=True) as session:
        count = costs.apply_due(session, today=today(running.settings))
        running.message = f"Costs that came into force: {count:,}"


def refresh_figures(running):
    """Compute when products were last sold, how much, and their true cost and margin."""
    with running.unit_of_work(reason="Figures of products", final=True) as session:
        count = figures.refresh(session, today=today(running.settings))
        running.message = f"Products whose figures changed: {count:,}"
