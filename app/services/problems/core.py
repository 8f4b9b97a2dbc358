"""The problem reports that every shop has."""

from __future__ import annotations

from app.services.problems import customers, products
from app.services.problems.report import ProblemReport

CORE_REPORTS = (
    ProblemReport(
        "no_price",
        "Products without a price",
        products.no_price,
        link="products",
        columns={"number": "code"},
        why="Registers cannot sell them. Give them a regular price, or mark them as not for sale.",
    ),
    ProblemReport(
        "below_cost",
        "Products that cost more than they sell for",
        products.below_cost,
        link="products",
        columns={"number": "code", "price": "money", "unit_cost": "cost"},
        severity="error",
        why="Correct the price or the cost; a case size that is wrong is a common reason.",
    ),
    ProblemReport(
        "bad_check_digit",
        "Codes with a wrong check digit",
        products.bad_check_digit,
        link="products",
        columns={"gtin": "code", "kind": "word"},
        why="No scanner reads such a code. Compare it with the package.",
    ),
    ProblemReport(
        "price_ends",
        "Prices that end soon with none to follow",
        products.price_ends,
        link="products",
        columns={"number": "code", "price": "money", "ends_on": "day"},
        why="In two weeks or less they have no regular price. Give them the next one.",
    ),
    ProblemReport(
        "no_department",
        "Products without a department",
        products.no_department,
        link="products",
        columns={"number": "code"},
        why="Their sales are missing in the sums of departments.",
    ),
    ProblemReport(
        "no_case_size",
        "Products without a case size",
        products.no_case_size,
        link="products",
        columns={"number": "code"},
        severity="info",
        why="Nobody knows how many to order. Vendors tell it with their costs.",
    ),
    ProblemReport(
        "duplicate_customers",
        "Customers that are there twice",
        customers.duplicates,
        link="customers",
        columns={"number": "code", "shares": "word", "with_number": "code"},
        why="They have the same phone, email, or name and address. Merge them on their page.",
    ),
)
