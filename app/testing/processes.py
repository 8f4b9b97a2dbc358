"""What processes that tests start are told."""

from __future__ import annotations

import os
from pathlib import Path


def under_test(root: Path) -> dict[str, str]:
    """The environment of a process that is to run the code of this folder, not an installed one."""
    paths = [str(root), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}
