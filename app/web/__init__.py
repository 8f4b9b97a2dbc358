"""Everything that knows about HTTP. Nothing outside this package imports it."""

from collections.abc import Callable
from functools import cache

from flask import Flask, request
from flask_babel import Babel
from flask_login import current_user
from werkzeug.local import LocalProxy

from app.config import Settings
from app.config.core import SHOP_NAME, WEB_LOCALE, WEB_TIME_ZONE
from app.plugins import Registry

THEMES = ("light", "dark", "auto")


def init_web(app: Flask, registry: Registry, settings: Settings) -> None:
    """Add the pages: what guards them first, then those of the product, then the views."""
    from app.web.account import account
    from app.web.attention import bell
    from app.web.auth import check_routes, init_auth
    from app.web.errors import init_errors
    from app.web.formats import init_formats
    from app.web.help import init_help
    from app.web.home import home
    from app.web.icons import icon
    from app.web.master.faults import check_views
    from app.web.master.jinja import init_master
    from app.web.master.routes import blueprint
    from app.web.master.then import init_then
    from app.web.menu import init_menu, menu_for, phone_menu
    from app.web.metrics import init_metrics
    from app.web.security import init_security
    from app.web.tokens import pages as own_tokens
    from app.web.tracing import init_tracing
    from app.web.views.messages import unread
    from app.web.welcome import welcome

    Babel(
        app,
        locale_selector=lambda: settings[WEB_LOCALE],
        timezone_selector=lambda: settings[WEB_TIME_ZONE],
    )
    words = [folder for plugin in registry.plugins if (folder := plugin.translations())]
    app.extensions["babel"].translation_directories.extend(words)  # the last one counts
    init_tracing(app, settings)
    init_security(app, settings)
    init_auth(app)
    init_errors(app)
    init_formats(app)
    init_master(app)
    init_then(app)
    init_help(app)
    init_metrics(app)
    init_menu(app, registry)
    app.jinja_env.globals["icon"] = icon
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def shell() -> dict[str, object]:
        signed_in = current_user.is_authenticated
        theme = request.cookies.get("theme", "auto")
        return {
            "shop_name": settings[SHOP_NAME],
            "locale": settings[WEB_LOCALE].replace("_", "-"),
            "theme": theme if theme in THEMES else "auto",
            "user": current_user if signed_in else None,
            "menu": later(menu_for) if signed_in else [],
            "phone_menu": later(phone_menu) if signed_in else [],
            "search_url": "/search",
            "attention": later(bell),
            "unread": later(unread),
        }

    for made in (home, account, own_tokens, welcome):
        app.register_blueprint(made)
    views = registry.all("views")
    check_views(views.values())
    for view in views.values():
        app.register_blueprint(blueprint(view) if hasattr(view, "model") else view.blueprint())
    _templates_of_projects(app, registry)
    check_routes(app)


def later(make: Callable[[], object]) -> object:
    """What a template may need: made when it is looked at, which a fragment never does."""
    return LocalProxy(cache(make))


def _templates_of_projects(app: Flask, registry: Registry) -> None:
    """A project's templates are found before ours by the same path; `core/` names ours."""
    from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader

    folders = [folder for plugin in registry.plugins if (folder := plugin.templates())]
    if folders and app.jinja_loader:
        loaders = [FileSystemLoader(folder) for folder in reversed(folders)]
        ours = PrefixLoader({"core": app.jinja_loader})
        app.jinja_loader = ChoiceLoader([*loaders, app.jinja_loader, ours])  # type: ignore[assignment]
