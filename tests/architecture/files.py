"""Which files are ours: those that git knows or would take."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOT_OURS = ("app/static/vendor/",)


@cache
def our_files(*endings: str) -> tuple[Path, ...]:
    """All files of the repository with one of these endings (all, when none is named)."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is not a git repository")
    names = (name for name in done.stdout.split("\0") if name and not name.startswith(NOT_OURS))
    paths = sorted({ROOT / name for name in names})
    return tuple(p for p in paths if p.is_file() and (not endings or p.suffix in endings))
