"""The settings of the product itself. Plugins declare theirs in their own `settings()`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from app.config import checks
from app.config.importing import IMPORT_SETTINGS
from app.config.incidents import INCIDENT_SETTINGS
from app.config.mail import MAIL_SETTINGS
from app.config.setting import Setting
from app.config.settings import USE_DB
from app.config.work import WORK_SETTINGS

DB_URL: Setting[str | None] = Setting(
    "db.url",
    None,
    "Database",
    "Address of the PostgreSQL database, `postgresql://user:password@host/name`. "
    "When empty, an embedded server runs in the data folder.",
    type=str,
    validate=checks.postgres_url,
    file_only=True,
)
DB_TRAINWRECK_URL: Setting[str | None] = Setting(
    "db.trainwreck_url",
    None,
    "Database of POS transactions",
    "When empty, a database of the same server as `db.url`.",
    type=str,
    validate=checks.postgres_url,
    file_only=True,
)
DB_TEMPMON_URL: Setting[str | None] = Setting(
    "db.tempmon_url",
    None,
    "Database of temperatures",
    "When empty, a database of the same server as `db.url`.",
    type=str,
    validate=checks.postgres_url,
    file_only=True,
)
DB_VERSIONING = Setting(
    "db.versioning",
    True,
    "Record history",
    "When off, changes leave no versions; history already recorded stays visible.",
    file_only=True,
)

DATA_FOLDER = Setting(
    "data.folder",
    Path("data"),
    "Data folder",
    "Where the node keeps its own files: the embedded database, the key of the web app, uploads. "
    "A relative path starts at the working folder; write `%(here)s/data` to start at the file.",
    file_only=True,
)

WEB_HOST = Setting(
    "web.host",
    "127.0.0.1",
    "Address to listen on",
    "`0.0.0.0` listens on all networks; do so only behind a firewall or a reverse proxy.",
    file_only=True,
)
WEB_PORT = Setting("web.port", 5000, "Port to listen on", validate=checks.port, file_only=True)
WEB_WORKERS = Setting(
    "web.workers",
    2,
    "Web processes",
    "About one for each processor core of the machine.",
    validate=checks.positive,
    file_only=True,
)
WEB_PROXIES = Setting(
    "web.proxies",
    0,
    "Reverse proxies in front",
    "How many proxies to trust for the address of the visitor (`X-Forwarded-For`).",
    validate=checks.not_negative,
    file_only=True,
)
WEB_SECRET_KEY: Setting[str | None] = Setting(
    "web.secret_key",
    None,
    "Key that signs sessions",
    "When empty, a key is made once and kept in the data folder. "
    "Several web servers need the same.",
    type=str,
    secret=True,
)
WEB_SECURE_COOKIES = Setting(
    "web.secure_cookies",
    False,
    "Cookies over TLS only",
    "Turn on as soon as people reach the web app by https. While on, logging in by plain http "
    "does not work, since the browser keeps the cookie to itself.",
    file_only=True,
)
WEB_SESSION_LIFETIME = Setting(
    "web.session_lifetime",
    timedelta(hours=12),
    "Longest session",
    "After this time people log in again, however busy they are.",
    validate=checks.some_time,
)
WEB_SESSION_IDLE = Setting(
    "web.session_idle",
    timedelta(minutes=30),
    "Longest pause",
    "After this time without a click people log in again.",
    validate=checks.some_time,
)
WEB_LOCALE = Setting(
    "web.locale",
    "en_US",
    "Language and formats",
    "A locale such as `en_US` or `de_DE`, for whoever has not chosen one.",
    validate=checks.locale,
)
WEB_TIME_ZONE = Setting(
    "web.time_zone",
    "UTC",
    "Time zone",
    "In which times are shown, such as `America/New_York`. Times are kept in UTC.",
    validate=checks.time_zone,
    file_only=True,  # the connections to the database have it too, from their start
)
WEB_CURRENCY = Setting(
    "web.currency",
    "USD",
    "Currency",
    "Of all prices and costs, in three letters (ISO 4217).",
    validate=checks.currency,
)
WEB_COUNTRY = Setting(
    "web.country",
    "US",
    "Country",
    "In two letters (ISO 3166-1): phone numbers without a + in front are of it.",
    validate=checks.country,
)
WEB_STATEMENT_TIMEOUT = Setting(
    "web.statement_timeout",
    timedelta(seconds=10),
    "Longest query of a page",
    "After this time the database gives up and the page says so.",
    validate=checks.some_time,
    file_only=True,
)
WEB_MAX_UPLOAD = Setting(
    "web.max_upload",
    64,
    "Largest upload, in MB",
    "A larger file is refused before it is read.",
    validate=checks.positive,
)

ATTACHMENTS_LARGEST = Setting(
    "attachments.largest",
    25,
    "Largest attachment, in MB",
    "A file that people keep beside a record; no larger than the largest upload.",
    validate=checks.positive,
)

SHOP_NAME = Setting(
    "shop.name",
    "Storekeeper",
    "Name of the shop",
    "Shown in the title of every page and in emails.",
    validate=lambda name: None if name.strip() else "it must not be empty",
)
BARCODES_IN_STORE_PATTERNS: Setting[tuple[str, ...]] = Setting(
    "barcodes.in_store_patterns",
    (),
    "In-store EAN patterns",
    "How codes that begin with 02 or 20 to 29 hold an item and its price or weight, such as "
    "`21IIIIIWWWWWC:3, 02IIIIIVPPPPC`: I item, W weight, P price, V and C check digits.",
)
HISTORY_KEEP = Setting(
    "history.keep",
    "",
    "Keep history for",
    "How long versions are kept that were replaced, such as `2 years`; when empty, for ever. "
    "`history.keep.product` says it for one table. `storekeeper history prune` takes them away.",
    validate=checks.period,
)
HISTORY_DAILY_AFTER = Setting(
    "history.daily_after",
    "",
    "Keep one version a day after",
    "Of older versions one for each record and day stays, such as `90 days`; when empty, all stay.",
    validate=checks.period,
)
TEMPMON_UNIT = Setting(
    "tempmon.unit",
    "C",
    "Unit of temperatures",
    "C for degrees Celsius, F for degrees Fahrenheit. They are kept in degrees Celsius.",
    choices=("C", "F"),
)
LOG_LEVEL = Setting(
    "log.level",
    "info",
    "Least severe message to log",
    choices=("debug", "info", "warning", "error"),
    file_only=True,
)
BACKUP_FOLDER: Setting[Path | None] = Setting(
    "backup.folder",
    None,
    "Folder of the backups",
    "Where your backups are written to; `storekeeper check` tells how old the newest is.",
    type=Path,
    file_only=True,
)
BACKUP_OLDEST = Setting(
    "backup.oldest",
    timedelta(hours=26),
    "Longest time between backups",
    "When the newest backup is older, somebody should know.",
    validate=checks.some_time,
    file_only=True,
)
METRICS_TOKEN: Setting[str | None] = Setting(
    "metrics.token",
    None,
    "Key to the figures",
    "Whoever sends it as `Authorization: Bearer …` may read `/metrics`. "
    "When empty, only this machine may.",
    type=str,
    secret=True,
)
LOG_FORMAT = Setting(
    "log.format",
    "text",
    "Form of the log",
    "text for people, json for programs that gather logs: one document a line.",
    choices=("text", "json"),
    file_only=True,
)

CORE_SETTINGS: tuple[Setting[Any], ...] = (
    USE_DB,
    DB_URL,
    DB_TRAINWRECK_URL,
    DB_TEMPMON_URL,
    DB_VERSIONING,
    DATA_FOLDER,
    WEB_HOST,
    WEB_PORT,
    WEB_WORKERS,
    WEB_PROXIES,
    WEB_SECRET_KEY,
    WEB_SECURE_COOKIES,
    WEB_SESSION_LIFETIME,
    WEB_SESSION_IDLE,
    WEB_LOCALE,
    WEB_TIME_ZONE,
    WEB_CURRENCY,
    WEB_COUNTRY,
    WEB_STATEMENT_TIMEOUT,
    WEB_MAX_UPLOAD,
    ATTACHMENTS_LARGEST,
    SHOP_NAME,
    BARCODES_IN_STORE_PATTERNS,
    HISTORY_KEEP,
    HISTORY_DAILY_AFTER,
    TEMPMON_UNIT,
    BACKUP_FOLDER,
    BACKUP_OLDEST,
    METRICS_TOKEN,
    LOG_LEVEL,
    LOG_FORMAT,
    *MAIL_SETTINGS,
    *INCIDENT_SETTINGS,
    *IMPORT_SETTINGS,
    *WORK_SETTINGS,
)

FREE_PREFIXES = ("logger.", "history.keep.", "trainwreck.archive.", "nodes.")
"""Prefixes below which the core lets anything stand: `[logger] app.importing = debug`."""
