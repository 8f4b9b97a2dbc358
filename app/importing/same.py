"""When two values of a field are the same, where that is not plain equality.

class CustomerImporter(TableImporter):
    same = {"name": AnyCase(), "balance": Within("0.005")}
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func


class Same:
    """The base: equal, where two NULLs are equal too."""

    def differs(self, old: Any, new: Any) -> ColumnElement[bool]:
        """Whether a value must be written, as SQL."""
        found: ColumnElement[bool] = old.is_distinct_from(new)
        return found


class Trimmed(Same):
    """Spaces around a text say nothing, and a text of spaces is none."""

    def differs(self, old: Any, new: Any) -> ColumnElement[bool]:
        return super().differs(self._plain(old), self._plain(new))

    def _plain(self, value: Any) -> Any:
        return func.nullif(func.btrim(value), "")


class AnyCase(Trimmed):
    """Capital letters say nothing either."""

    def _plain(self, value: Any) -> Any:
        return func.lower(super()._plain(value))


@dataclass(frozen=True)
class Within(Same):
    """Numbers that are at most so far apart, such as `Within("0.005")` for money."""

    tolerance: Decimal | str

    def differs(self, old: Any, new: Any) -> ColumnElement[bool]:
        near = func.abs(old - new) <= Decimal(self.tolerance)
        return and_(super().differs(old, new), near.is_not(True))


EQUAL = Same()
