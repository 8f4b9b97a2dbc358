"""The module is cheap to load and fast enough for a whole import."""

from __future__ import annotations

import subprocess
import sys
from timeit import timeit

from app.barcodes import canonical, repair_column


def test_loading_it_loads_no_library():
    code = "import sys, app.barcodes; print({'biip', 'stdnum', 'flask', 'json'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_codes_of_an_import_take_microseconds_each():
    # About 1 in fact; the bound leaves room for a very busy machine.
    assert timeit(lambda: canonical("4006381333931"), number=50_000) / 50_000 < 5e-6


def test_deciding_on_a_column_takes_microseconds_each():
    column = ["012345678905", "4006381333931", "12345678905.0"] * 10_000
    assert timeit(lambda: repair_column(column), number=1) / 30_000 < 20e-6
