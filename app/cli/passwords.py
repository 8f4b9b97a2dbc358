"""A password from the terminal or from standard input, never from the command line."""

from __future__ import annotations

import getpass
import sys
import warnings

import click

from app.errors import UsageError


def read_password(from_stdin: bool) -> str:
    """Raises UsageError when there is none, or nobody to ask."""
    if not from_stdin:
        return _asked_for()
    # One line, without its end; spaces may be part of the password.
    typed = sys.stdin.readline().rstrip("\r\n")
    if not typed:
        raise UsageError("There is no password on standard input.")
    return typed


def _asked_for() -> str:
    """The password typed twice at the terminal, without being shown."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)  # it would be shown
        try:
            typed: str = click.prompt("Password", hide_input=True, confirmation_prompt="Again")
        except getpass.GetPassWarning as error:
            raise UsageError(
                "There is no terminal to ask at; pipe the password in with --password-stdin."
            ) from error
    return typed
