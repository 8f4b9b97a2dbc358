"""Contract tests that every import handler passes; a project gets them for its own handlers.

In a project: `from app.testing.importers import *`, and `of_plugin = "poser"` for its own handlers.
Each handler offers `sample()`: the text of a file, or what its `open_source` gives.
"""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from app.importing.handler import FileHandler, ImportHandler
from app.importing.importer import check_declarations
from app.importing.one_table import OneTable
from app.importing.tables import TableFile, every_handler
from app.importing.targets.table_rows import TableRows
from app.importing.targets.writers import write_text
from app.testing.one_table import on_own_sample


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each handler of the loaded plugins."""
    if "handler" in metafunc.fixturenames:
        from app.plugins import Registry, load_plugins

        of_plugin = getattr(metafunc.module, "of_plugin", None)
        known = every_handler(Registry(load_plugins()), of=of_plugin)
        sampled = {key: handler for key, handler in known.items() if handler.has_sample}
        metafunc.parametrize("handler", sampled.values(), ids=sampled.keys())


@pytest.fixture
def sampled(handler: type[ImportHandler], app: Any, session: Any, tmp_path: Path) -> ImportHandler:
    """The handler on its own sample."""
    if issubclass(handler, TableFile):
        return on_own_rows(handler, app.extensions["settings"], session, tmp_path)
    if issubclass(handler, OneTable):
        return on_own_sample(handler, app.extensions["settings"], session, tmp_path)
    handler.before_sample(session)
    session.commit()
    return on_sample(handler, app.extensions["settings"], tmp_path)


def on_sample(handler: type[ImportHandler], settings: Any, folder: Path) -> ImportHandler:
    """A handler that reads its sample instead of its source."""
    sample = handler.sample()
    if issubclass(handler, FileHandler):
        path = folder / "sample.csv"
        path.write_text(sample)
        return handler(settings, path)
    sampled = handler(settings)
    sampled.open_source = lambda: nullcontext(sample)  # type: ignore[method-assign]
    return sampled


def on_own_rows(handler: type[TableFile], settings: Any, session: Any, folder: Path) -> TableFile:
    """The import of a table, of a row that was exported and is gone since."""
    from app.testing.samples import sample

    record = sample(session, handler.model)
    session.commit()
    path = folder / "exported.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = TableRows(handler.model)
        write_text(file, "csv", rows.header, rows.types, rows.read(session.connection()))
    session.delete(record)
    session.commit()
    return handler(settings, path)


def test_its_declarations_fit_the_tables(sampled: ImportHandler) -> None:
    check_declarations(sampled.chosen())


def test_its_sample_is_taken_whole(sampled: ImportHandler) -> None:
    dry = sampled.run(by="contract", dry_run=True)
    assert dry.change_set_id is None
    report = sampled.run(by="contract")
    assert report.read
    assert report.rejected == []
    assert report.counts == dry.counts
    creating = {importer.name() for importer in sampled.chosen() if importer.create}
    assert all(report.counts[name].created for name in creating)
    again = sampled.run(by="contract")
    assert again.change_set_id is None  # the second run changes nothing
    assert {n for n, c in again.counts.items() if c.created or c.updated or c.deleted} == set()
