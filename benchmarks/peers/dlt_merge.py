"""dlt: a pipeline that merges the rows of a CSV file into a table.

Its usual merge does not compare: all rows are staged and put in the place of the old ones, and it
deletes what a row says is to go. With versions it is the merge that keeps old rows (`scd2`), which
compares a hash of each, and retires what the file leaves out.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"

import dlt
from dlt.destinations import postgres
from peer import KEEPS_VERSIONS, MARKED, URL, measure

QUANTITY = {"data_type": "decimal", "precision": 12, "scale": 4}
QUANTITIES = ("unit_size", "pack_size", "case_size", "average_weight")
DELETED = {"data_type": "bool", "hard_delete": True}
STRATEGY = "scd2" if KEEPS_VERSIONS else "delete-insert"


def products(path: Path):
    """The rows in lists, which dlt takes faster than one by one; an empty cell says nothing."""
    with path.open(newline="") as file:
        page = []
        for row in csv.DictReader(file):
            page.append({name: value or None for name, value in row.items()})
            if len(page) == 5_000:
                yield page
                page = []
        yield page


def main() -> None:
    with TemporaryDirectory() as folder:
        pipeline = dlt.pipeline(
            "products",
            pipelines_dir=folder,
            # dlt insists on a host; the folder of the socket behind it is what counts.
            destination=postgres(URL.replace("@/", "@localhost/")),
            dataset_name="shop",
        )

        def bring(task: str, path: Path) -> None:
            resource = dlt.resource(
                products(path),
                name="product",
                primary_key="number",
                write_disposition={"disposition": "merge", "strategy": STRATEGY},
                columns={name: dict(QUANTITY) for name in QUANTITIES} | {"deleted": dict(DELETED)},
            )
            pipeline.run(resource).raise_on_failed_jobs()

        def counted(sql: str) -> int:
            with pipeline.sql_client() as client:
                return client.execute_sql(f"SELECT {sql} FROM product")[0][0]

        if KEEPS_VERSIONS:
            # A deletion has no row of its own here: it is the end of the last one.
            there = "count(*) FILTER (WHERE _dlt_valid_to IS NULL)"
            versions = f"count(*) + count(DISTINCT number) - {there}"
            measure(bring, lambda: counted(there), lambda: counted(versions))
        else:
            measure(bring, lambda: counted("count(*)"), tasks=MARKED)


main()
