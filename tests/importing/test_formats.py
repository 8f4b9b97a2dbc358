"""Every table comes back from a file of any format as it was."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from app.importing.tables import handler_of
from app.importing.targets.table_rows import TableRows
from app.importing.targets.writers import write_text, write_workbook
from app.models.jobs import ShopJob
from app.models.products import Product
from app.testing.samples import sample
from tests.importing.conftest import changed, reasons
from tests.importing.test_tables import BROUGHT_IN, HOSTILE, state


def write_file(session, model, path):
    """Write a table into a file of the format that its name says."""
    rows = TableRows(model)
    found = rows.read(session.connection())
    if path.suffix == ".xlsx":
        write_workbook(path, "Rows", rows.header, rows.types, found)
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            write_text(file, path.suffix[1:], rows.header, rows.types, found)


@pytest.fixture
def imported_from(app, session):
    """`imported_from(Department, path)` runs the import of a table on a file."""

    def run(model, path):
        session.expire_all()
        return handler_of(model)(app.extensions["settings"], path).run()

    return run


@pytest.mark.parametrize("format_", ["xlsx", "json", "jsonl"])
@pytest.mark.parametrize("model", BROUGHT_IN, ids=lambda model: model.__tablename__)
def test_any_other_format_brings_it_back_as_well(session, imported_from, tmp_path, model, format_):
    record = sample(session, model)
    session.commit()
    before, path = state(session, model), tmp_path / f"table.{format_}"
    write_file(session, model, path)
    assert changed(imported_from(model, path)) == {}
    session.delete(record)
    session.commit()
    assert reasons(imported_from(model, path)) == {}
    assert state(session, model) == before


@pytest.mark.parametrize("format_", ["csv", "xlsx", "json", "jsonl"])
def test_a_document_in_a_column_comes_back(session, imported_from, tmp_path, format_):
    job = sample(session, ShopJob, parameters={"days": [1, 2.5], "to": {"x": None, "=1": "é"}})
    session.commit()
    before, path = state(session, ShopJob), tmp_path / f"jobs.{format_}"
    write_file(session, ShopJob, path)
    session.delete(job)
    session.commit()
    assert reasons(imported_from(ShopJob, path)) == {}
    assert state(session, ShopJob) == before


_SIGNS = st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"), exclude_characters="\ufeff")
_TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(_SIGNS, min_size=1, max_size=12))
_PRODUCTS = st.lists(
    st.fixed_dictionaries(
        {
            "description": _TEXTS.filter(str.strip), "notes": st.none() | _TEXTS,
            "unit_size": st.none() | st.decimals("0.0001", 9_999_999, places=4),
            "average_weight": st.none() | st.decimals("0.0001", 99, places=4),
            "sold_by_weight": st.booleans(),
        }
    ),
    min_size=1, max_size=4,
)  # fmt: skip


@pytest.mark.parametrize("format_", ["csv", "xlsx", "json", "jsonl"])
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(products=_PRODUCTS)
def test_whatever_products_say_a_file_of_any_format_says_too(
    session, imported_from, tmp_path, format_, products
):
    session.execute(delete(Product))
    session.add_all([Product(number=f"{n:05}", **told) for n, told in enumerate(products)])
    session.commit()
    before, path = state(session, Product), tmp_path / f"products.{format_}"
    write_file(session, Product, path)
    assert changed(imported_from(Product, path)) == {}
    session.execute(delete(Product))
    session.commit()
    assert reasons(imported_from(Product, path)) == {}
    assert state(session, Product) == before
