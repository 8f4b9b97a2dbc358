"""Storekeeper: the back office of a shop, put together here and only here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.config import Config
    from app.plugins import Plugin


def create_app(
    config: Config | Mapping[str, str] | Sequence[str | Path] | None = None,
    *,
    plugins: Sequence[Plugin] = (),
    web: bool = True,
) -> Flask:
    """Build the app from a configuration, its files, a mapping, or the files of the search path.

    Daemons and jobs pass `web=False` and get no routes. Starts the embedded database server if
    the configuration names none.
    """
    from flask import Flask

    from app.config import Settings, as_config
    from app.config.core import WEB_STATEMENT_TIMEOUT
    from app.db import binds, db, migrate, projects, versioning
    from app.plugins import Registry, load_plugins
    from app.services.settings import SettingsInDatabase

    registry = Registry(load_plugins(*plugins))
    declared = registry.all("settings").values()
    stored = SettingsInDatabase()
    settings = Settings(as_config(config), declared, stored)
    timeout = settings[WEB_STATEMENT_TIMEOUT].total_seconds() if web else None

    app = Flask("app")
    known = registry.projects()
    app.config.from_mapping(binds.flask_config(settings, statement_timeout=timeout, projects=known))
    app.extensions["storekeeper"] = registry
    app.extensions["settings"] = settings
    app.extensions["stored_settings"] = stored
    projects.load_models(registry)
    versioning.finish()
    db.init_app(app)
    stored.watch(app)
    migrate.init_app(app)
    if web:
        from app.web import init_web

        init_web(app, registry, settings)
    else:
        # For work that shows what a page shows, such as a large download.
        app.extensions["with_pages"] = cache(partial(create_app, settings.config, plugins=plugins))
    return app
