"""One INI file: its text becomes entries that know their line."""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from typing import NamedTuple

from app.config.values import NAME, ConfigError, Source, checked, shortened

LARGEST_FILE = 16 * 1024 * 1024


class Entry(NamedTuple):
    """One `key = value` as it is written, before interpolation."""

    section: str
    text: str
    source: Source


class IniFile(NamedTuple):
    """What one file says: its own entries, and the files it wants to inherit."""

    path: str
    entries: dict[str, Entry]
    inherit: Entry | None


def read_ini(path: str) -> IniFile:
    """Read one file. Raises OSError if there is nothing to read, ConfigError if it is wrong."""
    with open(path, "rb") as stream:
        data = stream.read(LARGEST_FILE + 1)
    return parse_ini(data, path)


def parse_ini(data: bytes, path: str) -> IniFile:
    """Take the bytes of a file apart. `path` is where the errors point to."""
    if len(data) > LARGEST_FILE:
        raise ConfigError("the file is larger than 16 MB", Source(path))
    reader = _Reader(path)
    for number, line in enumerate(_lines(_text(data, path)), start=1):
        reader.read(number, line)
    return reader.finish()


class _Reader:
    """Reads line by line, and remembers the section and the value that may still continue."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.section: str | None = None
        self.sections: dict[str, int] = {}
        self.open: dict[str, _Open] = {}
        self.last: _Open | None = None

    def read(self, number: int, line: str) -> None:
        content = line.strip()
        if not content:
            if self.last:
                self.last.lines.append("")
        elif content[0] in "#;":
            pass
        elif self.last and _indent(line) > self.last.indent:
            self.last.lines.append(content)
        elif content[0] == "[":
            self._start_section(content, number)
        else:
            self._start_option(content, number, _indent(line))

    def finish(self) -> IniFile:
        entries = {key: self._entry(key, value) for key, value in self.open.items()}
        inherit = entries.pop("config.inherit", None)
        return IniFile(self.path, entries, inherit)

    def _start_section(self, content: str, number: int) -> None:
        name = content[1:-1].strip()
        if not content.endswith("]"):
            raise self._fault(number, "a section is written [name], alone on its line")
        if not NAME.fullmatch(name):
            raise self._fault(number, f"a section name has {_LETTERS}")
        name = name.lower()
        if name in self.sections:
            first = self.sections[name]
            raise self._fault(number, f"section [{shortened(name)}] is already on line {first}")
        self.sections[name] = number
        self.section, self.last = name, None

    def _start_option(self, content: str, number: int, indent: int) -> None:
        # The line itself is never quoted: it may be a part of a password.
        option, equals, text = content.partition("=")
        option = option.strip()
        if not equals:
            raise self._fault(number, "this line is no [section] and no key = value")
        if not NAME.fullmatch(option):
            raise self._fault(number, f"what stands before = is no key; a key has {_LETTERS}")
        if self.section is None:
            raise self._fault(number, "this value stands before the first [section]")
        key = f"{self.section}.{option.lower()}"
        self._refuse_twice(key, number)
        self.last = self.open[key] = _Open(self.section, number, indent, [text.strip()])

    def _refuse_twice(self, key: str, number: int) -> None:
        name = shortened(key)
        if key.startswith("config.") and key != "config.inherit":
            raise self._fault(number, f"{name} is unknown; [config] has only inherit")
        first = self.open.get(key)
        if first and first.section == self.section:
            raise self._fault(number, f"{name} is already on line {first.line}")
        if first:
            where = f"line {first.line}, in section [{shortened(first.section)}]"
            raise self._fault(number, f"{name} is the same key as on {where}")

    def _entry(self, key: str, value: _Open) -> Entry:
        source = Source(self.path, value.line)
        text = checked("\n".join(value.lines).strip(), shortened(key), source)
        return Entry(value.section, text, source)

    def _fault(self, number: int, message: str) -> ConfigError:
        return ConfigError(message, Source(self.path, number))


class _Open(NamedTuple):
    """A value of which more lines may follow."""

    section: str
    line: int
    indent: int
    lines: list[str]


_LETTERS = "only letters, digits, - and _, with single dots between them"


def _text(data: bytes, path: str) -> str:
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise ConfigError("the file is UTF-16; save it as UTF-8", Source(path, 1))
    data = data.removeprefix(BOM_UTF8)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        source = Source(path, len(_lines(data[: error.start].decode())))
        byte = data[error.start]
        raise ConfigError(f"byte 0x{byte:02x} is not UTF-8; save the file as UTF-8", source) from (
            error
        )
    if "\0" in text:
        line = len(_lines(text[: text.index("\0")]))
        raise ConfigError("the file contains a NUL character", Source(path, line))
    return text


def _lines(text: str) -> list[str]:
    # Not str.splitlines, which also splits at form feeds and would number lines as no editor does.
    return re.split(r"\r\n|\r|\n", text)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
