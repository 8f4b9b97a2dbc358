"""Fixtures for commands that start a server."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def server_folder() -> Iterator[Path]:
    """A folder for an embedded server, which another user must be able to reach when we are root.

    Not `tmp_path`: each new run of pytest closes the folders of all runs to other users.
    """
    folder = Path(tempfile.mkdtemp(prefix="storekeeper-test-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
