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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each handler of the loaded plugins."""
    if "handler" in metafunc.fixturenames:
        from app.plugins import Registry, load_plugins

        of_plugin = getattr(metafunc.module, "of_plugin", None)
        known = Registry(load_plugins()).all("importing", of=of_plugin)
        metafunc.parametrize("handler", known.values(), ids=known.keys())


@pytest.fixture
def sampled(handler: type[ImportHandler], app: Any, session: Any, tmp_path: Path) -> ImportHandler:
    """The handler on its own sample."""
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


def test_its_declarations_fit_the_tables(sampled: ImportHandler) -> None:
    check_declarations(sampled.chosen())


def test_its_sample_is_taken_whole(sampled: ImportHandler) -> None:
    report = sampled.run(by="contract")
    assert report.read
    assert report.rejected == []
    assert all(counts.created for counts in report.counts.values())


def test_the_second_run_changes_nothing(sampled: ImportHandler) -> None:
    sampled.run(by="contract")
    again = sampled.run(by="contract")
    assert again.change_set_id is None
    assert {
        name for name, c in again.counts.items() if c.created or c.updated or c.deleted
    } == set()


def test_a_dry_run_counts_like_a_real_one(sampled: ImportHandler) -> None:
    dry = sampled.run(by="contract", dry_run=True)
    assert dry.change_set_id is None
    assert dry.counts == sampled.run(by="contract").counts
