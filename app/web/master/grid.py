"""A grid: which columns a list shows, and what it can be filtered and sorted by."""

from dataclasses import dataclass, replace

from app.errors import AppError
from app.web.master.columns import Column
from app.web.master.filters import Filter

SIZES = (25, 50, 100, 200)


class BadGrid(AppError):
    """A grid is declared in a way that cannot work."""


@dataclass(frozen=True, init=False)
class Grid:
    """The columns, the column it is sorted by at first, further filters, rows per page.

    `sort` is a mapped attribute; `descending` turns it round. A value: `plus` and `without`
    give other grids.
    """

    columns: tuple
    sort: str
    descending: bool
    more_filters: tuple
    size: int

    def __init__(self, *columns, sort, descending=False, filters=(), size=50):
        made = tuple(c if isinstance(c, Column) else Column(c) for c in columns)
        for name, value in {
            "columns": made,
            "sort": sort if isinstance(sort, str) else sort.key,
            "descending": descending,
            "more_filters": tuple(filters),
            "size": size,
        }.items():
            object.__setattr__(self, name, value)

    def plus(self, *columns, after=None):
        """The same grid with more columns, for a project that extends a view."""
        names = [column.name for column in self.columns]
        if after is not None and after not in names:
            raise BadGrid(f"There is no column {after!r}; the columns are {', '.join(names)}.")
        at = names.index(after) + 1 if after else len(names)
        more = tuple(c if isinstance(c, Column) else Column(c) for c in columns)
        return self._with(self.columns[:at] + more + self.columns[at:])

    def without(self, *names):
        """The same grid with fewer columns."""
        return self._with(tuple(c for c in self.columns if c.name not in names))

    def where(self, fits):
        """The same grid with only the columns that fit."""
        return self._with(tuple(column for column in self.columns if fits(column)))

    def bound(self, model):
        """The grid of a model: columns given by name become its attributes."""
        return self._with(tuple(_bound(column, model) for column in self.columns))

    def column(self, name):
        return next((column for column in self.columns if column.name == name), None)

    def filters(self):
        """Every filter, by name, in the order of the columns."""
        found = [made for column in self.columns for made in column.filters()]
        return {filter_.name: filter_ for filter_ in (*found, *self.more_filters)}

    def faults(self):
        """What is wrong with the declaration, in words."""
        names = [column.name for column in self.columns]
        twice = sorted({name for name in names if names.count(name) > 1})
        yield from (f"the column {name} is there twice" for name in twice)
        first = self.column(self.sort)
        if first is None or not first.is_sortable:
            yield f"it cannot be sorted by {self.sort}"
        if not any(column.link for column in self.columns):
            yield "no column links to the record"
        if not all(isinstance(filter_, Filter) for filter_ in self.more_filters):
            yield "what it lists as filters are none"

    def _with(self, columns):
        made = replace_columns(self)
        object.__setattr__(made, "columns", columns)
        return made


def replace_columns(grid):
    return Grid(
        *grid.columns, sort=grid.sort, descending=grid.descending,
        filters=grid.more_filters, size=grid.size,
    )  # fmt: skip


def _bound(column, model):
    if isinstance(column.source, str) and column.value is None and column.sql is None:
        attribute = getattr(model, column.source, None)
        if attribute is None:
            raise BadGrid(f"{model.__name__} has no {column.source!r} to show in a grid.")
        return replace(column, source=attribute)
    return column
