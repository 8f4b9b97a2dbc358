"""What the rows of a stage must fulfil before anything is written, each as one query.

Every query names rows to reject, by line and reason. They come before all writing, so that a row
is taken by all importers or by none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Table,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
)

from app.importing.feed import Feed
from app.importing.importer import Fixed, Ref, table_of
from app.importing.importer_rows import ImporterRows, alike
from app.importing.stage import LINE

Query = Select[Any]


def checks_of_feed(feed: Feed, stage: Table) -> Iterator[Query]:
    """The rules, and that no key is there twice."""
    if feed.rules:
        yield _broken_rules(feed, stage)
    if feed.key:
        yield _doubles(stage, feed.key, feed.word, set(feed.filled))


def checks_of_importer(rows: ImporterRows, others: Sequence[ImporterRows]) -> Iterator[Any]:
    """Its own checks, and those that follow from its declaration.

    `others` are all importers of the same stage: they are asked what they create.
    """
    importer = rows.importer
    if importer.shared:
        yield from _contradictions(rows)
    elif not rows.feed.key or not set(rows.feed.key) <= set(rows.staged(rows.keys)):
        keys = rows.staged(rows.keys)
        yield _doubles(rows.stage.table, keys, _singular(rows), rows.filled, importer.given)
    for ref in rows.refs():
        if not any(_creates_all(other, ref) for other in others):
            yield _unknown(rows, ref, [other for other in others if _creates(other, ref)])
    if rows.missing and importer.create:
        yield _uncreatable(rows)
    for check in importer.checks:
        yield rows.sql(check.query)


def _broken_rules(feed: Feed, stage: Table) -> Query:
    reasons = [
        case((text(f"({rule.condition})"), literal(rule.reason)), else_=None) for rule in feed.rules
    ]
    broken = or_(*[text(f"({rule.condition})") for rule in feed.rules])
    return select(stage.c.line, func.concat_ws(" ", *reasons)).where(broken)


def _doubles(
    stage: Table, keys: Sequence[str], word: str, filled: set[str], given: Sequence[str] = ()
) -> Query:
    """Rows whose key an earlier row has already."""
    there = [stage.c[name].is_not(None) for name in given]
    columns = [stage.c[key] for key in keys]
    first = (
        select(*columns, func.min(stage.c.line).label(LINE))
        .where(*there)
        .group_by(*columns)
        .having(func.count() > 1)
        .subquery("f")
    )
    reason = func.format("%s %s is already in line %s.", word, _shown(stage, keys), first.c.line)
    return (
        select(stage.c.line, reason)
        .join(first, alike(stage, first, keys, filled))
        .where(stage.c.line > first.c.line, *there)
    )


def _contradictions(rows: ImporterRows) -> Iterator[Query]:
    """Rows that say of a shared object something else than the first row that speaks of it."""
    keys = rows.staged(rows.keys)
    others = [name for name in rows.staged(rows.fields) if name not in keys]
    if not others:
        return
    said = rows.source().subquery("r")
    columns = [said.c[key] for key in keys]
    first = (
        select(*columns, func.min(said.c.line).label(LINE))
        .group_by(*columns)
        .having(func.count() > 1)
        .subquery("f")
    )
    there, here = rows.stage.table.alias("there"), rows.stage.table.alias("here")
    reason = func.format(
        "%s %s is “%s” here and “%s” in line %s.",
        _singular(rows),
        _shown(here, keys),
        _shown(here, others),
        _shown(there, others),
        there.c.line,
    )
    yield (
        select(here.c.line, reason)
        .select_from(first)
        .join(there, there.c.line == first.c.line)
        .join(here, alike(here, first, keys, rows.filled))
        .where(
            or_(*[here.c[name].is_distinct_from(there.c[name]) for name in others]),
            *[here.c[name].is_not(None) for name in rows.importer.given],
        )
    )


def _unknown(rows: ImporterRows, ref: Ref, creators: Sequence[ImporterRows]) -> Query:
    """Rows that refer to an object that neither is there nor will be created."""
    stage = rows.stage.table.alias("s")
    staged = [name for name, _ in ref.staged()]
    conditions = [~_known(ref, stage)]
    for creator in creators:
        coming = creator.source().subquery("c")
        same = [coming.c[name] == stage.c[name] for name in staged]
        conditions.append(~exists(select(literal(1)).where(*same)))
    reason = func.format(
        "There is no %s %s yet, and the row does not say enough to create it.",
        _word(table_of(ref.model).name), _shown(stage, staged),
    )  # fmt: skip
    return select(stage.c.line, reason).where(
        *[stage.c[name].is_not(None) for name in (*staged, *rows.importer.given)], *conditions
    )


def _known(ref: Ref, stage: FromClause) -> ColumnElement[bool]:
    target = table_of(ref.model).alias()
    found: FromClause = target
    conditions: list[Any] = []
    waiting = [(ref, target)]
    while waiting:
        here, table = waiting.pop()
        for name, value in here.by:
            if isinstance(value, Ref):
                other = table_of(value.model).alias()
                found = found.join(other, table.c[name] == other.c.uuid)
                waiting.append((value, other))
            else:
                conditions.append(table.c[name] == stage.c[value])
    query = select(literal(1)).select_from(found).where(and_(*conditions))
    return exists(query.correlate(stage))


def _uncreatable(rows: ImporterRows) -> Query:
    """Rows that would create an object, while the source lacks a column for that."""
    joined, values = rows.values()
    target = rows.target()
    keys = [values[key] for key in rows.keys if not isinstance(rows.fields[key], Fixed)]
    reason = func.format(
        "There is no %s %s yet, and the source has no %s to create it.",
        _word(rows.table.name), _listed(keys), " and no ".join(rows.missing),
    )  # fmt: skip
    return (
        select(literal_column("s.line"), reason)
        .select_from(joined.outerjoin(target, rows.is_same(target, values)))
        .where(target.c.uuid.is_(None))
    )


def _creates(rows: ImporterRows, ref: Ref) -> bool:
    """Whether an importer creates objects like the one a reference names, by the same columns."""
    return (
        rows.importer.model is ref.model
        and rows.is_possible
        and rows.importer.create
        and not rows.missing
        and set(rows.staged(rows.keys)) == {name for name, _ in ref.staged()}
    )


def _creates_all(rows: ImporterRows, ref: Ref) -> bool:
    """Whether it creates whatever the reference names, and needs nothing more to do so."""
    return _creates(rows, ref) and set(rows.importer.given) <= {name for name, _ in ref.staged()}


def _shown(rows: FromClause, names: Sequence[str]) -> ColumnElement[str]:
    return _listed([rows.c[name] for name in names])


def _listed(values: Sequence[ColumnElement[Any]]) -> ColumnElement[str]:
    return func.concat_ws(" / ", *[cast(value, Text) for value in values])


def _singular(rows: ImporterRows) -> str:
    return _word(rows.table.name).capitalize()


def _word(name: str) -> str:
    return name.replace("_", " ")
