"""WuttaSync: its importer from CSV to an SQLAlchemy model, which keeps no versions."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from peer import URL, measure
from wuttasync.importing.csv import FromCsvToWutta
from wuttjamaican.conf import make_config
from wuttjamaican.db import model


class Product(model.Base):
    __tablename__ = "product"

    uuid = model.uuid_column()
    number = sa.Column(sa.String(60), nullable=False, unique=True)
    description = sa.Column(sa.String(255), nullable=False)
    description_2 = sa.Column(sa.String(255))
    size = sa.Column(sa.String(30))
    unit_size = sa.Column(sa.Numeric(12, 4))
    pack_size = sa.Column(sa.Numeric(12, 4))
    case_size = sa.Column(sa.Numeric(12, 4))
    average_weight = sa.Column(sa.Numeric(12, 4))
    ingredients = sa.Column(sa.Text())
    notes = sa.Column(sa.Text())


class ProductsFromCsv(FromCsvToWutta):
    def define_importers(self):
        return {"Product": self.make_importer_factory(Product, "Product")}


def main() -> None:
    config = make_config(
        files=[],
        defaults={
            "wutta.db.default.url": URL.replace("postgresql:", "postgresql+psycopg2:"),
            "wutta.config.usedb": "false",
        },
    )
    engine = config.appdb_engine
    model.Base.metadata.create_all(engine)

    def bring(task: str, path: Path) -> None:
        ProductsFromCsv(config).process_data(
            "Product",
            input_file_path=str(path),
            keys=["number"],
            create=True,
            update=True,
            delete=task == "1 % deleted",
        )

    def rows() -> int:
        with engine.connect() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(Product.__table__))

    measure(bring, rows)


main()
