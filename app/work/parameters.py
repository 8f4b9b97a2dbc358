"""Parameters of jobs as people write them: `till = 2, name = front`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.config.kinds import KINDS
from app.errors import AppError


class BadParameters(AppError):
    """Write parameters as name = value, with commas between."""


class UnknownParameter(AppError):
    """This job has no such parameter."""


def read_parameters(text: str) -> dict[str, Any]:
    """The names and values of a text, the values still texts. Raises BadParameters.

    What holds more than texts is written as JSON, and read so.
    """
    if text.lstrip().startswith("{"):
        return _from_json(text)
    found: dict[str, Any] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equal, value = (piece.strip() for piece in part.partition("="))
        if not equal or not name.isidentifier() or name in found:
            raise BadParameters
        found[name] = value
    return found


def written_parameters(parameters: Mapping[str, Any]) -> str:
    """The text that is read as these parameters."""
    if any(map(_needs_json, parameters.values())):
        return json.dumps(dict(parameters), ensure_ascii=False)
    return ", ".join(f"{name} = {_written(value)}" for name, value in parameters.items())


def typed(given: Mapping[str, Any] | None, declared: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of the kinds that the job declares. Raises UnknownParameter and BadParameters."""
    found = {}
    for name, value in (given or {}).items():
        if name not in declared:
            known = ", ".join(declared) or "none"
            raise UnknownParameter(f"This job has no parameter {name}; it has {known}.")
        found[name] = _typed(name, value, declared[name])
    return found


def _from_json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise BadParameters from error
    if not isinstance(found, dict):
        raise BadParameters
    return found


def _needs_json(value: Any) -> bool:
    """Whether a value is more than a text between commas."""
    is_odd_text = isinstance(value, str) and ("," in value or value != value.strip())
    return isinstance(value, dict | list) or is_odd_text


def _typed(name: str, value: Any, example: Any) -> Any:
    kind = KINDS.get(type(example))
    if kind is None or isinstance(example, timedelta) or type(value) is type(example):
        return value
    try:
        return kind.parse(value if isinstance(value, str) else json.dumps(value))
    except ValueError as error:
        raise BadParameters(f"{name} must be {kind.accepts}.") from error


def _written(value: Any) -> str:
    kind = KINDS.get(type(value))
    return kind.format(value) if kind else str(value)
