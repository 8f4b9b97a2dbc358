"""New migrations: what the models have and a database has not, for the core or for one project."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.operations.ops import (
    CreateIndexOp,
    CreateTableCommentOp,
    CreateTableOp,
    DropTableCommentOp,
    ExecuteSQLOp,
    MigrationScript,
    ModifyTableOps,
    OpContainer,
)
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError

from app.db import migrate
from app.db.projects import Owners
from app.db.versioning import versioned_models
from app.errors import AppError
from app.plugins import CORE

OTHERS_COMMENTS = (CreateTableCommentOp, DropTableCommentOp)


class NoRevision(AppError):
    """No migration was made."""


def create(message: str, *, branch: str = CORE, bind: str = CORE, empty: bool = False) -> Path:
    """Write a migration into the folder of a branch and return it.

    It does what the models of that branch have ahead of the database, or nothing if `empty`.
    """
    folder = folder_of(branch, bind)
    folder.mkdir(parents=True, exist_ok=True)
    newest = migrate.head(bind, branch)
    first_of_project = branch != CORE and newest is None
    config = migrate.config_of(bind)
    config.attributes["branch"] = branch
    try:
        made = command.revision(
            config,
            message,
            autogenerate=not empty,
            head=newest or "base",
            branch_label=branch if first_of_project else None,
            version_path=str(folder),
            rev_id=_next(newest, branch),
            depends_on=None if branch == CORE else migrate.head(bind, CORE),
            process_revision_directives=_refine(branch, Owners(tuple(migrate.projects()))),
        )
    except CommandError as error:
        raise NoRevision(f"No migration was made: {error}") from error
    migrate.read_again()
    if not isinstance(made, Script):  # none, since the directives were emptied
        raise NoRevision(f"The database has all that the models of {branch} ask for.")
    return Path(made.path)


def newest_in(folder: Path) -> str:
    """The newest revision in a folder, told without a database or an app."""
    scripts = ScriptDirectory(str(migrate.FOLDER), version_locations=[str(folder)])
    return str(scripts.get_current_head())


def folder_of(branch: str, bind: str = CORE) -> Path:
    """Where the migrations of a branch are."""
    if branch == CORE:
        return migrate.FOLDER / bind / "versions"
    projects = migrate.projects()
    if branch not in projects:
        known = ", ".join(projects) or "none"
        raise NoRevision(f"There is no project {branch}; installed are: {known}.")
    folder = projects[branch]
    if folder is None:
        raise NoRevision(f"The project {branch} names no folder; let migrations() return one.")
    return folder


def _next(newest: str | None, branch: str) -> str:
    """0002 after 0001, poser_0002 after poser_0001."""
    last = re.search(r"\d+$", newest or "")
    number = f"{int(last[0]) + 1 if last else 1:04}"
    return number if branch == CORE else f"{branch}_{number}"


def _refine(branch: str, owners: Owners) -> Callable[..., None]:
    def refine(context: Any, revision: Any, directives: list[MigrationScript]) -> None:
        upgrade, downgrade = directives[0].upgrade_ops, directives[0].downgrade_ops
        for part in filter(None, (upgrade, downgrade)):
            _without_comments_of_others(part, branch, owners)
        if upgrade is None or upgrade.is_empty():
            directives.clear()
        else:
            _record_history(upgrade)

    return refine


def _without_comments_of_others(part: OpContainer, branch: str, owners: Owners) -> None:
    part.ops = [
        op
        for op in part.ops
        if not isinstance(op, OTHERS_COMMENTS) or owners.of_table(op.table_name) == branch
    ]
    for op in part.ops:
        if isinstance(op, ModifyTableOps):
            _without_comments_of_others(op, branch, owners)
    part.ops = [op for op in part.ops if not (isinstance(op, ModifyTableOps) and op.is_empty())]


def _record_history(part: OpContainer) -> None:
    """A new table with a history gets both its `_version` table and the triggers in one line."""
    made = {op.table_name for op in part.ops if isinstance(op, CreateTableOp)}
    for model in sorted(versioned_models(), key=lambda one: str(one.__table__.name)):
        table = model.__table__.name
        if {table, f"{table}_version"} <= made:
            part.ops = [one for one in part.ops if not _makes(one, f"{table}_version")]
            names = (f'"{table}"', *model.__versioned__.get("exclude", ()))
            listed = ", ".join(f"'{name}'" for name in names)
            part.ops.append(ExecuteSQLOp(f"SELECT make_history({listed})"))
        elif f"{table}_version" in made:
            part.ops.append(ExecuteSQLOp(f"SELECT track_history('\"{table}\"')"))


def _makes(op: Any, table: str) -> bool:
    """Whether an operation makes a table, or something on it."""
    if isinstance(op, ModifyTableOps):
        op.ops = [one for one in op.ops if not _makes(one, table)]
        return op.is_empty()
    return isinstance(op, (CreateTableOp, CreateIndexOp)) and op.table_name == table
