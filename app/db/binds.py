"""Where the three databases are: core, trainwreck (the sales) and tempmon (the temperatures)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from app.config import Settings
from app.config.core import (
    DATA_FOLDER,
    DB_TEMPMON_URL,
    DB_TRAINWRECK_URL,
    DB_URL,
    DB_VERSIONING,
    WEB_TIME_ZONE,
)
from app.db import embedded
from app.errors import AppError

BINDS = ("core", "trainwreck", "tempmon")
ARCHIVES = "trainwreck.archive"
NAMES = {
    "core": "storekeeper",
    "trainwreck": "storekeeper_trainwreck",
    "tempmon": "storekeeper_tempmon",
}


class BadUrl(AppError):
    """A database address must look like postgresql://user@host/database."""


def resolve(settings: Settings) -> dict[str, URL]:
    """The address of each database, starting the embedded server when none is configured."""
    if configured := settings[DB_URL]:
        core = parse(configured)
        found = {bind: core.set(database=f"{core.database}_{bind}") for bind in BINDS[1:]}
        found["core"] = core
    else:
        server = embedded.start(settings[DATA_FOLDER])
        found = {}
        for bind, name in NAMES.items():
            embedded.create_database(server, name)
            found[bind] = parse(server.get_uri(name))
    for bind, setting in (("trainwreck", DB_TRAINWRECK_URL), ("tempmon", DB_TEMPMON_URL)):
        if configured := settings[setting]:
            found[bind] = parse(configured)
    found |= archives(settings)
    if len(set(found.values())) < len(found):
        raise BadUrl(
            "Two of [db] url, trainwreck_url, tempmon_url and [trainwreck] archive.… name the same "
            "database."
        )
    return found


def archives(settings: Settings) -> dict[str, URL]:
    """The sales databases of older years: `trainwreck.2019` of `[trainwreck] archive.2019`."""
    named = settings.config.section(ARCHIVES)
    for name in named:
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,29}", name):
            raise BadUrl(f"[trainwreck] archive.{name}: a name has letters, digits, - and _ only.")
    return {f"trainwreck.{name}": parse(url) for name, url in named.items() if url.strip()}


def parse(text: str) -> URL:
    """A database address, made to use the driver that we use."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise BadUrl(f"This is no database address: {text!r}. {BadUrl.__doc__}") from error
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise BadUrl(
            f"Storekeeper needs PostgreSQL, and the address names {url.get_backend_name()}."
        )
    if not url.database:
        raise BadUrl(f"The address {url.render_as_string()} names no database. {BadUrl.__doc__}")
    return url.set(drivername="postgresql+psycopg2")


def flask_config(
    settings: Settings, *, statement_timeout: float | None, projects: Mapping[str, Path | None]
) -> dict[str, Any]:
    """Flask-SQLAlchemy's part of the configuration; the timeout is in seconds, none: no limit.

    `projects` are the keys of projects with the folders of their migrations.
    """
    urls = resolve(settings)
    # Not only for those who sign their work: nothing of this program is recorded.
    off = "" if settings[DB_VERSIONING] else "-c sk.versioning=off "
    limit = int((statement_timeout or 0) * 1000)
    options = {
        "pool_pre_ping": True,
        "max_overflow": -1,  # as many as there are threads: those of the web, or of a worker
        "execution_options": {"versioning": settings[DB_VERSIONING], "projects": projects},
        "connect_args": {
            "connect_timeout": 5,
            "application_name": "storekeeper",
            "options": f"{off}-c statement_timeout={limit} -c timezone={settings[WEB_TIME_ZONE]}",
        },
    }
    return {
        "SQLALCHEMY_DATABASE_URI": urls["core"],
        "SQLALCHEMY_BINDS": {bind: url for bind, url in urls.items() if bind != "core"},
        "SQLALCHEMY_ENGINE_OPTIONS": options,
    }
