"""Passwords: which ones are refused, and how they are kept (argon2id)."""

from __future__ import annotations

import gzip
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import AppError

SHORTEST, LONGEST = 8, 1000
AT_ONCE = 4  # hashes in one process: each takes 19 MiB and a core for some 30 ms
COMMON = Path(__file__).with_name("common_passwords.txt.gz")

# OWASP Password Storage Cheat Sheet: argon2id, m = 19 MiB, t = 2, p = 1 is the least.
hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_turns = BoundedSemaphore(AT_ONCE)


class BadPassword(AppError):
    """This password cannot be used; choose another."""


class TooShort(BadPassword):
    """The password is too short: use 8 characters or more. A few words make a good one."""


class TooLong(BadPassword):
    """The password is too long: use 1,000 characters or fewer."""


class TooCommon(BadPassword):
    """Many people use this password or one like it, so it is among the first to be tried."""


class TooClose(BadPassword):
    """The password is too close to the username, the name or the shop; choose another."""


def check(password: str, *, words: Iterable[str | None] = ()) -> None:
    """Refuse a password that is easy to guess, with the reason; no rules about its characters.

    `words` are those that anybody would try for this user: username, name, shop.
    """
    password = normal(password)
    if len(password) < SHORTEST:
        raise TooShort
    if len(password) > LONGEST:
        raise TooLong
    if _is_common(password):
        raise TooCommon
    if any(_is_close(password, word) for word in _parts(words)):
        raise TooClose


def hash_of(password: str) -> str:
    """What is kept of a password."""
    with _turns:
        return hasher.hash(_bytes(password))


def verify(kept: str | None, password: str) -> bool:
    """Whether it is the password; takes as long when nothing is kept, so that nobody can tell."""
    fits = kept is not None and len(password) <= LONGEST
    with _turns:
        try:
            hasher.verify(kept if fits and kept else _of_nobody(), _bytes(password[:LONGEST]))
        except (VerificationError, InvalidHashError):
            return False
    return fits


def is_outdated(kept: str) -> bool:
    """Whether it was hashed with parameters that are no longer ours."""
    return hasher.check_needs_rehash(kept)


def normal(password: str) -> str:
    """One form for what looks the same: two keyboards may send `é` differently."""
    return unicodedata.normalize("NFC", password)


def _bytes(password: str) -> bytes:
    return normal(password).encode("utf-8", "surrogatepass")


@cache
def _of_nobody() -> str:
    return hasher.hash(b"nobody has this one")


def _is_common(password: str) -> bool:
    folded = password.casefold()
    if folded in common() or (len(folded) <= 20 and re.fullmatch(r"(.{1,4})\1+", folded)):
        return True
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    return core in common() and len(folded) - len(core) <= 4


@cache
def common() -> frozenset[str]:
    """Nearly 20,000 of the most common passwords; the file says where they come from."""
    with gzip.open(COMMON, "rt", encoding="utf-8") as lines:
        return frozenset(line.rstrip("\n") for line in lines if not line.startswith("# "))


def _parts(words: Iterable[str | None]) -> set[str]:
    folded = {normal(word).casefold() for word in words if word}
    whole = {re.sub(r"[\W_]+", "", word) for word in folded}
    return {part for part in whole.union(*(re.split(r"[\W_]+", word) for word in folded)) if part}


def _is_close(password: str, word: str) -> bool:
    folded = password.casefold()
    bare = re.sub(r"[\W_]+", "", folded)
    return len(word) >= 3 and any(
        word in text and len(text) - len(word) <= 4 for text in (folded, bare)
    )
