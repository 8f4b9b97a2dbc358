"""Errors raised on purpose. Each says what to do in its docstring."""

from __future__ import annotations

from typing import Any


class AppError(Exception):
    """Something went wrong that the user can understand."""

    def __init__(self, message: str | None = None, **values: Any) -> None:
        """`values` fill `%(name)s` in the message or docstring, after it was translated."""
        self.template = message or self.__doc__ or ""
        self.values = values
        super().__init__(self.template % values if values else self.template)


class Word(str):
    """A value that the program knows, such as the state `paid`; the screen has its own for it."""


class UsageError(AppError):
    """The command was called in a way it does not understand; see --help."""
