"""WuttaSync: its importer from CSV to tables of a Wutta app; versions are by Wutta-Continuum."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from peer import KEEPS_VERSIONS, URL, measure
from wuttasync.importing.csv import FromCsvToWutta
from wuttjamaican.conf import make_config


def main() -> None:
    config = make_config(
        files=[],
        defaults={
            "wutta.db.default.url": URL.replace("postgresql:", "postgresql+psycopg2:"),
            "wutta.config.usedb": "false",
            "wutta.model_spec": "wutta_shop",
            "wutta_continuum.enable_versioning": str(KEEPS_VERSIONS).lower(),
        },
    )
    app, engine = config.get_app(), config.appdb_engine
    app.model.Base.metadata.create_all(engine)

    def bring(task: str, path: Path) -> None:
        FromCsvToWutta(config).process_data(
            "Product",
            input_file_path=str(path),
            keys=["number"],
            create=True,
            update=True,
            delete=task == "1 % deleted",
        )

    def count(table: str) -> int:
        with engine.connect() as connection:
            return connection.scalar(sa.text(f"SELECT count(*) FROM {table}"))

    versions = (lambda: count("product_version")) if KEEPS_VERSIONS else None
    measure(bring, lambda: count("product"), versions)


main()
