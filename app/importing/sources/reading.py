"""How to read a file: what a person says of it. What is not said is found out."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from app.importing.errors import BadSource

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|", "bar": "|",
              "space": " ", "colon": ":"}  # fmt: skip
DECIMALS = {".": ".", ",": ",", "point": ".", "comma": ","}
DATES = ("ymd", "dmy", "mdy")


class BadReading(BadSource):
    """A file cannot be read in this way."""


@dataclass(frozen=True)
class Reading:
    """Said once for a whole file. Raises BadReading for what makes no sense."""

    encoding: str | None = None
    delimiter: str | None = None
    """One character, or its name: `tab`."""
    decimal: str | None = None
    """A point or a comma."""
    dates: str | None = None
    """The order of day, month and year: `dmy`."""
    sheet: str | None = None
    """Of a workbook; by default the first one that people see and that holds something."""
    records: str | None = None
    """The path to the records in a JSON or XML document, such as `data/products`."""

    def __post_init__(self) -> None:
        for field in fields(self):  # what a form sends empty was not said
            object.__setattr__(self, field.name, getattr(self, field.name) or None)
        if self.delimiter:
            object.__setattr__(self, "delimiter", _delimiter(self.delimiter))
        if self.decimal:
            object.__setattr__(self, "decimal", _one_of("decimal", self.decimal, DECIMALS))
        if self.dates:
            object.__setattr__(
                self,
                "dates",
                _one_of("order of dates", self.dates, dict(zip(DATES, DATES))),  # noqa: B905
            )
        if self.encoding:
            _look_up(self.encoding)

    def as_json(self) -> dict[str, str]:
        """What was said, as it is kept with a run."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Self:
        """Read what `as_json` gave, or what a form or schedule says. Raises BadReading."""
        known = {field.name for field in fields(cls)}
        if unknown := sorted(said.keys() - known):
            raise BadReading(f"How to read a file is not said by {', '.join(unknown)}.")
        if odd := [name for name, value in said.items() if not isinstance(value, str | None)]:
            raise BadReading(f"{odd[0]} is a text, and not {said[odd[0]]!r}.")
        return cls(**said)


def _delimiter(said: str) -> str:
    found = DELIMITERS.get(said.strip().lower(), said)
    if len(found) != 1 or found in '"\r\n\\\0' or found.isalnum():
        raise BadReading(f"{said!r} is no delimiter; write one character such as ;, or tab.")
    return found


def _one_of(what: str, said: str, known: Mapping[str, str]) -> str:
    found = known.get(said.strip().lower())
    if found is None:
        raise BadReading(f"{said!r} is no {what}; it is one of {' '.join(known)}.")
    return found


def _look_up(encoding: str) -> None:
    try:
        codecs.lookup(encoding)
        "".encode(encoding)  # base64 and others are codecs, but no encodings of text
    except LookupError as error:
        raise BadReading(f"There is no encoding called {encoding!r}.") from error


PLAIN = Reading()
