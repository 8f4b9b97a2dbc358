"""Every command is in the reference, and the reference is up to date."""

from __future__ import annotations

from app.cli import declared_commands
from app.cli.reference import PAGE, cli_reference
from tests.architecture.files import ROOT


def test_every_command_of_the_registry_is_in_the_reference():
    page = (ROOT / PAGE).read_text()
    missing = [key for key in declared_commands() if f"\n## storekeeper {key}\n" not in page]
    assert missing == []


def test_the_reference_is_what_the_commands_say():
    """If not, run `.venv/bin/python -m app.cli.reference`."""
    assert (ROOT / PAGE).read_text() == cli_reference()
