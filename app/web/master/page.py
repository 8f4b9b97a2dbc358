"""A page of a grid: found by key, not by counting, so that the last costs what the first does.

The address says where a page begins: `after` (or `before`) holds the sort value and the key of the
row next to it. See docs/why/paging.md.
"""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, literal, select, tuple_
from sqlalchemy.orm import selectinload

from app.web.master.grid import SIZES
from app.web.master.place import place_of, token_of

COUNT_TO = 10_000


@dataclass(frozen=True)
class Row:
    """A record with what the database computed beside it."""

    record: Any
    extras: dict
    place: Any = field(repr=False)
    count: int = 0


@dataclass(frozen=True)
class Count:
    """How many rows match: exactly, or more than we care to count."""

    number: int

    @property
    def is_capped(self):
        return self.number > COUNT_TO

    @property
    def shown(self):
        return min(self.number, COUNT_TO)


@dataclass(frozen=True)
class Order:
    """The column a page is sorted by."""

    column: Any
    descending: bool


@dataclass(frozen=True)
class Page:
    """What a grid shows: rows, the way on and back, the filters in force."""

    rows: list
    count: Count
    order: Order
    size: int
    first: int
    filters: list
    shown: tuple
    next: dict | None
    back: dict | None

    @property
    def last(self):
        return self.first + len(self.rows) - 1

    @property
    def problems(self):
        return [active for active in self.filters if active.problem]


def page_of(session, model, grid, args, *, base=None):
    """Answer the questions of the address; what it gets wrong is left out or shown as a problem.

    `base` is a condition that every row of this grid meets.
    """
    order = order_of(grid, args)
    size = _size(grid, args)
    active, asked = asked_of(session, grid, args, base)
    shown = shown_of(grid, args)

    seek = Seek(session, model, order, asked, shown)
    backwards = "before" in args and "after" not in args
    cursor = place_of(args.get("before" if backwards else "after"), order)
    to_end = "last" in args
    cursor = None if to_end else cursor
    rows, count = seek.rows_and_count(size + 1, cursor=cursor, backwards=backwards or to_end)
    more, rows = len(rows) > size, rows[:size]
    if backwards or to_end:
        rows.reverse()
    first = _first(args, count, size, len(rows), to_end=to_end, at_start=backwards and not more)
    has_back = (more if backwards or to_end else cursor is not None) and bool(rows)
    has_next = (cursor is not None if backwards else more) and not to_end and bool(rows)
    return Page(
        rows, count, order, size, first, active, shown,
        next={"after": token_of(rows[-1]), "from": first + size} if has_next else None,
        back={"before": token_of(rows[0]), "from": max(1, first - size)} if has_back else None,
    )  # fmt: skip


def asked_of(session, grid, args, base):
    """The filters in force, and what they ask for together."""
    active = [a for f in grid.filters().values() if (a := f.read(args, session))]
    where = tuple(a.where for a in active if a.where is not None)
    joins = tuple(join for a in active if a.where is not None for join in a.filter.joins)
    return active, Asked(where + (() if base is None else (base,)), joins)


@dataclass(frozen=True)
class Asked:
    """The conditions of a page, with the joins that they stand on."""

    where: tuple
    joins: tuple

    def of(self, query):
        return _joined(query, self.joins).where(*self.where)


class Seek:
    """Rows beyond a place, in an order that may have rows without a value at its end.

    Which way is fast depends on how many rows match. Few are found by the indexes of the filters,
    then sorted; many are met soon when walking along the index of the sort column. PostgreSQL
    guesses wrong when a filter and the sort column have to do with each other, so we do not ask
    it: the first way is tried, and says at once when there are more rows than we count.
    """

    def __init__(self, session, model, order, asked, shown):
        self.session, self.model, self.order, self.asked = session, model, order, asked
        self.computed = [column for column in shown if column.sql is not None]
        self.joins = tuple(join for column in self.computed for join in column.joins)
        self.found = None
        if asked.where:
            keys = asked.of(select(model.uuid)).limit(COUNT_TO + 1).cte("found")
            self.found = keys.prefix_with("MATERIALIZED")
        loads = [c.load for c in shown if c.load is not None]
        self.eager = [selectinload(a) for a in loads + [c.source for c in shown if c.is_relation]]

    def rows_and_count(self, limit, *, cursor, backwards):
        """Up to `limit` rows beyond a place, and how many match at all."""
        if self.found is not None:
            rows = self._rows(limit, cursor, backwards)
            if rows:
                return rows, Count(rows[0].count)
        count = _count(self.session, self.model, self.asked)
        if self.found is not None and not count.is_capped:
            return [], count
        self.found = None
        return self._rows(limit, cursor, backwards), count

    def more(self, limit, cursor):
        """Up to `limit` rows beyond a place, in the way that was found to be fast."""
        return self._rows(limit, cursor, backwards=False)

    def _rows(self, limit, cursor, backwards):
        """PostgreSQL has rows without a value last when going up."""
        up = self.order.descending == backwards
        parts = [self._filled, self._empty] if self._may_be_empty else [self._filled]
        parts = parts if up else parts[::-1]
        if cursor is not None:
            wanted = self._empty if cursor[0] is None else self._filled
            parts = parts[parts.index(wanted) :] if wanted in parts else parts
        found = []
        for place, part in enumerate(parts):
            if len(found) < limit:
                found += part(up, cursor if place == 0 else None, limit - len(found))
        return found

    @property
    def _may_be_empty(self):
        column = self.order.column
        if column.is_relation or not column.is_mapped:
            return True
        return bool(getattr(column.source, "nullable", True))

    def _filled(self, up, cursor, limit):
        by, key = self.order.column.expression, self.model.uuid
        query = self._keys()
        if self._may_be_empty:
            query = query.where(by.is_not(None))
        if cursor is not None:
            # Typed, so that the row comparison can use the index of the sort column.
            here, there = tuple_(by, key), tuple_(literal(cursor[0], by.type), literal(cursor[1]))
            query = query.where(here > there if up else here < there)
        order = (by.asc(), key.asc()) if up else (by.desc(), key.desc())
        return self._run(query.order_by(*order).limit(limit), up)

    def _empty(self, up, cursor, limit):
        by, key = self.order.column.expression, self.model.uuid
        query = self._keys().where(by.is_(None))
        if cursor is not None:
            query = query.where(key > cursor[1] if up else key < cursor[1])
        return self._run(query.order_by(key.asc() if up else key.desc()).limit(limit), up)

    def _keys(self):
        """The keys of rows with the value they are sorted by, and nothing that is only shown."""
        column = self.order.column
        columns = (self.model.uuid, column.expression.label("place"))
        if self.found is None:
            query = select(*columns, literal(0).label("count")).select_from(self.model)
            query = _joined(query, (*column.joins, *self.asked.joins)).where(*self.asked.where)
        else:
            count = select(func.count()).select_from(self.found).scalar_subquery()
            query = select(*columns, count.label("count")).select_from(self.model)
            query = query.join(self.found, self.found.c.uuid == self.model.uuid)
            query = _joined(query, column.joins).where(count <= COUNT_TO)
        return query.outerjoin(column.source) if column.is_relation else query

    def _run(self, keys, up):
        """The rows of these keys, with all that is shown; only now is the rest looked up."""
        page = keys.cte("page").prefix_with("MATERIALIZED")
        extras = [c.sql.label(c.name) for c in self.computed]
        query = select(self.model, page.c.place, page.c.count, *extras)
        query = _joined(query.join(page, page.c.uuid == self.model.uuid), self.joins)
        order = (page.c.place, page.c.uuid) if up else (page.c.place.desc(), page.c.uuid.desc())
        names = [c.name for c in self.computed]
        return [
            Row(record, dict(zip(names, values, strict=True)), place, count)
            for record, place, count, *values in self.session.execute(
                query.order_by(*order).options(*self.eager)
            )
        ]


def _joined(query, joins):
    for join in dict.fromkeys(joins):
        query = query.outerjoin(join.target, join.on)
    return query


def _count(session, model, asked):
    few = asked.of(select(literal(1)).select_from(model)).limit(COUNT_TO + 1).subquery()
    return Count(session.scalar(select(func.count()).select_from(few)))


def order_of(grid, args):
    asked = args.get("sort", "")
    column = grid.column(asked.removeprefix("-"))
    if column is None or not column.is_sortable:
        return Order(grid.column(grid.sort), grid.descending)
    return Order(column, asked.startswith("-"))


def _size(grid, args):
    asked = args.get("per", "")
    return int(asked) if asked in {str(size) for size in SIZES} else grid.size


def shown_of(grid, args):
    asked = set(args.getlist("column"))
    found = tuple(c for c in grid.columns if (c.name in asked if asked else not c.hidden))
    return found or grid.columns


def _first(args, count, size, found, *, to_end, at_start):
    if to_end and not count.is_capped:
        return max(1, count.number - found + 1)
    asked = args.get("from", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 12 else 1
    return 1 if at_start or not ({"after", "before"} & set(args)) else max(1, number)
