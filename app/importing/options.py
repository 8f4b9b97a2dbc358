"""What a person may say of one run of an import: the same on the command line, in the web, in a
schedule, and in the parameters of the run that remembers it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self
from uuid import UUID

from app.errors import AppError

ACTIONS = ("create", "update", "delete")


class BadOptions(AppError):
    """These options do not go together with this import."""


@dataclass(frozen=True)
class Limit:
    """So many objects at most, or so many per cent of those there are: `100` or `5%`."""

    number: Decimal
    is_percent: bool = False

    @classmethod
    def of(cls, text: str) -> Self:
        """Read `100` or `2.5%`. Raises BadOptions."""
        found = re.fullmatch(r"\s*([0-9]{1,9}(?:\.[0-9]{1,3})?)\s*(%?)\s*", text)
        if not found or ("." in found[1] and not found[2]):
            raise BadOptions(f"{text!r} is no limit; write a number such as 100, or 5%.")
        return cls(Decimal(found[1]), bool(found[2]))

    def among(self, there: int) -> int:
        """How many that is, where so many objects are there."""
        return int(self.number * there / 100) if self.is_percent else int(self.number)

    def __str__(self) -> str:
        return f"{self.number}%" if self.is_percent else str(self.number)


@dataclass(frozen=True)
class Options:
    """Nothing said means: as the handler and its importers declare it."""

    models: tuple[str, ...] = ()
    """Names of importers to run; all by default."""
    create: bool | None = None
    update: bool | None = None
    delete: bool | None = None
    fields: tuple[str, ...] = ()
    """Only these fields, or groups of fields, are compared and written; keys always are."""
    exclude_fields: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    """The fields by which record and object are the same, in place of the declared ones."""
    max_create: Limit | None = None
    max_update: Limit | None = None
    max_delete: Limit | None = None
    min_rows: int | None = None
    start: date | None = None
    end: date | None = None
    strict: bool = False
    """Write nothing if a row is rejected."""
    warn: bool = False
    """Nothing should change; if something does, mail what."""
    versioning: bool = True
    source: str | None = None
    """Which of several sources that are configured, such as a node."""
    map: tuple[tuple[str, str], ...] = ()
    """Fields with the columns of the file that they come from; an empty column leaves one out."""
    approve: UUID | None = None
    """A run whose withheld changes may be made now, and no more than those."""

    _TUPLES: ClassVar = ("models", "fields", "exclude_fields", "keys")
    _LIMITS: ClassVar = ("max_create", "max_update", "max_delete")

    def __post_init__(self) -> None:
        if self.fields and self.exclude_fields:
            raise BadOptions("Give the fields to take or the fields to leave out, not both.")
        if self.start and self.end and self.end < self.start:
            raise BadOptions(f"The end {self.end} is before the start {self.start}.")
        if self.min_rows is not None and self.min_rows < 0:
            raise BadOptions("The least number of rows cannot be negative.")

    @property
    def mapping(self) -> dict[str, str]:
        """The columns of the file by field, where the person said them."""
        return dict(self.map)

    def may(self, action: str) -> bool | None:
        """Whether the person allows or forbids to create, update or delete; None: not said."""
        said: bool | None = getattr(self, action)
        return said

    def limit(self, action: str) -> Limit | None:
        """The limit that the person set."""
        found: Limit | None = getattr(self, f"max_{action}")
        return found

    def as_json(self) -> dict[str, Any]:
        """What was said, as it is kept with the run; nothing of what was not."""
        said = {
            name: value for name, value in asdict(self).items() if value != getattr(PLAIN, name)
        }
        for name in said.keys() & set(self._LIMITS):
            said[name] = str(getattr(self, name))
        for name in said.keys() & {"start", "end", "approve"}:
            said[name] = str(said[name])
        if "map" in said:
            said["map"] = self.mapping
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in said.items()
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Self:
        """Read what `as_json` gave, or what a schedule says. Raises BadOptions."""
        known = {field.name for field in fields(cls)}
        if unknown := sorted(said.keys() - known):
            raise BadOptions(f"There is no option {', '.join(unknown)}.")
        try:
            return cls(**{name: _read(name, value) for name, value in said.items()})
        except (TypeError, ValueError, AttributeError, OverflowError) as error:
            raise BadOptions(f"The options cannot be read: {error}.") from error


def _read(name: str, value: Any) -> Any:
    if value is None:
        return getattr(PLAIN, name)
    if name in Options._TUPLES:
        return _words(name, value)
    if name in Options._LIMITS:
        return Limit.of(str(value))
    if name == "map":
        return _pairs(value)
    if name in ("start", "end"):
        return date.fromisoformat(value)
    if name == "approve":
        return UUID(value)
    if name == "min_rows":
        return int(value)
    if name == "source":
        return str(value)
    if not isinstance(value, bool):
        raise BadOptions(f"{name} is true or false, and not {value!r}.")
    return value


def _words(name: str, value: Any) -> tuple[str, ...]:
    said: Sequence[Any] = value.split(",") if isinstance(value, str) else value
    if not all(isinstance(word, str) for word in said):
        raise BadOptions(f"{name} are names, and not {value!r}.")
    return tuple(word.strip() for word in said if word.strip())


def _pairs(value: Any) -> tuple[tuple[str, str], ...]:
    said = value if isinstance(value, Mapping) else dict(map(_pair, value))
    if not all(isinstance(word, str) for pair in said.items() for word in pair):
        raise BadOptions(f"Columns are mapped by name, and not {value!r}.")
    return tuple((name.strip(), column.strip()) for name, column in sorted(said.items()))


def _pair(text: Any) -> tuple[str, str]:
    name, equals, column = str(text).partition("=")
    if not equals or not name.strip():
        raise BadOptions(f"{text!r} maps no column; write it as description='Item text'.")
    return name.strip(), column


PLAIN = Options()
