"""dlt: a pipeline that merges the rows of a CSV file into a table, and keeps no versions.

It does not compare: all rows are staged and put in the place of the old ones. It deletes what a row
says is to go.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"

import dlt
from dlt.destinations import postgres
from peer import MARKED, URL, measure

QUANTITY = {"data_type": "decimal", "precision": 12, "scale": 4}
QUANTITIES = ("unit_size", "pack_size", "case_size", "average_weight")
DELETED = {"data_type": "bool", "hard_delete": True}


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

        def rows() -> int:
            with pipeline.sql_client() as client:
                return client.execute_sql("SELECT count(*) FROM product")[0][0]

        measure(bring, rows, tasks=MARKED)


STRATEGY = os.environ.get("STRATEGY", "delete-insert")
main()
