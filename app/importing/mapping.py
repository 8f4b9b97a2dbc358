"""Which column of a file is which field: by its header, by other names of it, or as a person says.

A person says `description = Item text`; `#3` is the third column, where a header is empty or
doubled, and nothing at all leaves the field out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from app.importing.options import BadOptions

if TYPE_CHECKING:
    from app.importing.file_feed import FileColumn

Said = Mapping[str, str]


@dataclass
class Places:
    """Where each column stands in a file, and what is wrong with that, as parts of a sentence."""

    found: dict[FileColumn, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def places(columns: Sequence[FileColumn], header: Sequence[str], said: Said) -> Places:
    """Find the columns in a header. Raises BadOptions for what is said of unknown ones."""
    known = {column.name for column in columns}
    if unknown := sorted(said.keys() - known):
        raise BadOptions(
            f"There is no field {', '.join(unknown)} in this import; it has "
            f"{', '.join(column.name for column in columns)}."
        )
    result = Places()
    _take_said(result, columns, header, said)
    taken = set(result.found.values())
    for column in columns:
        if column.name not in said:
            _take_by_name(result, column, header, taken)
        elif not said[column.name] and column.required:
            result.problems.append(f"the column {column.name} is needed and cannot be left out")
    return result


def name_of(header: Sequence[str], place: int) -> str:
    """What to call a column of a file so that it is found again."""
    name = header[place]
    same = [one for one in header if plain(one) == plain(name)]
    return name if plain(name) and len(same) == 1 else f"#{place + 1}"


def signature(header: Sequence[str]) -> str:
    """The same for all files with these columns in this order."""
    return sha256("\x1f".join(map(plain, header)).encode()).hexdigest()


def plain(name: str) -> str:
    """A header without what people write differently: `Item_Number` is `item number`."""
    return re.sub(r"[\s_.\-]+", " ", name).strip().casefold()


def _take_said(
    result: Places, columns: Sequence[FileColumn], header: Sequence[str], said: Said
) -> None:
    for column in columns:
        name = said.get(column.name)
        if not name:
            continue
        place = _place(header, name)
        if place is None:
            result.problems.append(f"there is no column “{name}” to take {column.name} from")
        elif place in result.found.values():
            result.problems.append(f"the column “{name}” is taken twice")
        else:
            result.found[column] = place


def _take_by_name(
    result: Places, column: FileColumn, header: Sequence[str], taken: set[int]
) -> None:
    there = [i for i, name in enumerate(header) if i not in taken and plain(name) in column.names]
    if len(there) > 1:
        named = " and ".join(f"“{header[i]}” ({i + 1})" for i in there)
        result.problems.append(f"the columns {named} both mean {column.name}")
    elif there:
        result.found[column] = there[0]
    elif column.required:
        result.problems.append(f"the column {column.name} is missing")


def _place(header: Sequence[str], name: str) -> int | None:
    there = [i for i, one in enumerate(header) if plain(one) == plain(name)]
    if len(there) == 1:
        return there[0]
    number = re.fullmatch(r"#([0-9]{1,4})", name.strip())
    if number and 1 <= int(number[1]) <= len(header):
        return int(number[1]) - 1
    return there[0] if there else None
