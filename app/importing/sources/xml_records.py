"""Records of an XML document: the elements at a declared path, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import IO, TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from app.importing.errors import BadSource

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

RowsOf = Callable[["Element"], Iterable[dict[str, str]]]
DEEPEST = 100
LARGEST = 200_000
"""So many elements may one record have."""


def xml_records(
    file: IO[bytes], name: str, path: str, rows_of: RowsOf | None = None
) -> Iterator[tuple[int, dict[str, str]]]:
    """Each record with its number, as names and texts; `rows_of` may make several of an element.

    `path` names the elements from the root on, without namespaces: `POSLog/Transaction`. What
    refers to the outside, and entities that are declared, are refused. Raises BadSource.
    """
    number, found = 0, False
    wanted = [part for part in path.strip("/").split("/") if part]
    try:
        for element in _elements(file, name, wanted):
            found = True
            for row in rows_of(element) if rows_of else (flat(element),):
                number += 1
                yield number, row
    except ParseError as error:
        raise BadSource(f"{name} is no proper XML: {error}.") from error
    except DefusedXmlException as error:
        raise BadSource(f"{name} declares entities, which are not allowed in data.") from error
    if not found:
        raise BadSource(f"{name} has no records at {path}; see --records.")


def _elements(file: IO[bytes], name: str, wanted: list[str]) -> Iterator[Element]:
    above: list[Element] = []
    size = 0
    for event, element in iterparse(file, events=("start", "end"), forbid_dtd=False):
        if event == "start":
            above.append(element)
            size += 1
            if len(above) > DEEPEST:
                raise BadSource(f"{name} is nested more than {DEEPEST} elements deep.")
            if size > LARGEST:
                raise BadSource(f"A record of {name} has more than {LARGEST:,} elements.")
            continue
        if [plain_tag(one) for one in above] == wanted:
            yield element
        above.pop()
        if len(above) < len(wanted):
            # What was read is let go, or the whole document would be in memory.
            size = 0
            element.clear()
            if above:
                above[-1].remove(element)


def flat(element: Element, above: str = "") -> dict[str, str]:
    """An element as texts: attributes and children by name, what is nested as `Brand.Name`."""
    found = {f"{above}{_local(name)}": value for name, value in element.attrib.items()}
    for child in element:
        name = f"{above}{plain_tag(child)}"
        if len(child) or child.attrib:
            found |= flat(child, f"{name}.")
        text = (child.text or "").strip()
        if text or not len(child):
            found[name] = f"{found[name]}; {text}" if found.get(name) else text
    return found


def plain_tag(element: Element) -> str:
    """Its name without the namespace."""
    return _local(element.tag) if isinstance(element.tag, str) else ""


def _local(name: str) -> str:
    return name.rpartition("}")[2]
