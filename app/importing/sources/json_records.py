"""Records of a JSON document or of JSON Lines, read bit by bit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import IO, Any, NoReturn

from app.importing.errors import BadSource

BLOCK = 1 << 18
LONGEST = 4_000_000
"""A longer record is refused, so that no file can fill the memory."""
DEEPEST = 20
_SPACE = " \t\r\n"


def json_records(text: IO[str], name: str, path: str = "") -> Iterator[tuple[int, dict[str, str]]]:
    """Each record with its number, as names and texts; what is nested is named `brand.name`.

    The document is a list of records, a record a line, or an object that holds the list: at
    `path`, such as `data/products`, or else as its first list. Raises BadSource.
    """
    wanted = [part for part in path.strip("/").split("/") if part]
    for number, record in enumerate(_Document(text, name, path).records(wanted), 1):
        if not isinstance(record, dict):
            raise BadSource(f"Record {number} of {name} is no object with names and values.")
        yield number, flat(record)


def flat(record: Mapping[str, Any], above: str = "", depth: int = 0) -> dict[str, str]:
    """A record as texts; a list of plain values becomes one text, other lists stay JSON."""
    found: dict[str, str] = {}
    for name, value in record.items():
        if isinstance(value, dict) and depth < DEEPEST:
            found |= flat(value, f"{above}{name}.", depth + 1)
        else:
            found[f"{above}{name}"] = text_of(value)
    return found


def text_of(value: Any) -> str:
    """A value as the text of a cell; null is an empty one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and not any(isinstance(one, list | dict) for one in value):
        return "; ".join(map(text_of, value))
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
    # Half of a pair of surrogates is no sign, and no encoding can write it.
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


class _Document:
    """A window on a document that moves forward, and never holds more than a record."""

    def __init__(self, text: IO[str], name: str, path: str) -> None:
        self.text, self.name, self.path = text, name, path
        self.window, self.at, self.passed = "", 0, 0
        self.ended = False
        # Numbers stay as they are written: no digit of a price or code is lost.
        self.decode = json.JSONDecoder(
            parse_float=str, parse_int=str, parse_constant=self._no_constant
        ).raw_decode

    def records(self, path: list[str]) -> Iterator[Any]:
        begin = self.peek()
        if begin == "[" and not path:
            yield from self.elements()
        elif begin == "{" and (path or not self._is_lines()):
            yield from self._inside(path)
            return
        else:
            while self.peek():
                yield self.value()
            return
        if self.peek():
            self.fail("something follows its end")

    def _is_lines(self) -> bool:
        """Whether the first line is a record by itself, and another one follows."""
        line, _, rest = self.window[self.at :].partition("\n")
        while not rest and self._more():
            line, _, rest = self.window[self.at :].partition("\n")
        try:
            first = self.decode(line.strip())[0]
        except ValueError:
            return False
        if rest.lstrip()[:1] == "{":
            return True
        return not any(isinstance(value, list | dict) for value in first.values())

    def _inside(self, path: list[str]) -> Iterator[Any]:
        """The list at a path in an object, or the first list that it holds."""
        self.at += 1
        while (begin := self.peek()) and begin != "}":
            key = self.value()
            if not isinstance(key, str) or self.peek() != ":":
                self.fail("a name is not followed by a value")
            self.at += 1
            inner = self.peek()
            here = not path or key == path[0]
            if here and inner == "[" and len(path) < 2:
                yield from self.elements()
                return
            if here and inner == "{" and path:
                yield from self._inside(path[1:])
                return
            self.value()
            if self.peek() == ",":
                self.at += 1
        if not begin:
            self.fail("it was cut off")
        where = f" at {self.path}" if self.path else ""
        raise BadSource(f"{self.name} has no list of records{where}.")

    def elements(self) -> Iterator[Any]:
        """The elements of the list that begins here; to its end, or it was cut off."""
        self.at += 1
        if self.peek() == "]":
            self.at += 1
            return
        while True:
            yield self.value()
            after = self.peek()
            self.at += 1
            if after == "]":
                return
            if after != ",":
                self.fail("it was cut off" if not after else "a comma is missing")

    def value(self) -> Any:
        """The value that begins here."""
        while True:
            try:
                if not self.peek():
                    self.fail("it was cut off")
                value, end = self.decode(self.window, self.at)
            except RecursionError:
                self.fail("it is nested too deeply")
            except ValueError as error:
                if len(self.window) - self.at > LONGEST:
                    self.fail(f"a record is longer than {LONGEST:,} characters, or broken")
                if not self._more():
                    self.fail(f"it was cut off, or this is broken: {error.args[0]}")
            else:
                # A number at the edge of the window may go on behind it.
                if end < len(self.window) or not self._more():
                    self.at = end
                    return value

    def peek(self) -> str:
        """The next sign that is no space; none at the end."""
        while True:
            while self.at < len(self.window) and self.window[self.at] in _SPACE:
                self.at += 1
            if self.at < len(self.window):
                return self.window[self.at]
            if not self._more():
                return ""

    def _more(self) -> bool:
        block = self.text.read(max(BLOCK, len(self.window) - self.at))
        self.passed += self.at
        self.window, self.at = self.window[self.at :] + block, 0
        return bool(block)

    def _no_constant(self, name: str) -> NoReturn:
        self.fail(f"{name} is no value")

    def fail(self, why: str) -> NoReturn:
        where = self.passed + self.at
        raise BadSource(f"{self.name} is no proper JSON: {why} (at character {where:,}).")
