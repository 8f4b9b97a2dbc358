"""Every fact that users of Rattail can record has a home in our tables, or a reason why not."""

import tomllib
from pathlib import Path

import pytest

from app.core_plugin import Core
from app.db import db

ROOT = Path(__file__).parents[2]
MAPPING = tomllib.loads((ROOT / "docs/reference/from-rattail.toml").read_text())
FACTS = [
    (table, fact)
    for line in (Path(__file__).parent / "rattail_facts.txt").read_text().splitlines()
    for table, facts in [line.split(": ", 1)]
    for fact in facts.split()
]


@pytest.fixture(scope="module")
def homes():
    """Every table and column of ours, those of other databases with its name before them."""
    tuple(Core().models())
    tables = {
        (f"{bind}:" if bind else "") + table.name: table
        for bind, metadata in db.metadatas.items()
        for table in metadata.tables.values()
    }
    return {f"{name}.{c.name}" for name, table in tables.items() for c in table.columns} | {*tables}


def home_of(table, fact):
    bind, name = table.split(".")
    facts = MAPPING.get(bind, {}).get(name, {})
    return facts.get(fact, facts.get("*", ""))


def test_every_fact_has_a_home_or_a_reason(homes):
    wrong = []
    for table, fact in FACTS:
        home = home_of(table, fact)
        kind, _, reason = home.partition(": ")
        if kind in ("not kept", "later") and len(reason) > 5:
            continue
        if not home or not all(one in homes for one in home.split("; ")):
            wrong.append(f"{table}.{fact} -> {home or 'nothing'}")
    assert not wrong, f"{len(wrong)} facts without a home: {wrong[:20]}"


def test_the_mapping_names_no_fact_that_is_none():
    known = {*FACTS} | {(table, "*") for table, _fact in FACTS}
    named = {
        (f"{bind}.{table}", fact)
        for bind, tables in MAPPING.items()
        for table, facts in tables.items()
        for fact in facts
    }
    assert named <= known
