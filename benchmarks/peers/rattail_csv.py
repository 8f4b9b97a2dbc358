"""Rattail: its importer from CSV files to its products, as `rattail import-csv Product` runs it.

Versioning is on, and Rattail's own key (`item_id`) finds the product.
"""

from __future__ import annotations

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

from peer import FOLDER, TASKS, URL, measure
from rattail.config import make_config

NAMES = {"number": "item_id", "description_2": "description2"}


def main() -> None:
    config = make_config(
        files=[],
        defaults={
            "rattail.db.default.url": URL,
            "rattail.db.versioning.enabled": "true",
            "rattail.config.usedb": "false",
            "rattail.timezone.default": "UTC",
        },
        versioning=True,
    )
    app = config.get_app()
    engine = app.make_session().get_bind()
    app.model.Base.metadata.create_all(engine)

    with TemporaryDirectory() as folder:
        fields = {name: renamed(FOLDER / name, Path(folder) / name) for name in set(TASKS.values())}

        def bring(task: str, path: Path) -> None:
            from rattail.importing.csv import FromCSVToRattail

            handler = FromCSVToRattail(config=config, input_dir=str(Path(folder) / path.name))
            handler.import_data(
                "Product",
                key_fields=["item_id"],
                fields=fields[path.name],
                delete=task == "1 % deleted",
            )

        measure(bring, lambda: count(engine, "product"), lambda: count(engine, "product_version"))


def renamed(source: Path, folder: Path) -> list[str]:
    """The file as Rattail wants it: `Product.csv` with the names of its own columns."""
    folder.mkdir()
    with source.open(newline="") as file, (folder / "Product.csv").open("w", newline="") as target:
        header, *rows = csv.reader(file)
        names = [NAMES.get(name, name) for name in header]
        csv.writer(target).writerows([names, *rows])
    return names


def count(engine: object, table: str) -> int:
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()


main()
