"""Errors the product raises on purpose. Each says what to do in its docstring."""

from __future__ import annotations


class AppError(Exception):
    """Something went wrong that the user can understand."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.__doc__)


class UsageError(AppError):
    """The command was called in a way it does not understand; see --help."""
