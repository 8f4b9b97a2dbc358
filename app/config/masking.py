"""Masking: what a text looks like when others may see it."""

from __future__ import annotations

import re

MASK = "***"


def masked(text: str) -> str:
    """The text with the passwords of addresses and of `password=…` pairs replaced by stars.

    When in doubt it hides too much: a password may hold any character, even @, so in
    `postgresql://u:p@ss@h/db` everything up to the last @ is taken for it.
    """
    start, end = _USER.search(text), text.rfind("@")
    if start and start.end() <= end:
        text = text[: start.end()] + MASK + text[end:]
    return _NAMED.sub(rf"\1{MASK}", text)


def masked_line(line: str) -> str:
    """A line of a log, or several: as `masked`, but a password in an address holds no blank."""
    if "://" in line:
        line = _IN_ADDRESS.sub(rf"\1{MASK}@", line)
    return _NAMED.sub(rf"\1{MASK}", line) if "=" in line else line


def sounds_secret(key: str) -> bool:
    """Whether an undeclared key had better be hidden, going by its name."""
    return _SECRET_WORD.search(key.rpartition(".")[2]) is not None


_USER = re.compile(r"://[^:@\s]*:")
_IN_ADDRESS = re.compile(r"(://[^:@/\s]*:)[^\s'\"]*@")
_NAMED = re.compile(
    r"((?:password|passwd|passphrase|pwd|secret|token|api_?key)\s*=\s*)"
    r"('(?:[^'\\]|\\.)*(?:'|$)|[^\s&;]+)",
    re.IGNORECASE,
)
_SECRET_WORD = re.compile(
    r"pass(word|wd|phrase)?|pwd|secret|token|credential|(^|[_-])(key|pw|pin)$"
)
