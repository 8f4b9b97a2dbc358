"""The importer in the README is not a drawing: it runs."""

from __future__ import annotations

import re

from sqlalchemy import select

from app import create_app
from app.models.vendors import Vendor
from tests.architecture.files import ROOT


def test_the_importer_of_the_readme_imports(own_database, tmp_path):
    from app.db import db

    program = re.search(r"^```python\n(.+?)^```", (ROOT / "README.md").read_text(), re.M | re.S)
    names: dict = {"__name__": "poser"}
    exec(program[1], names)
    file = tmp_path / "vendors.csv"
    file.write_text("id,company\n7,BLUE HILL FARM\n")
    config = {**own_database, "till.vendors": str(file)}
    app = create_app(config, plugins=[names["Poser"]()], web=False)
    with app.app_context():
        handler = app.extensions["storekeeper"].all("importing")["till"]
        report = handler(app.extensions["settings"]).run(by="ann")
        found = db.session.scalars(select(Vendor).filter_by(number="7")).one()
        assert (found.name, report.counts["vendor"].created) == ("Blue Hill Farm", 1)
