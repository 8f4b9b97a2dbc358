"""The shop at a glance: how many of what, and what needs a look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select, text
from sqlalchemy.orm import Session

from app.models.departments import Department
from app.models.products import Product, ProductCode
from app.services import prices

ESTIMATE_FROM = 200_000


@dataclass(frozen=True)
class Number:
    """A count for the first page; `about` when it is PostgreSQL's own estimate."""

    key: str
    count: int
    about: bool = False

    @property
    def view(self) -> str:
        """The key of the view that lists them."""
        return f"{self.key}s"


@dataclass(frozen=True)
class Share:
    """How many products a department has, and which part of the largest department that is."""

    uuid: UUID
    name: str
    count: int
    share: float


@dataclass(frozen=True)
class Finding:
    """A kind of gap in the data, with how many products have it; counted up to 10,000."""

    key: str
    count: int
    of: int = 10_000

    @property
    def shown(self) -> int:
        return min(self.count, self.of)

    @property
    def is_capped(self) -> bool:
        return self.count > self.of


def numbers(session: Session) -> list[Number]:
    """How many products, departments, brands and vendors there are."""
    return [_number(session, table) for table in ("product", "department", "brand", "vendor")]


def departments(session: Session, *, limit: int = 8) -> list[Share]:
    """The largest departments by number of products."""
    count = func.count(Product.uuid).label("count")
    query = (
        select(Department.uuid, Department.name, count)
        .join(Product, Product.department_uuid == Department.uuid)
        .group_by(Department.uuid)
        .order_by(count.desc(), Department.name)
        .limit(limit)
    )
    rows: list[Any] = list(session.execute(query))
    most = max((row.count for row in rows), default=1)
    return [Share(row.uuid, row.name, row.count, row.count / most) for row in rows]


def findings(session: Session) -> list[Finding]:
    """What is missing or odd among the active products."""
    code = exists().where(ProductCode.product_uuid == Product.uuid)
    rules: dict[str, tuple[ColumnElement[bool], tuple[prices.Join, ...]]] = {
        "no_price": (prices.REGULAR_PRICE.is_(None), (prices.REGULAR,)),
        "no_code": (~code, ()),
        "below_cost": (prices.REGULAR_PRICE < prices.UNIT_COST, (prices.REGULAR, prices.COST)),
        "no_department": (Product.department_uuid.is_(None), ()),
    }
    found = []
    for key, (rule, joins) in rules.items():
        few = prices.joined(select(Product.uuid).where(Product.active, rule), *joins)
        few = few.limit(Finding.of + 1)
        count = session.scalar(select(func.count()).select_from(few.subquery())) or 0
        if count:
            found.append(Finding(key, count))
    return found


def _number(session: Session, table: str) -> Number:
    estimate = session.scalar(
        text("SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(:table)"),
        {"table": table},
    )
    if estimate is not None and estimate >= ESTIMATE_FROM:
        return Number(table, estimate, about=True)
    return Number(table, session.scalar(text(f'SELECT count(*) FROM "{table}"')) or 0)  # noqa: S608
