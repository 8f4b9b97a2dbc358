"""What projects declare wrongly is told at start, one clear sentence each."""

from __future__ import annotations

from types import ModuleType

import pytest
from sqlalchemy import Column, Integer, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.extension import Extends, columns_of, join
from app.db.projects import BadModels, Owners, load_models
from app.models.brands import Brand
from app.models.products import Product
from app.plugins import DuplicateKey, Plugin, Registry
from app.web.menu import MenuSection


def plugin(*things, key="poser", title="Poser Foods"):
    """A plugin whose models are these."""
    module = ModuleType(f"{key}.models")
    vars(module).update({thing.__name__: thing for thing in things})
    made = type(title, (Plugin,), {"key": key, "title": title, "models": lambda self: (module,)})
    return made()


def faults(*plugins):
    assert Product.__table__.name == "product"  # the core is always loaded first
    with pytest.raises(BadModels) as error:
        load_models(Registry(plugins))
    return str(error.value).splitlines()


def test_a_column_has_the_prefix_in_sql_and_its_own_name_in_python():
    class PoserBrand(Extends, of=Brand, prefix="poser"):
        points: Mapped[int | None]
        slogan: Mapped[str] = mapped_column(Text, server_default="")
        shelf = mapped_column(Text, index=True)

    columns = columns_of(PoserBrand)
    assert [str(column.name) for column in columns.values()] == [
        "poser_points",
        "poser_slogan",
        "poser_shelf",
    ]
    assert [column.key for column in columns.values()] == ["points", "slogan", "shelf"]
    assert [column.nullable for column in columns.values()] == [True, False, True]


def test_all_that_is_wrong_is_told_at_once():
    class NoPrefix(Extends, of=Brand):
        points: Mapped[int | None]

    class Foreign(Extends, of=Brand, prefix="acme"):
        name: Mapped[str | None]

    class NoModel(Extends, of=str, prefix="poser"):
        points: Mapped[int | None]

    class NeedsValue(Extends, of=Brand, prefix="poser"):
        points: Mapped[int]
        versions: Mapped[int | None]

    class Odd(Extends, of=Brand, prefix="poser"):
        points: Mapped[object]

    class Leads(Extends, of=Brand, prefix="poser"):
        shelf = relationship()

    told = faults(plugin(NoPrefix, Foreign, NoModel, NeedsValue, Odd, Leads))
    assert told[:-2] == [
        'Poser Foods: NoPrefix: it needs the prefix of its project, as in prefix="poser".',
        "Poser Foods: Foreign: its prefix is acme, but it belongs to the project poser.",
        "Poser Foods: Foreign: Brand.name is taken; choose another name.",
        "Poser Foods: NoModel: `of` must be a model of Storekeeper itself, as in of=Product.",
        "Poser Foods: NeedsValue: versions is reserved; choose another name.",
    ]
    assert told[-2].startswith("Poser Foods: Odd: Could not locate SQLAlchemy Core type")
    assert told[-1] == 'Poser Foods: Leads: say what shelf leads to, as in relationship("Shelf").'
    assert not hasattr(Brand, "points")


def test_a_column_that_old_rows_cannot_fill_is_refused():
    class NeedsValue(Extends, of=Brand, prefix="poser"):
        points: Mapped[int] = mapped_column(default=0)

    (told,) = faults(plugin(NeedsValue))
    assert told.endswith("allow None, or give it a server_default.")


def test_properties_and_methods_join_the_class_once(monkeypatch):
    class PoserBrand(Extends, of=Brand, prefix="poser"):
        @property
        def shout(self):
            return self.name.upper()

    assert join(PoserBrand, project="poser") == []
    assert join(PoserBrand, project="poser") == []
    try:
        assert Brand(name="Acme").shout == "ACME"
    finally:
        del Brand.shout


def test_a_taken_table_is_told_with_the_name_to_take():
    class Taken(Plugin):
        key, title = "poser", "Poser Foods"

        def models(self):
            return (Table("brand", Model.metadata, Column("points", Integer)),)

    assert faults(Taken()) == [
        "Poser Foods: the table brand is taken; call yours poser_brand.",
    ]


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("product", "the key product is the beginning of our table product; choose another."),
        ("My-Shop", "the key 'My-Shop' must be up to 20 small letters, digits and underscores."),
        ("poser", "the key poser is the beginning of poser_two, another project's key."),
    ],
)
def test_a_key_must_tell_a_projects_things_from_others(key, reason):
    assert faults(plugin(key=key), plugin(key="poser_two", title="Two")) == [
        f"Poser Foods: {reason}"
    ]


def test_two_plugins_of_one_key_are_refused_and_one_given_twice_counts_once():
    with pytest.raises(DuplicateKey, match="Two plugins are called poser"):
        Registry([plugin(), plugin()])
    once = plugin()
    assert Registry([once, once]).plugins == [once]


def test_a_menu_section_of_a_project_adds_to_ours_of_the_same_key():
    class Ours(Plugin):
        key, title = "ours", "Ours"

        def menu(self):
            return (MenuSection("work", "Work", ("runs",)),)

    class Theirs(Plugin):
        key, title = "theirs", "Theirs"

        def menu(self):
            return (MenuSection("work", "Other", ("gifts",)), MenuSection("own", "Own", ()))

    sections = Registry([Ours(), Theirs()]).all("menu")
    assert [(s.key, s.title, s.doors) for s in sections.values()] == [
        ("work", "Work", ("runs", "gifts")),
        ("own", "Own", ()),
    ]


def test_whose_a_thing_is_tells_its_prefix():
    owners = Owners(("acme", "poser"))
    assert owners.of_table("poser_gift_version") == "poser"
    assert owners.of_table("poser") == owners.of_table("product") == "core"
    assert owners.of_column("product", "acme_stars") == "acme"
    assert owners.of_column("poser_gift", "acme_stars") == "poser"
