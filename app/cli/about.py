"""What is installed and declared: plugins, settings, routes, permissions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import distribution as distribution_of
from importlib.metadata import entry_points
from typing import Any

import click

from app.cli.common import configuration, json_option, loaded_plugins, print_json, print_table

PUBLIC_WORDS = ("public", "login")


@dataclass(frozen=True)
class Route:
    """One address of the web app and who may use it."""

    address: str
    methods: tuple[str, ...]
    endpoint: str
    permission: str


@click.command()
@json_option
def plugins(as_json: bool) -> None:
    """List the plugins that are loaded, in order."""
    found = [_plugin(plugin) for plugin in loaded_plugins().plugins]
    if as_json:
        print_json(found)
    else:
        rows = [(p["key"], p["title"], p["version"], p["class"]) for p in found]
        print_table(("Key", "Title", "Version", "Class"), rows)


@click.command()
@json_option
def settings(as_json: bool) -> None:
    """List the declared settings; `storekeeper config show` prints their values."""
    from app.config import shown_text

    declared = sorted(loaded_plugins().all("settings").values(), key=lambda setting: setting.key)
    found = [
        {
            "key": setting.key,
            "type": setting.kind.name,
            "default": shown_text(setting, setting.default),
            "label": setting.label,
            "help": setting.help,
            "choices": [str(choice) for choice in setting.choices],
            "file_only": setting.file_only,
            "secret": setting.secret,
        }
        for setting in declared
    ]
    if as_json:
        print_json(found)
    else:
        rows = [(s["key"], s["type"], s["default"], s["label"]) for s in found]
        print_table(("Key", "Type", "Default", "Meaning"), rows)


@click.command()
@json_option
@click.pass_context
def routes(ctx: click.Context, as_json: bool) -> None:
    """List every address of the web app with the permission it needs."""
    found = list(_routes(ctx))
    if as_json:
        print_json([asdict(route) for route in found])
    else:
        rows = [(r.address, " ".join(r.methods), r.permission, r.endpoint) for r in found]
        print_table(("Address", "Methods", "Permission", "Endpoint"), rows)


@click.command()
@json_option
@click.pass_context
def permissions(ctx: click.Context, as_json: bool) -> None:
    """List the permissions that a role may have, with the addresses they open."""
    opened: dict[str, list[str]] = {}
    for route in _routes(ctx):
        if route.permission not in PUBLIC_WORDS:
            opened.setdefault(route.permission, []).append(route.address)
    if as_json:
        print_json([{"permission": key, "addresses": opened[key]} for key in sorted(opened)])
    else:
        print_table(
            ("Permission", "Opens"), [(key, ", ".join(opened[key])) for key in sorted(opened)]
        )


def _plugin(plugin: Any) -> dict[str, str | None]:
    from app.plugins import GROUP

    name = f"{type(plugin).__module__}:{type(plugin).__qualname__}"
    brought_by = {entry.value: entry.dist for entry in entry_points(group=GROUP)}
    distribution = brought_by.get(name) or distribution_of("storekeeper")
    return {
        "key": plugin.key,
        "title": plugin.title,
        "version": distribution.version,
        "class": name,
    }


def _routes(ctx: click.Context) -> Iterator[Route]:
    """The routes, sorted by address. They are the same whatever the database: none is started."""
    from app import create_app
    from app.web.auth import permission_of

    nowhere = {"db.url": "postgresql://localhost/nowhere", "web.secret_key": "-" * 32}
    app = create_app(configuration(ctx).plus(nowhere))
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        methods = tuple(sorted(set(rule.methods or ()) - {"HEAD", "OPTIONS"}))
        yield Route(rule.rule, methods, rule.endpoint, permission_of(app, rule.endpoint) or "")
