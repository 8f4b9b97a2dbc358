"""What other pages show of sales; they must not break when the sales database is away."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import DBAPIError

from app.services import sales
from app.web import formats


@dataclass(frozen=True)
class Movement:
    """The weeks of a product, made ready to be drawn."""

    weeks: list

    @property
    def most(self):
        return max(week.quantity for week in self.weeks)

    @property
    def spoken(self):
        return ", ".join(formats.quantity(week.quantity) for week in self.weeks)

    def height(self, week):
        """Of its bar, out of 94; a week of more returns than sales has none."""
        return round(float(max(week.quantity, 0) / self.most) * 94, 1)


def movement_of(session, product):
    """The last 12 weeks of a product; None when the sales database does not answer."""
    try:
        return Movement(sales.movement(session, product.number, today=formats.today()))
    except DBAPIError:
        return None


def yesterday(session):
    """(total, departments with their share of the largest) of yesterday; None without sales."""
    day = formats.today() - timedelta(days=1)
    try:
        totals = sales.by_day(session, day, day)
        departments = sales.by_department(session, day, day)[:8] if totals else []
    except DBAPIError:
        return None
    if not totals:
        return None
    most = max((one.net for one in departments), default=0) or 1
    shares = [(one, float(max(one.net, 0) / most)) for one in departments]
    return {"day": day, "total": totals[0], "departments": shares}
