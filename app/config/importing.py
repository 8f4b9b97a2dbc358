"""The settings of imports: how careful they are, and who hears of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.config import checks
from app.config.incidents import addresses
from app.config.setting import Setting

IMPORT_MAX_CELL_LENGTH = Setting(
    "import.max_cell_length",
    10_000,
    "Longest cell of an import",
    "A row with a longer cell is rejected.",
    validate=checks.positive,
)
IMPORT_UNUSUAL_FACTOR = Setting(
    "import.unusual_factor",
    20,
    "How far beyond the usual an import may go",
    "What would create, update or delete so many times more than the median of the last ten "
    "runs is withheld until somebody approves it; 0 looks at the limits of the import only.",
    validate=checks.not_negative,
)
IMPORT_WARN_TO: Setting[tuple[str, ...]] = Setting(
    "import.warn_to",
    (),
    "Who hears of unexpected changes",
    "Addresses that get what an import with `--warn` changed; when empty those of "
    "`incidents.mail_to`.",
    validate=addresses,
)

IMPORT_WORKBOOK_MEMORY = Setting(
    "import.workbook_memory",
    1_024,
    "Memory for a workbook",
    "In megabytes; an Excel or LibreOffice file that needs more is refused.",
    validate=checks.positive,
)
IMPORT_WORKBOOK_SECONDS = Setting(
    "import.workbook_seconds",
    120,
    "Time for a workbook",
    "An Excel or LibreOffice file that takes more seconds to read is refused.",
    validate=checks.positive,
)
IMPORT_FOLDER: Setting[Path | None] = Setting(
    "import.folder",
    None,
    "Folder of files to import",
    "Where imports by schedule find their files, such as a share that the till writes to.",
    type=Path,
    file_only=True,
)

CORE_POS_URL: Setting[str | None] = Setting(
    "core_pos.url",
    None,
    "Database of CORE-POS",
    "Its operational database, such as mysql://reader:password@host/core_op; a user who may only "
    "read is enough.",
    type=str,
    secret=True,
)

IMPORT_SETTINGS: tuple[Setting[Any], ...] = (
    IMPORT_MAX_CELL_LENGTH,
    IMPORT_UNUSUAL_FACTOR,
    IMPORT_WARN_TO,
    IMPORT_FOLDER,
    IMPORT_WORKBOOK_MEMORY,
    IMPORT_WORKBOOK_SECONDS,
    CORE_POS_URL,
)
