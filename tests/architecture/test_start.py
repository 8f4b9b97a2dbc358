"""What a process loads: little for a command, no web for a daemon. Seen in a fresh interpreter."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from app.testing.processes import under_test

HELP = """
import contextlib, io
from app.cli import storekeeper
with contextlib.redirect_stdout(io.StringIO()):
    storekeeper.main(["--help"], standalone_mode=False)
"""
DAEMON = """
from app import create_app
create_app({"db.url": "postgresql://nobody@localhost/nowhere"}, web=False)
"""
NAMES = "\nimport json, sys; print(json.dumps(sorted(sys.modules)))"


def loaded_by(program: str) -> set[str]:
    """The modules and packages that a program has loaded at its end."""
    done = subprocess.run(
        [sys.executable, "-c", program + NAMES], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


def test_help_loads_neither_flask_nor_sqlalchemy():
    heavy = {"flask", "werkzeug", "wtforms", "sqlalchemy", "alembic", "psycopg2"}
    assert loaded_by(HELP) & heavy == set()


def test_an_app_without_web_loads_no_view():
    loaded = loaded_by(DAEMON)
    assert loaded & {"wtforms", "flask_login", "flask_wtf"} == set()
    assert [name for name in loaded if name.startswith(("app.web", "app.portal"))] == []


def test_what_journeys_serve_is_the_code_under_test(pytestconfig, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    done = subprocess.run(
        [sys.executable, "-P", "-c", "import app; print(app.__file__)"],
        env=under_test(pytestconfig.rootpath), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert Path(done.stdout.strip()) == pytestconfig.rootpath / "app" / "__init__.py"
