"""Which table a header fits best, and which of its columns are which fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from app.db import Model
from app.errors import AppError
from app.importing.cells import FileContext, shown
from app.importing.importer import Ref, must_be_given, table_of
from app.importing.mapping import plain
from app.importing.one_table import source_of
from app.importing.sketch.cells import DoesNotFit, Guess, guess
from app.importing.sketch.rows import Rows
from app.importing.sketch.words import all_names, names_of, words_of
from app.importing.table_keys import Known, TableField, fields_of, natural_key


class NoTableFits(AppError):
    """It is not clear which table a sample is about."""


@dataclass(frozen=True)
class Taken:
    """A column of the file that is a field: where it stands, and what is in it."""

    place: int
    field: TableField
    known: Known
    guess: Guess
    rank: int


@dataclass
class Fit:
    """How a table and a sample fit each other."""

    model: type[Model]
    key: tuple[str, ...]
    taken: list[Taken] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)
    """Why a column whose name fits was not taken, by its place."""
    against: dict[str, str] = field(default_factory=dict)
    """The column that was not taken, and why, by the field that it might have been."""

    @property
    def fields(self) -> set[str]:
        """The fields that the file tells, each whole."""
        names = {one.known.name for one in self.taken}
        return {one.field.name for one in self.taken if _is_whole(one.field, names)}

    @property
    def lacking(self) -> list[str]:
        """What a new object needs, and the file does not tell."""
        told = self.fields | ({"kind"} if "gtin" in self.fields else set())
        return [name for name in must_be_given(table_of(self.model)) if name not in told]

    @property
    def is_useful(self) -> bool:
        has_more = bool(self.fields - set(self.key)) or not self.lacking
        return set(self.key) <= self.fields and has_more

    @property
    def rank(self) -> tuple[int, int, int]:
        """The higher the better."""
        exact = sum(one.rank < 2 for one in self.taken)
        return len(self.taken), -len(self.lacking), exact


def knows(models: Iterable[type[Model]]) -> Callable[[str], bool]:
    """Tells whether a name could be that of a column of any of these tables."""
    known = {name for m in models for field in fields_of(m) for name in all_names(m, field)}
    return lambda name: words_of(name) in known


def best_fit(
    models: Sequence[type[Model]],
    rows: Rows,
    *,
    context: FileContext,
    key: Sequence[str] = (),
    file: str,
) -> Fit:
    """The table that takes most of the columns. Raises NoTableFits where none does, or two do."""
    fits = [fit(model, rows, context=context, key=key) for model in models if _has(model, key)]
    useful = sorted((one for one in fits if one.is_useful), key=lambda one: one.rank, reverse=True)
    if not useful:
        raise NoTableFits(_why_none(fits, key, file))
    equal = [one for one in useful if one.rank == useful[0].rank]
    if len(equal) > 1:
        names = [table_of(one.model).name for one in equal[:4]]
        raise NoTableFits(
            f"{file} fits the tables {', '.join(names[:-1])} and {names[-1]} alike; "
            "say which is meant with --table."
        )
    return equal[0]


def fit(model: type[Model], rows: Rows, *, context: FileContext, key: Sequence[str] = ()) -> Fit:
    """Which columns are which fields of this table; each field is taken from one column."""
    fields = [field for field in fields_of(model) if _may_be_told(field, model)]
    found = Fit(model, _key(model, key))
    taken: set[str] = set()
    for rank, place, one, known in sorted(_candidates(model, fields, rows.header), key=_order):
        if known.name in taken or any(place == other.place for other in found.taken):
            continue
        try:
            kind = guess(model, known, rows.column(place), context)
        except DoesNotFit as error:
            found.reasons.setdefault(place, str(error))
            why = f"{shown(rows.header[place])}: {shown(str(error), 80)}"
            found.against.setdefault(one.name, why)
            if plain(rows.header[place]) == plain(known.name):
                taken.add(known.name)  # by its very name: no other column may mean it
            continue
        taken.add(known.name)
        found.taken.append(Taken(place, one, known, kind, rank))
    _drop_halves(found)
    return found


def _candidates(
    model: type[Model], fields: Sequence[TableField], header: Sequence[str]
) -> Iterator[tuple[int, int, TableField, Known]]:
    said = [words_of(name) for name in header]
    for one in fields:
        for known in one.known:
            for rank, names in enumerate(names_of(model, one, known)):
                yield from (
                    (rank, place, one, known) for place, words in enumerate(said) if words in names
                )


def _order(candidate: tuple[int, int, TableField, Known]) -> tuple[int, int]:
    return candidate[0], candidate[1]


def _drop_halves(found: Fit) -> None:
    """A reference that needs more columns than the file has is not taken."""
    whole = found.fields
    for one in found.taken:
        if one.field.name not in whole:
            more = " and ".join(k.name for k in one.field.known if k.name != one.known.name)
            found.reasons.setdefault(one.place, f"it needs {more} beside it")
    found.taken = sorted(
        (one for one in found.taken if one.field.name in whole), key=lambda one: one.place
    )
    for one in found.taken:
        found.reasons.pop(one.place, None)


def _is_whole(field: TableField, names: set[str]) -> bool:
    return source_of(field, sorted(names)) is not None


def _may_be_told(field: TableField, model: type[Model]) -> bool:
    """Not by uuids, which no people write, nor of the same table, whose rows come later."""
    if isinstance(field.field, Ref):
        return field.field.model is not model
    return field.name != "uuid" and not field.column.foreign_keys


def _key(model: type[Model], said: Sequence[str]) -> tuple[str, ...]:
    called = {known.name: field.name for field in fields_of(model) for known in field.known}
    return tuple(called.get(name, name) for name in said) or natural_key(model)


def _has(model: type[Model], key: Sequence[str]) -> bool:
    return set(_key(model, key)) <= {field.name for field in fields_of(model)}


def _why_none(fits: Sequence[Fit], key: Sequence[str], file: str) -> str:
    if len(fits) != 1:
        by = f" with the key {', '.join(key)}" if key else ""
        return f"No table fits the columns of {file}{by}; name the one that is meant with --table."
    (only,) = fits
    name = table_of(only.model).name
    if missing := [one for one in only.key if one not in only.fields]:
        told = [f" ({only.against[one]})" for one in missing if one in only.against]
        return (
            f"{file} has no column for {' and '.join(missing)}, by which the rows of {name} are "
            f"known{''.join(told[:1])}; name other fields that it has with --key."
        )
    return f"{file} has nothing of {name} beside its key; name another table with --table."
