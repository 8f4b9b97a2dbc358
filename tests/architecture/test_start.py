"""What a process loads: little for a command, no web for a daemon. Seen in a fresh interpreter."""

from __future__ import annotations

import json
import subprocess
import sys

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
