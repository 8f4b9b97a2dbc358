"""`storekeeper gtin check`: how a barcode or PLU number is read, and what is wrong with it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import click

from app.barcodes import (
    BadCheckDigit,
    BadCode,
    BadPattern,
    Code,
    Kind,
    Scan,
    parse,
    pattern,
    read_scan,
)
from app.cli.common import json_option, print_json, print_table


@click.group()
def gtin() -> None:
    """Look at barcodes and PLU numbers."""


@gtin.command()
@click.argument("codes", nargs=-1, required=True, metavar="CODE...")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), help="What it must be.")
@click.option("patterns", "--pattern", multiple=True, help="In-store code, e.g. 21IIIIIWWWWWC:3.")
@json_option
def check(codes: Sequence[str], kind: str | None, patterns: Sequence[str], as_json: bool) -> None:
    """Check each CODE: a barcode, a PLU number, or what a scanner sends for a GS1 barcode.

    With - the codes are read from the standard input, one a line. Exit code 1 if one is wrong.
    """
    _insist_on_patterns(patterns)
    results = [_result(text, kind, patterns) for text in _inputs(codes)]
    if not results:
        raise click.UsageError("There are no codes on the standard input.")
    if as_json:
        print_json(results)
    else:
        print_table(("Code", "Kind", "GTIN", "Shown as", "Note"), [_row(each) for each in results])
    sys.exit(0 if all(result["valid"] for result in results) else 1)


def _insist_on_patterns(patterns: Sequence[str]) -> None:
    try:
        for text in patterns:
            pattern(text)
    except BadPattern as error:
        raise click.BadParameter(str(error), param_hint="--pattern") from error


def _inputs(codes: Sequence[str]) -> Iterator[str]:
    for code in codes:
        if code == "-":
            # Not splitlines(): it also splits at the FNC1 sign of GS1 barcodes.
            lines = sys.stdin.buffer.read().decode(errors="replace").split("\n")
            yield from (line.rstrip("\r") for line in lines if line.strip())
        else:
            # What is no UTF-8 becomes a sign that no code has, so it is reported, not a crash.
            yield code.encode(errors="surrogateescape").decode(errors="replace")


def _result(text: str, kind: str | None, patterns: Sequence[str]) -> dict[str, Any]:
    result: dict[str, Any] = {"input": text, "valid": False, **dict.fromkeys(_KEYS)}
    try:
        if kind:
            scan = Scan(code=parse(text, kind=kind, patterns=patterns))
        else:
            scan = read_scan(text, patterns=patterns)
    except BadCheckDigit as error:
        told = {"check_digit": error.found, "expected": error.expected, "reason": str(error)}
        return result | told
    except BadCode as error:
        return result | {"reason": str(error)}
    elements = _elements(scan)
    return result | {"valid": True, "elements": elements or None} | _of_code(scan.code)


def _of_code(code: Code | None) -> dict[str, Any]:
    if code is None:
        return {}
    return {
        "kind": code.kind.value,
        "gtin": code.gtin,
        "display": code.display,
        "check_digit": code.check_digit,
        "expected": code.check_digit,
        "plu": code.plu,
        "item": code.item,
        "price": _plain(code.price),
        "weight": _plain(code.weight),
    }


def _elements(scan: Scan) -> dict[str, Any]:
    named = {field.name: getattr(scan, field.name) for field in fields(scan)}
    del named["code"]
    return {name: _plain(value) for name, value in named.items() if value not in (None, {})}


def _plain(value: object) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return dict(value) if isinstance(value, Mapping) else value


def _row(result: dict[str, Any]) -> tuple[object, ...]:
    return (
        "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in result["input"]),
        result["kind"],
        result["gtin"],
        result["display"],
        _note(result),
    )


def _note(result: dict[str, Any]) -> str:
    if result["reason"]:
        return f"WRONG: {result['reason']}"
    said = {name: result[name] for name in ("item", "price", "weight") if result[name]}
    elements = dict(result["elements"] or {})
    said |= {f"({ai})": value for ai, value in elements.pop("others", {}).items()} | elements
    return ", ".join(["ok", *(f"{name.replace('_', ' ')} {value}" for name, value in said.items())])


_KEYS = (
    "kind",
    "gtin",
    "display",
    "check_digit",
    "expected",
    "plu",
    "item",
    "price",
    "weight",
    "elements",
    "reason",
)
