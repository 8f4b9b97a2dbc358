"""Cells that are copied without a look at each: only where each alone would be copied so."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.importing.cells import FileContext, Label, Words

KINDS = (Label(), Words(60))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
@given(cells=st.lists(st.text(alphabet="0129 ٣²=e+.,", max_size=61), min_size=1))
@example(cells=["1" * 61])
@example(cells=["1", ""])
@example(cells=["1", "٣"])
@example(cells=["1", " 2"])
def test_cells_copied_together_are_those_copied_one_by_one(kind, cells):
    if kind.are_as_written(cells):
        assert cells == [kind.reader(FileContext())(cell) for cell in cells]


def test_numbers_of_products_need_no_look_each():
    assert Label().are_as_written(["1001", "007"])


def test_an_empty_number_among_others_is_still_rejected():
    assert not Label().are_as_written(["1001", ""])
