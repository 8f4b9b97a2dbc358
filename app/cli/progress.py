"""A bar on stderr that shows how far an import is: rows, rate, time left, and the phase."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.importing.feed import Progress
    from app.importing.handler import ImportHandler

QUICK = 1
"""What takes less than so many seconds shows no bar."""


@contextmanager
def progress_bar(handler: ImportHandler, *, shown: bool) -> Iterator[Progress | None]:
    """What an import tells its progress to; None where nothing is to be shown."""
    if not shown:
        yield None
        return
    from tqdm import tqdm

    with tqdm(unit=" rows", unit_scale=True, file=sys.stderr, leave=False, delay=QUICK) as bar:

        def progress(phase: str, rows: int) -> None:
            bar.total = bar.total or handler.expected_rows()
            bar.set_description_str(phase.capitalize(), refresh=not rows)
            bar.update(rows)

        yield progress
