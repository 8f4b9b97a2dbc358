"""What the peers share: their tasks, timed, and told as one line of JSON at the end.

Only the standard library, since each peer has an environment of its own. A peer is called with the
URL of an empty database, the folder of the files, and `versions` where it shall keep a history.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

URL, FOLDER = sys.argv[1], Path(sys.argv[2])
KEEPS_VERSIONS = "versions" in sys.argv[3:]

TASKS = {
    "create": "create.csv",
    "nothing to do": "create.csv",
    "1 % changed": "changed.csv",
    "1 % deleted": "deleted.csv",
}
MARKED = TASKS | {"1 % deleted": "marked.csv"}
"""For who does not delete what a file leaves out, but what a row says is to go."""


def measure(
    bring: Callable[[str, Path], object],
    rows: Callable[[], int],
    versions: Callable[[], int] | None = None,
    tasks: dict[str, str] = TASKS,
) -> None:
    """Bring each file; tell how long it took, and what the tables have then."""
    told = {}
    for task, name in tasks.items():
        path = FOLDER / name
        start = time.perf_counter()
        bring(task, path)
        told[task] = {
            "seconds": time.perf_counter() - start,
            "rows": rows(),
            "versions": versions() if versions else None,
        }
    print(json.dumps(told))
