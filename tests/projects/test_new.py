"""`storekeeper new`: what it writes works at once, and it writes all or nothing."""

from __future__ import annotations

import pytest

from app.cli import new
from app.errors import AppError
from tests.projects.samples import FILES, GOOD

CHOSEN = "not products and not each_column_filters"  # the long ones, that others run too


def test_a_new_project_passes_its_own_tests(poser, projects):
    """Its column is in grid, form, filter, import and history: see tests/test_points.py there."""
    done = projects.run("-m", "pytest", "-p", "no:cacheprovider", "-vv", "-k", CHOSEN, cwd=poser)
    assert done.returncode == 0, done.stdout
    for part in ("test_points.py", "test_importing.py", "[poser_gifts]", "[poser-points]"):
        assert part in done.stdout
    for name in GOOD:  # the imports written from samples, with their tests
        assert f"test_import_{name}.py" in done.stdout
        assert f"is_taken_whole[poser-{name.replace('_', '-')}]" in done.stdout


def test_a_new_project_migrates_and_imports(poser, projects, own_database, tmp_path):
    (tmp_path / "vendors.csv").write_text(FILES["vendors.csv"], encoding="utf-8")
    before, up, check, nothing, listed, imported, vendors, still, down, after = projects.story(
        own_database,
        "db current --json",
        "db upgrade",
        "db check --json",
        "db revision --project poser -m More",
        "db versioning --json",
        f"import poser-points {poser}/poser/data/points.csv --json",
        f"import poser-vendors {poser.parent}/vendors.csv --json",
        "db check --json",
        "db downgrade core poser@base --json --yes",
        "db check --json",
    )
    core, branch, *_ = before.json
    assert (branch["branch"], branch["revision"], branch["head"]) == ("poser", None, "poser_0001")
    assert (up.code, check.code) == (0, 0), up.err + check.out
    assert check.json == {"core": [], "poser": [], "trainwreck": [], "tempmon": []}
    assert nothing.code == 1
    assert nothing.err == "Error: The database has all that the models of poser ask for.\n"
    assert {"table": "poser_gift", "recorded": True} in listed.json
    assert imported.json["counts"]["product"]["created"] == 3
    assert vendors.json["counts"]["vendor"]["created"] == 2, vendors.err
    assert still.code == 0
    assert down.json["after"] == core["revision"]
    assert after.json["core"] == []
    assert "run `storekeeper db upgrade`" in after.json["poser"][0]


@pytest.mark.parametrize(
    "name", ["app", "core", "json", "class", "Poser", "a-b", "", "product", "user", "pytest", "9a"]
)
def test_a_name_that_means_something_already_is_refused(storekeeper, tmp_path, name):
    answer = storekeeper("new", name, "--folder", str(tmp_path / "made"))
    assert answer.code == 2
    assert answer.err.count("\n") == 1
    assert not (tmp_path / "made").exists()


def test_a_folder_with_something_in_it_is_left_alone(storekeeper, tmp_path):
    (tmp_path / "note").write_text("mine")
    answer = storekeeper("new", "poser", "--folder", str(tmp_path))
    assert answer.code == 1
    assert "is not an empty folder" in answer.err


def test_an_empty_folder_is_filled(storekeeper, tmp_path):
    folder = tmp_path / "shop"
    folder.mkdir()
    assert storekeeper("new", "poser", "--folder", str(folder)).code == 0
    assert (folder / "poser" / "__init__.py").exists()


def test_nothing_is_written_by_half(tmp_path, monkeypatch):
    def fails(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(new, "_fill", fails)
    with pytest.raises(AppError, match="No space left"):
        new.write(tmp_path / "poser", key="poser", title="Poser", source=None)
    assert list(tmp_path.iterdir()) == []
