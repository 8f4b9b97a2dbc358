"""Parameters of jobs as people write them: `till = 2, name = front`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.config.kinds import KINDS
from app.errors import AppError


class BadParameters(AppError):
    """Write parameters as name = value, with commas between."""


class UnknownParameter(AppError):
    """This job has no such parameter."""


def read_parameters(text: str) -> dict[str, str]:
    """The names and values of a text, the values still texts. Raises BadParameters."""
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equal, value = (piece.strip() for piece in part.partition("="))
        if not equal or not name.isidentifier() or name in found:
            raise BadParameters
        found[name] = value
    return found


def written_parameters(parameters: Mapping[str, Any]) -> str:
    """The text that is read as these parameters."""
    return ", ".join(f"{name} = {_written(value)}" for name, value in parameters.items())


def typed(given: Mapping[str, Any] | None, declared: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of the kinds that the job declares. Raises UnknownParameter and BadParameters."""
    found = {}
    for name, value in (given or {}).items():
        if name not in declared:
            known = ", ".join(declared) or "none"
            raise UnknownParameter(f"This job has no parameter {name}; it has {known}.")
        found[name] = _typed(name, value, declared[name]) if isinstance(value, str) else value
    return found


def _typed(name: str, text: str, example: Any) -> Any:
    kind = KINDS.get(type(example))
    if kind is None or isinstance(example, timedelta):
        return text
    try:
        return kind.parse(text)
    except ValueError as error:
        raise BadParameters(f"{name} must be {kind.accepts}.") from error


def _written(value: Any) -> str:
    kind = KINDS.get(type(value))
    return kind.format(value) if kind else str(value)
