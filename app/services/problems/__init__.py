"""Problems in the data: reports that the core and plugins declare, looked at each night.

ProblemReport(
    "no_shelf", "Products without a shelf", no_shelf, link="products", columns={"price": "money"}
)
"""

from app.services.problems.looking import (
    PROBLEMS,
    Tally,
    UnknownReport,
    ask,
    chosen,
    findings,
    look,
    tell,
    trends,
)
from app.services.problems.report import ProblemReport

__all__ = [
    "PROBLEMS",
    "ProblemReport",
    "Tally",
    "UnknownReport",
    "ask",
    "chosen",
    "findings",
    "look",
    "tell",
    "trends",
]  # fmt: skip
