"""The words of the configuration: values, where they stand, and what is wrong with them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from app.errors import AppError

LARGEST_VALUE = 1024 * 1024
KEY = re.compile(r"[\w-]+(\.[\w-]+)+")
NAME = re.compile(r"[\w-]+(\.[\w-]+)*")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value stands: a line of a file, or a place with a name."""

    file: str | None = None
    line: int | None = None
    place: str = ""

    def __str__(self) -> str:
        if self.file is None:
            return self.place
        return f"{self.file}:{self.line}" if self.line else self.file


DATABASE = Source(place="database")
DEFAULT = Source(place="default")
GIVEN_IN_CODE = Source(place="given in code")


@dataclass(frozen=True, slots=True)
class Value:
    """The text of one key and its source. The text may be secret, so `repr` leaves it out."""

    text: str = field(repr=False)
    source: Source


class ConfigError(AppError):
    """The configuration cannot be used as it is."""

    def __init__(self, message: str | None = None, source: Source | None = None) -> None:
        self.message = one_line(message or self.__doc__ or "")
        self.source = source
        super().__init__(one_line(f"{source}: {self.message}") if source else self.message)


class NotConfigured(ConfigError, KeyError):
    """A key that somebody asks for has no value."""

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the configuration, for `config check` and the health page."""

    message: str
    key: str = ""
    source: Source | None = None

    def __str__(self) -> str:
        return f"{self.source}: {self.message}" if self.source else self.message


def one_line(text: str) -> str:
    """The same text with line ends and other unprintable characters written as escapes."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text
    )


def shortened(text: str, length: int = 60) -> str:
    """The text, cut to a length that fits into a sentence."""
    return text if len(text) <= length else text[: length - 1] + "…"


def checked(text: str, what: str, source: Source) -> str:
    """The text itself, if it can be a value; else a ConfigError that does not show it."""
    if len(text) > LARGEST_VALUE:
        raise ConfigError(f"{what} is larger than 1 MB", source)
    if "\0" in text:
        raise ConfigError(f"{what} contains a NUL character", source)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ConfigError(f"{what} is not UTF-8", source) from error
    return text
