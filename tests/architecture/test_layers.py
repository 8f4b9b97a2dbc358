"""Who may import whom, read from the source."""

from __future__ import annotations

import pytest

from tests.architecture.imports import Import, circles, imports, modules

LAYERS = (
    "errors", "numbers", "barcodes", "config", "plugins", "db", "models", "mail", "work",
    "services", "importing", "batches", "datasync", "filemon", ("web", "portal", "cli"),
)  # fmt: skip
RANK = {
    name: rank
    for rank, layer in enumerate(LAYERS)
    for name in ((layer,) if isinstance(layer, str) else layer)
}
EDGES = ("web", "portal", "cli")
HTTP = ("flask", "flask_babel", "flask_login", "flask_wtf", "werkzeug", "wtforms")


def layer_of(module: str) -> str:
    """`app.db.types` is of the layer db; the factory itself is of the layer `app`."""
    return module.split(".")[1] if "." in module else module


def is_allowed(found: Import) -> bool:
    importer, imported = layer_of(found.importer), layer_of(found.imported)
    if importer in ("app", "core_plugin", "testing") or importer == imported:
        return True
    if imported == "core_plugin":
        return importer == "plugins"  # the door loads its first plugin
    if importer == "cli" and imported in ("app", "web"):
        return not found.at_start  # a command asks for the whole app, and for its routes
    return RANK.get(imported, len(LAYERS)) < RANK[importer]


def test_every_module_belongs_to_a_layer():
    known = {*RANK, "app", "core_plugin", "testing"}
    assert [module for module in modules() if layer_of(module) not in known] == []


def test_a_module_imports_only_its_own_layer_and_those_below():
    ours = [found for found in imports() if found.imported.partition(".")[0] == "app"]
    assert [str(found) for found in ours if not is_allowed(found)] == []


def test_no_modules_import_each_other_in_a_circle():
    edges: dict[str, set[str]] = {name: set() for name in modules()}
    for found in imports():
        if found.at_start and found.imported != found.importer:
            edges[found.importer].add(found.imported)
    assert [" > ".join(circle) for circle in circles(edges)] == []


def test_a_circle_is_found_when_there_is_one():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == [["b", "c", "b"]]


@pytest.mark.parametrize(
    ("packages", "layers"),
    [
        (HTTP, {"app", "testing", *EDGES}),
        (("flask_sqlalchemy", "flask_migrate"), {"db"}),
        (("jobs", "daemons", "wsgi", "tests"), set()),
    ],
)
def test_a_package_is_imported_only_where_it_belongs(packages, layers):
    wrong = [
        str(found)
        for found in imports()
        if found.imported.partition(".")[0] in packages and layer_of(found.importer) not in layers
    ]
    assert wrong == []
