"""The pages of the tables are up to date: `python -m app.cli.schema_reference` writes them."""

import pytest

from app.cli import schema_reference as reference
from app.core_plugin import Core
from app.db.versioning import finish


@pytest.fixture(scope="module", autouse=True)
def models():
    tuple(Core().models())
    finish()


def test_the_page_of_the_tables_is_what_the_models_say():
    assert (reference.DOCS / "schema.md").read_text() == reference.schema_page()


def test_the_page_of_rattails_facts_is_what_the_list_says():
    assert (reference.DOCS / "from-rattail.md").read_text() == reference.rattail_page()


def test_every_table_says_what_it_keeps():
    silent = [
        model.__table__.name
        for bind in reference.PLACES
        for model in reference._models(bind)
        if not model.__table__.comment
    ]
    assert silent == []
