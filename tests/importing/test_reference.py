"""The reference says what the columns are declared to be."""

from pathlib import Path

from app.importing.handlers.product_rows import ProductRows
from app.importing.reference import columns_reference

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "products-csv.md"


def test_every_column_is_in_the_reference():
    assert columns_reference(ProductRows) in PAGE.read_text()
