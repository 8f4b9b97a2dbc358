"""No migration locks a big table for long: what does says why, in `locks`.

Squawk reads the statements that each revision runs; tables that the revision itself makes are empty
and may be locked. Revisions of before the first version met no data.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import event

from app.db import migrate
from app.db.binds import BINDS

HEAVY = frozenset({
    "adding-field-with-default", "adding-foreign-key-constraint", "adding-not-nullable-field",
    "adding-required-field", "adding-serial-primary-key-field", "changing-column-type",
    "constraint-missing-not-valid", "disallowed-unique-constraint",
    "require-concurrent-index-creation", "require-concurrent-index-deletion",
})  # fmt: skip
SQUAWK = shutil.which("squawk", path=str(Path(sys.executable).parent))
DONE = re.compile(r"(?:INSERT INTO|UPDATE) alembic_version")


def heavy(sql, folder):
    """The lock-heavy statements of an SQL text, in squawk's words."""
    file = folder / "revision.sql"
    file.write_text(sql)
    command = [SQUAWK, "--reporter", "json", "--assume-in-transaction", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = sql.splitlines()
    return [
        f"{one['rule_name']}: {lines[one['line']].strip()}"
        for one in json.loads(done.stdout)
        if one["rule_name"] in HEAVY
    ]


@pytest.fixture(scope="module")
def statements(server):
    """What each revision runs on its way up, by database and revision."""
    from app import create_app

    name = f"locks_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    config = server.clone(name)
    app = create_app(config, web=False)
    told = {}
    with app.app_context():
        for bind in BINDS:
            engine, seen = migrate.engine_of(bind), []
            migrate.downgrade(bind, "base")
            event.listen(
                engine, "before_cursor_execute", lambda *args, seen=seen: seen.append(args[2])
            )
            migrate.upgrade((bind,))
            revisions = iter(migrate.revisions_of(bind))
            texts = []
            for statement in seen:
                if DONE.match(statement):
                    told[bind, next(revisions)] = ";\n".join(texts)
                    texts = []
                else:
                    texts.append(statement.strip().rstrip(";"))
            engine.dispose()
    yield told
    server.drop(name)


def test_every_revision_was_seen(statements):
    assert {bind for bind, _ in statements} == set(BINDS)
    assert len(statements) >= 5


def test_no_revision_locks_a_big_table_without_saying_why(statements, tmp_path):
    wrong = {
        f"{bind} {script.revision}": found
        for (bind, script), sql in statements.items()
        if not getattr(script.module, "locks", "") and (found := heavy(sql, tmp_path))
    }
    assert wrong == {}


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE INDEX slow ON product (size)",
        "ALTER TABLE product ALTER COLUMN notes TYPE varchar(20)",
        "ALTER TABLE product ADD CONSTRAINT c CHECK (size <> '')",
        "ALTER TABLE product ADD CONSTRAINT f FOREIGN KEY (x) REFERENCES brand (uuid)",
        "ALTER TABLE product ALTER COLUMN notes SET NOT NULL",
        "ALTER TABLE product ADD COLUMN x uuid DEFAULT uuidv7()",
    ],
)
def test_a_statement_that_locks_is_found(tmp_path, statement):
    assert heavy(statement, tmp_path)


def test_a_table_of_the_same_revision_may_be_locked(tmp_path):
    sql = "CREATE TABLE gift (uuid uuid PRIMARY KEY, x int);\nCREATE INDEX ix_gift ON gift (x)"
    assert heavy(sql, tmp_path) == []
