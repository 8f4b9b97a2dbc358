"""Two projects at once, and what each one's migrations pick up."""

from __future__ import annotations

import pytest

from app.cli import new

SHELF = """

class PoserVendor(Extends, of=Vendor, prefix="poser"):
    rating: Mapped[int] = mapped_column(server_default="3", index=True)
    farm_uuid: Mapped[UUID | None] = mapped_column(ForeignKey("poser_farm.uuid"), unique=True)
    farm = relationship("Farm")


class Farm(Model):
    __tablename__ = "poser_farm"
    __versioned__ = {}

    name: Mapped[str] = mapped_column(Text, index=True)
"""
IMPORTS = """
from uuid import UUID
from sqlalchemy import ForeignKey
from sqlalchemy.orm import relationship
from app.models.vendors import Vendor
"""


@pytest.fixture
def acme(tmp_path, projects, poser):
    """A second project, with stars for products, that extends the page of the first."""
    folder = tmp_path / "acme"
    new.write(folder, key="acme", title="Acme", source=None)
    for path in folder.rglob("*.py"):
        text = path.read_text().replace("points", "stars").replace("Points", "Stars")
        text = text.replace("is_bargain", "is_star")
        if path.name == "views.py":
            for where, view in (("products", "ProductView"), ("customers", "CustomerView")):
                text = text.replace(f"app.web.views.{where} import", "poser.views import")
                for before, after in (("(", ")"), (" ", "."), ("import ", "\n")):
                    text = text.replace(f"{before}{view}{after}", f"{before}Poser{view}{after}")
        path.write_text(text)
    projects.install(folder)
    return folder


PAGE = """
import sys
from app import create_app
app = create_app({"db.url": "postgresql://localhost/nowhere", "web.secret_key": "-" * 32})
view = app.extensions["storekeeper"].all("views")["products"]
print(view.__name__, [column.name for column in view.grid.bound(view.model).columns])
with app.app_context():
    from app.web.master.lookup import view_of
    print(view_of(view.model) is view)
"""


WITHOUT_A_VIEW = """
from app import create_app
app = create_app({"db.url": "postgresql://localhost/nowhere", "web.secret_key": "-" * 32})
view = app.extensions["storekeeper"].all("views")["vendors"]
print(view.__module__)
print([column.name for column in view.grid.columns][-2:])
print([field.name for field in view.form.fields][-2:])
"""


def test_two_projects_work_at_once_whichever_comes_first(poser, acme, projects, own_database):
    up, check, down, current, again = projects.story(
        own_database,
        "db upgrade",
        "db check --json",
        "db downgrade core poser@base --json --yes",
        "db current --json",
        "db upgrade",
    )
    assert (up.code, check.code, again.code) == (0, 0, 0), up.err + check.out + again.err
    assert {"core", "acme", "poser"} <= set(check.json)
    revisions = {row["branch"]: row["revision"] for row in current.json}
    assert (revisions["acme"], revisions["poser"]) == ("acme_0001", None)
    assert down.code == 0
    page = projects.run("-c", PAGE)
    assert page.stdout.startswith("AcmeProductView"), page.stderr
    assert "'points'" in page.stdout
    assert "'stars'" in page.stdout
    assert page.stdout.endswith("True\n")


def test_a_migration_has_only_what_is_the_projects(poser, projects, own_database):
    models = projects.folder / "poser" / "models.py"
    models.write_text(models.read_text().replace('"""\n', f'"""\n{IMPORTS}', 1) + SHELF)
    drop, _, made, up, check, down = projects.story(
        own_database,
        "db psql -c 'ALTER TABLE product DROP notes'",
        "db upgrade",
        "db revision --project poser -m Farms",
        "db upgrade",
        "db check --json",
        "db downgrade core poser@-1 --json --yes",
    )
    assert drop.code == 0, drop.err
    assert made.code == 0, made.err
    text = (projects.folder / "poser" / "migrations" / "poser_0002_farms.py").read_text()
    assert "poser_0001" in text
    assert "notes" not in text
    assert "make_history" in text
    assert '"vendor_version"' in text.replace("'", '"')
    assert (up.code, check.json["poser"]) == (0, []), up.err
    assert "product.notes" in check.json["core"][0]
    page = projects.run("-c", WITHOUT_A_VIEW).stdout.splitlines()
    assert page == ["app.web.views.vendors", "['rating', 'farm']", "['rating', 'farm']"]
    assert down.json["after"].endswith(", poser_0001"), down.err
