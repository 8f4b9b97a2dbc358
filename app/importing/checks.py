"""What the rows of a stage must fulfil before anything is written, each as one query.

Every query names rows to reject, by line and reason. They come before all writing, so that a row
is taken by all importers or by none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Table,
    Text,
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

from app.importing.ambiguous import ambiguous_rows
from app.importing.feed import Feed
from app.importing.importer import Field, Fixed, Ref, table_of
from app.importing.importer_rows import ImporterRows, alike, equal
from app.importing.stage import LINE

Query = Select[Any]
_UNKNOWN = "There is no %s %s yet, and the row does not say enough to create it."
_WAITS = "There is no %s %s yet; that it is created waits for an approval."


def checks_of_feed(feed: Feed, stage: Table) -> Iterator[Query]:
    """The rules, and that no key is there twice."""
    if feed.rules:
        yield _broken_rules(feed, stage)
    if feed.key:
        yield _doubles(stage, feed.key, feed.word, set(feed.filled))


def checks_of_importer(rows: ImporterRows) -> Iterator[Any]:
    """Its own checks, and those that follow from its declaration."""
    if rows.importer.comparison is None:
        yield from _declared(rows)
    for check in rows.importer.checks:
        yield rows.sql(check.query)


def _declared(rows: ImporterRows) -> Iterator[Any]:
    importer = rows.importer
    if importer.shared:
        yield from _contradictions(rows)
    elif not rows.feed.key or not set(rows.feed.key) <= set(rows.staged(rows.keys)):
        keys = rows.staged(rows.keys)
        yield _doubles(rows.stage.table, keys, _singular(rows), rows.filled, importer.given)
    if rows.missing and importer.create:
        yield _uncreatable(rows)


def checks_of_references(rows: ImporterRows, others: Sequence[ImporterRows]) -> Iterator[Query]:
    """That every reference names an object, or one that an importer of this run will create.

    They must be asked again after rows were rejected, as these may have been the creators.
    """
    yield from ambiguous_rows(rows)
    for ref in rows.refs():
        creators = [other for other in others if _same_columns(other, ref) is not None]
        if not any(_creates_all(creator, rows, ref) for creator in creators):
            waits = any(o.is_withheld and o.importer.model is ref.model for o in others)
            yield _unknown(rows, ref, creators, _WAITS if waits else _UNKNOWN)


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


def _unknown(
    rows: ImporterRows, ref: Ref, creators: Sequence[ImporterRows], sentence: str
) -> Query:
    """Rows that refer to an object that neither is there nor will be created."""
    joined, uuid = rows.resolved(ref)
    said: dict[str, ColumnElement[Any]] = {
        name: literal_column(f's."{name}"') for name, _ in ref.staged()
    }
    filled = {value for _, value in ref.by if isinstance(value, str)}
    conditions: list[ColumnElement[bool]] = [said[name].is_not(None) for name in filled]
    for creator in creators:
        coming = creator.source().subquery("c")
        pairs = _same_columns(creator, ref) or {}
        same = [
            equal(coming.c[there], said[here], nullable=here not in filled)
            for here, there in pairs.items()
        ]
        conditions.append(~exists(select(literal(1)).select_from(coming).where(*same)))
    reason = func.format(
        sentence,
        _word(table_of(ref.model).name), _listed(list(said.values())),
    )  # fmt: skip
    return (
        select(literal_column("s.line"), reason)
        .select_from(joined)
        .where(uuid.is_(None), *conditions)
    )


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


def _same_columns(creator: ImporterRows, ref: Ref) -> dict[str, str] | None:
    """If an importer creates what a reference names: the staged columns of both, side by side."""
    can = creator.is_possible and creator.importer.create and not creator.missing
    if creator.is_withheld or not can or creator.importer.model is not ref.model:
        return None
    return _paired(ref, {key: creator.fields[key] for key in creator.keys})


def _paired(ref: Ref, keys: Mapping[str, Field]) -> dict[str, str] | None:
    found: dict[str, str] = {}
    if {name for name, _ in ref.by} != keys.keys():
        return None
    for name, value in ref.by:
        theirs = keys[name]
        if isinstance(value, Ref) and isinstance(theirs, Ref) and value.model is theirs.model:
            inner = _paired(value, dict(theirs.by))
            if inner is None:
                return None
            found |= inner
        elif isinstance(value, str) and isinstance(theirs, str):
            found[value] = theirs
        else:
            return None
    return found


def _creates_all(creator: ImporterRows, rows: ImporterRows, ref: Ref) -> bool:
    """Whether it creates whatever the reference names, and needs nothing more to do so."""
    pairs = _same_columns(creator, ref) or {}
    return (
        creator.stage is rows.stage
        and all(here == there for here, there in pairs.items())
        and set(creator.importer.given) <= pairs.keys()
    )


def _shown(rows: FromClause, names: Sequence[str]) -> ColumnElement[str]:
    return _listed([rows.c[name] for name in names])


def _listed(values: Sequence[ColumnElement[Any]]) -> ColumnElement[str]:
    return func.concat_ws(" / ", *[cast(value, Text) for value in values])


def _singular(rows: ImporterRows) -> str:
    return _word(rows.table.name).capitalize()


def _word(name: str) -> str:
    return name.replace("_", " ")
