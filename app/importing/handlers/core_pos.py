"""The handler of `storekeeper import core-pos`: what CORE-POS knows, from its MySQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from app.config.importing import CORE_POS_URL
from app.importing.handler import ImportHandler

if TYPE_CHECKING:
    from app.importing.importer import TableImporter


class CorePos(ImportHandler):
    """Departments, products with codes and prices, and customers of CORE-POS.

    Read from its operational database, which `core_pos.url` names; nothing is written there.
    What CORE-POS does not have any more stays here.
    """

    key, title = "core-pos", "Departments, products and customers from CORE-POS"

    def chosen(self) -> Sequence[type[TableImporter]]:
        from app.importing.handlers.core_pos_rows import IMPORTERS

        return IMPORTERS

    def open_source(self) -> AbstractContextManager[Any]:
        from app.importing.sources.sql import open_database

        return open_database(self.settings, CORE_POS_URL)

    @classmethod
    def sample(cls) -> Any:
        from app.importing.handlers import core_pos_rows as rows

        return _Sample(
            {
                rows.DEPARTMENTS: [{"dept_no": 1, "dept_name": "Grocery"}],
                rows.BRANDS: [{"brand": "Acme"}],
                rows.PRODUCTS: [
                    {"upc": "0003600029145", "description": "Tissues", "brand": "Acme",
                     "size": "120 ct", "department": 1, "scale": 0, "foodstamp": 0, "discount": 1,
                     "normal_price": "2.49"},
                ],
                rows.CUSTOMERS: [{"CardNo": 100, "FirstName": "Ann", "LastName": "Lee"}],
            }
        )  # fmt: skip


class _Sample:
    """A database that knows the answers to a few queries."""

    def __init__(self, answers: dict[str, list[dict[str, Any]]]) -> None:
        self.answers = answers

    def rows(self, query: str) -> Iterator[SimpleNamespace]:
        return (SimpleNamespace(**row) for row in self.answers[query])
