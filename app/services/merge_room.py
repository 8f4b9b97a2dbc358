"""Making room at the record that stays, before the parts of the other one move to it."""
# ruff: noqa: S608 - names come from the models and the catalogue, values are bound.

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db.constraints import no_two
from app.services.merge_facts import (
    ADD,
    DROP,
    LOOSEN,
    RENUMBER,
    SAME,
    UNFLAG,
    Clash,
    Plan,
    model_of,
)
from app.services.merge_plan import flag_of, texts
from app.services.undo_stage import quoted


@dataclass(frozen=True)
class FlagRule:
    """Of rows that are equal in `columns` one at most has the `flag`."""

    flag: str
    columns: tuple[str, ...]


def flags(session: Session, table: str) -> list[FlagRule]:
    """The flags of a table that one row of several has, such as the preferred cost of a product."""
    model = model_of(table)
    known = set() if model is None else {column.name for column in model.__table__.columns}
    found = []
    for rule in no_two(session, {table}):
        columns = tuple(e.strip('"') for e in rule.expressions)
        if rule.where and {flag_of(rule), *columns} <= known:
            found.append(FlagRule(flag_of(rule), columns))
    return found


def make_room(session: Session, told: Plan, add: Iterable[str]) -> None:
    """Make room at the record that stays."""
    both = {"keep": str(told.keep.uuid), "gone": str(told.remove.uuid)}
    for clash in told.clashes:
        if clash.way in (DROP, ADD):
            _hand_on(session, clash, add)
        table, column, by = quoted(clash.table), quoted(clash.column), quoted(clash.by)
        theirs = "uuid = ANY(CAST(:uuids AS uuid[]))"
        gone = f"DELETE FROM {table} WHERE {theirs}"
        done = {
            SAME: gone,
            DROP: gone,
            ADD: gone,
            UNFLAG: f"UPDATE {table} SET {column} = false WHERE {theirs}",
            LOOSEN: f"UPDATE {table} SET {column} = NULL WHERE {theirs}",
            RENUMBER: f"UPDATE {table} t SET {column} = o.most + o.n FROM (SELECT uuid,"
            f" row_number() OVER (ORDER BY {column}) AS n, (SELECT max({column}) FROM {table}"
            f" WHERE {by} IN (:keep, :gone)) AS most FROM {table} WHERE {theirs}) o"
            " WHERE t.uuid = o.uuid",
        }[clash.way]
        given = both if clash.way == RENUMBER else {}
        session.execute(text(done), {"uuids": texts(clash.uuids), **given})


def _hand_on(session: Session, clash: Clash, add: Iterable[str]) -> None:
    """Rows that are dropped leave their amounts, and a flag that is nobody's else, to the others.

    The cost of a merged vendor may be the preferred one of a product; then that of the vendor
    that stays is.
    """
    table = quoted(clash.table)
    pairs = "unnest(CAST(:gone AS uuid[]), CAST(:kept AS uuid[])) AS p(gone, kept)"
    given = {"gone": texts(clash.uuids), "kept": texts(clash.kept)}
    names = [one.partition(".")[2] for one in add if one.startswith(f"{clash.table}.")]
    sets = [f"{quoted(n)} = coalesce(k.{quoted(n)}, 0) + coalesce(g.{quoted(n)}, 0)" for n in names]
    if sets:
        session.execute(
            text(f"UPDATE {table} k SET {', '.join(sets)} FROM {pairs}"
                 f" JOIN {table} g ON g.uuid = p.gone WHERE k.uuid = p.kept"), given
        )  # fmt: skip
    for rule in flags(session, clash.table):
        flag = quoted(rule.flag)
        flagged = f"SELECT p.kept FROM {pairs} JOIN {table} g ON g.uuid = p.gone WHERE g.{flag}"
        heirs = session.scalars(text(flagged), given).all()
        session.execute(
            text(f"UPDATE {table} SET {flag} = false"
                 f" WHERE uuid = ANY(CAST(:gone AS uuid[])) AND {flag}"), given
        )  # fmt: skip
        same = " AND ".join(f"o.{quoted(c)} = k.{quoted(c)}" for c in rule.columns)
        session.execute(
            text(f"UPDATE {table} k SET {flag} = true WHERE uuid = ANY(CAST(:heirs AS uuid[]))"
                 f" AND NOT EXISTS (SELECT FROM {table} o WHERE o.{flag} AND {same})"),
            {"heirs": [str(one) for one in heirs]},
        )  # fmt: skip
