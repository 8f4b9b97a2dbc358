"""A problem report: a query that finds what is wrong in the data, and how to show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select

SEVERITIES = ("info", "warning", "error")


@dataclass(frozen=True)
class ProblemReport:
    """What should not be in the data.

    `query` returns a select of the records that have the problem: the column `uuid`, each once, the
    column `name`, and the `columns`, by name, with how each is shown (text, money, cost, day, code,
    number). `link` is the view whose pages the records have. `why` tells people what to do.
    A report opens an incident of its `severity`; one of "info" is only on its page.
    """

    key: str
    title: str
    query: Callable[[], Select[*tuple[Any, ...]]]
    link: str
    columns: Mapping[str, str] = field(default_factory=dict)
    severity: str = "warning"
    why: str = ""

    def __post_init__(self) -> None:
        if self.severity not in SEVERITIES:
            raise ValueError(f"{self.key}: the severity is one of {', '.join(SEVERITIES)}")
